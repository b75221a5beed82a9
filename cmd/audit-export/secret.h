/* secret - which columns are sensitive
 *
 * Those that --sensitive names. Where it is not given, those that events show
 * as masked, and those that a rule in the input masks. */
#ifndef AUDIT_EXPORT_SECRET_H
#define AUDIT_EXPORT_SECRET_H

#include "report.h"

struct secrets;

struct secrets *secrets_new(const struct job *);
void secrets_free(struct secrets *); /* accepts NULL */
bool secrets_given(const struct secrets *);
const char *secrets_error(const struct secrets *);

/* A rule, as audit-rule list prints it */
void secrets_rule(struct secrets *, struct json rule);
/* Whether the column of the event's table is one, as far as is known yet. */
bool secrets_named(struct secrets *, const struct event *, struct json field);
/* Remember that an event shows it as masked. Returns 0, or -1. */
int secrets_mask(struct secrets *, const struct event *, struct json field);

/* In the end: whether one is, by its key, the parts (see brief.h) of its
 * schema, table and name. They have to come in the order of bytes. Returns 1, 0
 * or -1. */
int secrets_has(struct secrets *, struct json key);
/* The names in --sensitive that nothing has: the one from *i on, which is 0 at
 * first; NULL: there are no more. */
const char *secrets_unused(const struct secrets *, int *i);

#endif
