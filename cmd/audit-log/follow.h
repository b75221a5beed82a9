/* follow - events as they commit, each once */
#ifndef AUDIT_FOLLOW_H
#define AUDIT_FOLLOW_H

#include "checkpoint.h"
#include "db.h"
#include "filter.h"
#include "output.h"
#include "tool.h"

struct follow {
	bool on;		/* go on when all has been printed */
	bool reconnect;		/* when the server is lost, too */
	const char *interval;	/* between two looks, as the user wrote it */
	const char *checkpoint; /* the file's name, NULL: none */
};

/* Print the events that match and have been committed since the checkpoint;
 * without one those that the filter asks for, or none where it does not say
 * where to begin. Then, with w->on, as they commit.
 *
 * The filter has been resolved in a transaction that is still open. *db is
 * replaced when it is lost. Returns, with its message printed, the status to
 * end with. */
enum tool_status follow(const struct follow *w, struct db **db,
    const char *conninfo, struct filter *, struct output *);

#endif
