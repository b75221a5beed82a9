/* seats - which of the events under one key are the same record's
 *
 * A key may be one record's and then another's; where it is deferrable, even
 * two records' at a time until their transaction ends. */
#ifndef AUDIT_SEATS_H
#define AUDIT_SEATS_H

#include <stddef.h>

#include "history.h"

/* Number the records: seats[i] is that of event i of all those under a key,
 * seats[n] that of who had the key last. 0, or -1 with db_error() set. */
int seats_find(const struct history *all, const struct track *, size_t *seats);

#endif
