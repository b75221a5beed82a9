/* fetch - the events of a record, from the trail and from an archive beside it
 */
#ifndef AUDIT_HISTORY_FETCH_H
#define AUDIT_HISTORY_FETCH_H

#include "history.h"

/* Add the events of the records that have, or had, this key, oldest first; as
 * history_find() takes it. 0, or -1 with db_error() of either set. */
int fetch_events(struct history *, const struct track *, const char *record,
    const char *values);
/* Their order, for qsort() */
int fetch_order(const void *, const void *);

#endif
