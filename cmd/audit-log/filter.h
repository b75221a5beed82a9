/* filter - which events: what the user asked for, as lib/sql/events.sql takes
 * it */
#ifndef AUDIT_FILTER_H
#define AUDIT_FILTER_H

#include "db.h"
#include "key.h"
#include "tool.h"
#include "words.h"

/* the parameters of audit.matching() in its order, and of events.sql */
enum {
	F_FROM,
	F_BEFORE,
	F_ID,
	F_LOW,
	F_HIGH,
	F_TABLES,
	F_LIKE_SCHEMA,
	F_LIKE_TABLE,
	F_RECORDS,
	F_KEYS,
	F_ACTORS,
	F_OPS,
	F_ROLE,
	F_SESSIONS,
	F_TXID,
	F_FIELD,
	F_VALUE,
	F_RULE,
	F_APP,
	F_ADDR,
	F_GREP,
	F_NEWEST,
	F_LIMIT,
	F_SEEN,
	F_SEEN_TO,
	F_UPTO,
	F_AFTER,
	F_REVERSE,
	F_NPARAMS
};

/* Set what was asked for, then let filter_resolve() make params of it. */
struct filter {
	struct words tables, actors, ops, sessions;
	struct keys keys;
	/* by_key, by_session: also if there are none */
	bool by_key, keys_on_stdin, by_session, sessions_on_stdin;
	bool bad_sessions; /* a line on stdin was none */
	const char *since, *until, *id;
	/* Files: of their events, not of the trail's. */
	struct words from;
	/* Others are asked, too: what the trail does not know they may. doubts
	 * is then what to say if nobody does; ids: up to two that fit id. */
	bool shared;
	struct words doubts, ids;
	struct both *both; /* an archive beside the trail; NULL: none */
	const char
	    *given;	  /* of these events, a JSON array; NULL: the trail's */
	const char *seal; /* of those that it covers; NULL: of all */
	char *params[F_NPARAMS]; /* freed by filter_free() */
};

/* Keep a copy as this parameter; NULL: it is off. */
void filter_set(struct filter *, int param, const char *text);
/* Whether anything is asked for but an order or a number of events */
bool filter_is_empty(const struct filter *);

/* Whether only the server can tell, when it has been asked what words mean */
bool filter_asks(const struct filter *);

/* Ask the server what the user's words mean, in the transaction that prints
 * the events, as log-begin.sql begins it. Prints what is wrong. TOOL_OK, or the
 * status to end with. */
enum tool_status filter_resolve(struct filter *, struct db *);
/* No event is outside of the months that hold one: say so, for a query of now.
 * 0, or -1 with db_error() set. */
int filter_clip(struct filter *, struct db *);
void filter_free(struct filter *);
/* A filter that asks for the same, of another database: it shares the words,
 * and has parameters of its own. */
struct filter *filter_share(const struct filter *);
void filter_unshare(struct filter *); /* accepts NULL */

/* Run a query with audit.matching() in it, with n parameters, of which there
 * is room for one more. As db_query() or, where fields is not NULL,
 * db_query_binary(). Where there is an archive beside the trail, of both: see
 * both.h for what such a query is like. */
int filter_query(const struct filter *, struct db *, const char *sql, int n,
    char *params[], db_row *row, db_fields *fields, void *arg);

#endif
