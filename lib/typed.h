/* typed - when the server refuses what the user typed
 *
 * A statement that fails ends its transaction. So there is a savepoint: after
 * a failure of something typed, the transaction goes on from there. */
#ifndef AUDIT_TYPED_H
#define AUDIT_TYPED_H

#include "db.h"
#include "tool.h"
#include "trails.h"

/* What is done until here stays done. These return 0, or -1 as lib/db does. */
int typed_savepoint(struct db *);
int typed_forget(struct db *); /* the failure, and what was done since then */

/* Print the server's no to what was typed after opt, forget it, and return
 * TOOL_MISUSE. A failure that is not about what was typed is TOOL_FAILED. */
enum tool_status typed_refused(struct db *, const char *opt, const char *text);
/* Print the failure; TOOL_FAILED. */
enum tool_status typed_failed(const struct db *);

/* These ask the server what was typed means, in a transaction with a savepoint.
 * They print what is wrong and return TOOL_OK, or the status to end with. */

/* The first id of what happened from a time on, or after it; the time may be an
 * interval back from now; NULL: none, and *id stays. opt is the option as the
 * user knows it. free() it. */
enum typed_bound { TYPED_FROM, TYPED_AFTER };
enum tool_status typed_time(struct db *, const char *opt, const char *text,
    enum typed_bound, char **id);
/* The same as a timestamptz. */
enum tool_status typed_moment(struct db *, const char *opt, const char *text,
    char **at);
/* The id of the one event whose id begins like this; free() it. TOOL_NO: there
 * is none. */
enum tool_status typed_event(struct db *, const char *opt, const char *prefix,
    char **id);

/* Choose trails of an archive database by --trail, see lib/trails.h, outside of
 * a transaction. Elsewhere there are none to choose: --trail is misuse. */
enum tool_status typed_trails(struct db *, const struct words *names,
    struct trails *);

/* The first and the last id that begin with these digits, with dashes or
 * without, as 32 digits; -1: there can be none. Asks nobody. */
int typed_id_range(const char *digits, char first[static 33],
    char last[static 33]);

#endif
