/* checkpoint - a file that says what a follower has printed
 *
 * It is replaced as a whole, by a rename, after the lines it tells of have
 * been written out: whatever ends the program, it tells of no line that is not
 * there. The one who has it open has it alone. */
#ifndef AUDIT_CHECKPOINT_H
#define AUDIT_CHECKPOINT_H

#include "db.h"
#include "output.h"
#include "tool.h"

/* How far the trail was: see lib/sql/mark.sql. All NULL: not known. */
struct mark {
	char *started;	/* when the server was: us since 1970 */
	char *snapshot; /* what was committed */
	char *before;	/* an id: all that was committed has a smaller one */
};
void mark_free(struct mark *); /* leaves it all NULL */

struct checkpoint {
	const char *path;
	int fd;		       /* -1: it is not open */
	bool made;	       /* by this process */
	char *trail, *cluster; /* of which it tells; NULL: it is new */
	struct mark seen;      /* all printed up to here; not known: nothing */
	struct mark upto;      /* known: so far it goes on, */
	char last[EVENT_ID];   /* after this id, which was printed last */
	long long offset;      /* of the output, if that is a file; else -1 */
};

/* Open or make the file c->path; -1 with a message if that fails, or if
 * another process has it open. */
int checkpoint_open(struct checkpoint *);
/* Read what it says. TOOL_OK, also if it is new, or the status to end with,
 * with a message. The server reads it. */
enum tool_status checkpoint_read(struct checkpoint *, struct db *);
/* Replace it by what c says now; -1 with a message. */
int checkpoint_write(struct checkpoint *);
void checkpoint_close(struct checkpoint *);

#endif
