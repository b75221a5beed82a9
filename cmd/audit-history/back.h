/* back - the script that brings records back to a revision */
#ifndef AUDIT_BACK_H
#define AUDIT_BACK_H

#include "record.h"
#include "undo.h"

/* Add what brings a record from its row of now to a state of its own. name is
 * what messages call it. These say what cannot be done; TOOL_OK, or the status
 * to end with. */
enum tool_status back_add(struct undo *, const struct record *, struct place *,
    const struct state *, const char *name);
/* Write the script. */
enum tool_status back_write(struct undo *, FILE *, struct db *);

#endif
