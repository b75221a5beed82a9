/* db-query - what is sent over a connection, and its rows */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db-state.h"
#include "mem.h"
#include "reader.h"
#include "tool.h"

/* Who gets the rows of a query */
struct sink {
	db_row *row;
	db_fields *fields;
	void *arg;
	char **texts;		/* one row for row() */
	struct db_field *bytes; /* one row for fields() */
	bool stopped;
};

static int
hand_text(const PGresult *res, int ncols, struct sink *sink)
{
	int i;

	if (sink->texts == NULL)
		sink->texts = xcalloc((size_t)ncols, sizeof(*sink->texts));
	for (i = 0; i < ncols; i++)
		sink->texts[i] =
		    PQgetisnull(res, 0, i) ? NULL : PQgetvalue(res, 0, i);
	return sink->row(ncols, sink->texts, sink->arg);
}

static int
hand_bytes(const PGresult *res, int ncols, struct sink *sink)
{
	int i;

	if (sink->bytes == NULL)
		sink->bytes = xcalloc((size_t)ncols, sizeof(*sink->bytes));
	for (i = 0; i < ncols; i++) {
		sink->bytes[i].data =
		    PQgetisnull(res, 0, i) ? NULL : PQgetvalue(res, 0, i);
		sink->bytes[i].len = PQgetlength(res, 0, i);
	}
	return sink->fields(ncols, sink->bytes, sink->arg);
}

static void
hand_on(const PGresult *res, struct sink *sink)
{
	int ncols = PQnfields(res), stop = 0;

	if (sink->stopped)
		return;
	if (sink->row != NULL)
		stop = hand_text(res, ncols, sink);
	else if (sink->fields != NULL)
		stop = hand_bytes(res, ncols, sink);
	sink->stopped = stop != 0;
}

/* The order in which audit.matching() finds is its 22nd parameter, and ours,
 * see audit-log/filter.h. To be wrong here costs time only. */
#define NEWEST 21

/* A query as it is for this role; free() it. */
char *
db_text(const struct db *db, const char *sql, int n, char *const params[])
{
	bool newest = n > NEWEST && params[NEWEST] != NULL &&
	    strcmp(params[NEWEST], "true") == 0;

	return db->reader ? reader_sql(sql, newest) : xstrdup(sql);
}

static int
send_query(struct db *db, const char *sql, int n, const Oid types[],
    char *const params[], bool binary)
{
	char *text = db_text(db, sql, n, params);
	int sent = PQsendQueryParams(db->conn, text, n, types,
	    (const char *const *)params, NULL, NULL, binary);

	free(text);
	return sent && PQsetSingleRowMode(db->conn) ? 0 : db_fail_conn(db);
}

static int
run(struct db *db, const char *sql, int n, const Oid types[],
    char *const params[], struct sink *sink)
{
	PGresult *res;

	if (db->error != NULL)
		return -1;
	if (send_query(db, sql, n, types, params, sink->fields != NULL) == -1)
		return -1;
	/* the last result has no row, or is the failure */
	while ((res = PQgetResult(db->conn)) != NULL) {
		switch (PQresultStatus(res)) {
		case PGRES_SINGLE_TUPLE: hand_on(res, sink); break;
		case PGRES_TUPLES_OK:
		case PGRES_COMMAND_OK: break;
		default: db_fail_result(db, res);
		}
		PQclear(res);
	}
	free(sink->texts);
	free(sink->bytes);
	return db->error != NULL ? -1 : 0;
}

int
db_query(struct db *db, const char *sql, int n, char *const params[],
    db_row *fn, void *arg)
{
	struct sink sink = { .row = fn, .arg = arg };

	return run(db, sql, n, NULL, params, &sink);
}

int
db_query_binary(struct db *db, const char *sql, int n,
    const unsigned int types[], char *const params[], db_fields *fn, void *arg)
{
	struct sink sink = { .fields = fn, .arg = arg };

	return run(db, sql, n, types, params, &sink);
}

int
db_exec(struct db *db, const char *sql, int n, char *const params[])
{
	return db_query(db, sql, n, params, NULL, NULL);
}

static int
keep_value(int ncols, char *const cols[], void *arg)
{
	char **value = arg;

	if (ncols > 0 && cols[0] != NULL)
		*value = xstrdup(cols[0]);
	return 1;
}

int
db_value(struct db *db, const char *sql, int n, char *const params[],
    char **value)
{
	*value = NULL;
	if (db_query(db, sql, n, params, keep_value, value) == 0)
		return 0;
	free(*value);
	*value = NULL;
	return -1;
}

/* The simple protocol takes several statements at once. */
static int
script(struct db *db, const char *sql)
{
	PGresult *res = PQexec(db->conn, sql);
	ExecStatusType status = PQresultStatus(res);
	int rc = 0;

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		rc = db_fail_result(db, res);
	PQclear(res);
	return rc;
}

int
db_script(struct db *db, const char *sql)
{
	return db->error != NULL ? -1 : script(db, sql);
}

int
db_begin(struct db *db, const char *mode)
{
	char *sql = xasprintf("begin %s", mode);
	int rc = db_script(db, sql);

	free(sql);
	return rc;
}

int
db_commit(struct db *db)
{
	/* the server would roll back and call that no failure */
	if (PQtransactionStatus(db->conn) == PQTRANS_INERROR)
		db_fail(db, "25P02",
		    "the transaction failed before its commit");
	return db_script(db, "commit");
}

int
db_rollback(struct db *db)
{
	return script(db, "rollback");
}

char *
db_array(int n, char *const strings[])
{
	char *text = NULL;
	size_t size = 0;
	FILE *fp = xmemstream(&text, &size);
	const char *s;
	int i;

	putc('{', fp);
	for (i = 0; i < n; i++) {
		fputs(i > 0 ? ",\"" : "\"", fp);
		for (s = strings[i]; *s != '\0'; s++) {
			if (*s == '"' || *s == '\\')
				putc('\\', fp);
			putc(*s, fp);
		}
		putc('"', fp);
	}
	putc('}', fp);
	xclose(fp);
	return text;
}
