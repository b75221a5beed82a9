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
/* The same of an archive database: events as their seals arrive, from now on.
 * Of the trails of these names, which have been chosen. */
enum tool_status follow_seals(const struct follow *w, struct db **db,
    const char *conninfo, const struct words *names, struct trails *,
    struct filter *, struct output *);

/* How long to wait between two looks: asks what was typed. */
enum tool_status follow_interval(const struct follow *, struct db *,
    int *interval_ms);
/* Wait; but a reader who has gone is not kept waiting for. */
void follow_nap(const struct output *, int ms);

#endif
