/* both - the live trail's events and an archive's as one stream, in the order
 * of their ids, each once */
#ifndef AUDIT_LOG_BOTH_H
#define AUDIT_LOG_BOTH_H

#include <stdbool.h>

#include "db.h"
#include "filter.h"
#include "tool.h"
#include "trails.h"
#include "words.h"

struct both {
	const char *conninfo, *archived; /* where each is */
	struct db *live, *archive;	 /* the first one is the caller's */
	struct filter *filter;		 /* what the words mean there */
	struct trails trails;		 /* those that are chosen */
	char *id;			 /* the live trail's */
	const char *own;		 /* its name */
	bool shows_live;		 /* it is chosen, too */
	bool guards; /* the trail has lost values, and these are asked for */
	struct db *guard; /* a second connection, to see to that */
};

/* Connect to the archive, and choose trails: by these names, or the live one's
 * own. In no transaction. Prints what is wrong: TOOL_OK, or the status to end
 * with. */
enum tool_status both_open(struct both *, struct db *live,
    const struct words *names);
/* Begin the transaction that log-begin.sql begins, and resolve the filter in
 * both: the live one's is resolved. */
enum tool_status both_resolve(struct both *, struct filter *live);
void both_close(struct both *);

/* Run a query on both and hand on its rows: of what both have, the live one's.
 * It gives rows in the order of their ids, the first column, and has the
 * number of the trail in the last one, null in the live one; its parameters
 * begin with those of events.sql. row or fields as in filter_query(). 0, or -1
 * with db_error() of either set. */
int both_query(struct both *, const struct filter *live, const char *sql, int n,
    char *const params[], db_row *row, db_fields *fields, void *arg);
/* The database that has an event: both_resolve() found it by --id. */
struct db *both_holder(struct both *, const struct filter *live,
    const struct filter **filter);
/* The failure of either, NULL: there is none. */
const char *both_error(const struct both *);

#endif
