/* relations - the tables of a trail, as its archive database numbers them
 *
 * There a record has in its upper 32 bits the archive's number of its table
 * (audit.relation), where the trail, and with it a leaf, has its own. */
#ifndef AUDIT_RELATIONS_H
#define AUDIT_RELATIONS_H

#include <stdint.h>

#include "db.h"

struct relations;

/* Those of the trail that is chosen in an archive database, as they are now; of
 * a live trail there are none: it numbers them itself. Returns 0, or -1 with
 * db_error() set. */
int relations_read(struct relations **, struct db *);
void relations_free(struct relations *); /* accepts NULL */

/* A record as its trail has it. One of a table that is none of the trail's is
 * no record that it has; relations may be NULL: it is the trail's own. */
int64_t relations_back(const struct relations *, int64_t record);

#endif
