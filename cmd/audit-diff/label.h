/* label - what records were called at a time */
#ifndef AUDIT_LABEL_H
#define AUDIT_LABEL_H

#include "catalog.h"
#include "change.h"

struct labels;

struct labels *labels_new(struct db *);
void labels_free(struct labels *); /* accepts NULL */

/* A record will be asked for: its key is a JSON array of texts, the time an
 * event's id. It costs nothing where this is known already. */
void labels_want(struct labels *, struct target *, const char *key,
    const char *id);
/* Ask the database for what is wanted. Returns 0, or -1 with db_error() set.
 * What labels_name() gave lasts until then. */
int labels_fetch(struct labels *);
/* What the record was called then, as far as it is known */
struct change_name labels_name(struct labels *, const struct target *,
    const char *key, const char *id);

/* More than should be kept */
bool labels_full(const struct labels *);
void labels_forget(struct labels *);

#endif
