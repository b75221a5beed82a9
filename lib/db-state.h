/* db-state - what lib/db.c and lib/db-query.c share, and nobody else */
#ifndef AUDIT_DB_STATE_H
#define AUDIT_DB_STATE_H

#include <libpq-fe.h>

#include "db.h"

struct db {
	PGconn *conn;
	char *error; /* NULL: no failure yet */
	char sqlstate[6];
	const char *needs, *name;
	bool verbose;
	bool reader; /* may not read every event */
	bool archive, takes_archive, wants_archive;
};

/* Keep a failure, unless there is one already. These return -1. */
int db_fail(struct db *, const char *sqlstate, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The failure that libpq tells of when no server did: a connection is broken
 * before its status says so */
int db_fail_conn(struct db *);
int db_fail_result(struct db *, const PGresult *);

/* A query as it is for this role; free() it. */
char *db_text(const struct db *, const char *sql, int n, char *const params[]);

#endif
