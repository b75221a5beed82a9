/* typed - when the server refuses what the user typed
 *
 * A statement that fails ends its transaction. So there is a savepoint: after
 * a failure of something typed, the transaction goes on from there. */
#ifndef AUDIT_TYPED_H
#define AUDIT_TYPED_H

#include "db.h"
#include "tool.h"

/* What is done until here stays done. These return 0, or -1 as lib/db does. */
int typed_savepoint(struct db *);
int typed_forget(struct db *); /* the failure, and what was done since then */

/* Print the server's no to what was typed after opt, forget it, and return
 * TOOL_MISUSE. A failure that is not about what was typed is TOOL_FAILED. */
enum tool_status typed_refused(struct db *, const char *opt, const char *text);
/* Print the failure; TOOL_FAILED. */
enum tool_status typed_failed(const struct db *);

#endif
