/* names - changes with what a database knows of them
 *
 * Titles and the order of fields come from the table's columns, names from the
 * records that foreign keys refer to, as they were called at the time. */
#ifndef AUDIT_NAMES_H
#define AUDIT_NAMES_H

#include "change.h"

/* What to show; borrowed until it returns. */
typedef void names_show(const struct event *, const struct changes *,
    void *arg);

struct names;

/* Connect as db_open() does, for names of records, titles of fields or both.
 * Never NULL; names_error() tells of a failure. */
struct names *names_open(const char *conninfo, bool names, bool titles,
    names_show *, void *arg);
void names_close(struct names *); /* accepts NULL */
const char *names_error(const struct names *);

/* Show an event now or soon: a few are kept back, as copies. Returns 0, or -1
 * with names_error() set. */
int names_put(struct names *, const struct event *);
/* Show what was kept back: at the end, and before waiting for more. */
int names_flush(struct names *);

#endif
