/* db - one connection; it keeps its first failure */

#include "db.h"

#include <err.h>
#include <libpq-fe.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conn.h"
#include "mem.h"
#include "schema.h"
#include "sql.h"
#include "tool.h"

struct db {
	PGconn *conn;
	char *error; /* NULL: no failure yet */
	char sqlstate[6];
	const char *needs;
	bool verbose;
};

/* Who gets the rows of a query */
struct sink {
	db_row *row;
	db_fields *fields;
	void *arg;
	char **texts;		/* one row for row() */
	struct db_field *bytes; /* one row for fields() */
	bool stopped;
};

/* Keep a failure, unless there is one already. Returns -1. */
static int __attribute__((format(printf, 3, 4)))
fail(struct db *db, const char *sqlstate, const char *fmt, ...)
{
	va_list ap;

	if (db->error != NULL)
		return -1;
	strlcpy(db->sqlstate, sqlstate, sizeof(db->sqlstate));
	va_start(ap, fmt);
	if (vasprintf(&db->error, fmt, ap) == -1)
		err(TOOL_FAILED, NULL);
	va_end(ap);
	return -1;
}

/* The failure that libpq tells of when no server did: a connection is broken
 * before its status says so */
static int
fail_conn(struct db *db)
{
	char *text = conn_error(db->conn);

	fail(db, "08006", "%s", text);
	free(text);
	return -1;
}

/* A field of a server's message with what leads to it, or two empty strings */
static const char *
field(const PGresult *res, int code, const char *lead, const char **leads)
{
	const char *value = PQresultErrorField(res, code);

	*leads = value == NULL ? "" : lead;
	return value == NULL ? "" : value;
}

static int
fail_result(struct db *db, const PGresult *res)
{
	const char *primary, *state, *detail, *hint, *details, *hints, *role;
	char *needs = NULL;

	primary = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	if (primary == NULL || state == NULL)
		return fail_conn(db);
	detail = field(res, PG_DIAG_MESSAGE_DETAIL, "; detail: ", &details);
	hint = field(res, PG_DIAG_MESSAGE_HINT, "; hint: ", &hints);
	if (strcmp(state, "42501") == 0) {
		role = PQparameterStatus(db->conn, "session_authorization");
		needs = xasprintf("; role \"%s\" %s%s",
		    role != NULL ? role : PQuser(db->conn),
		    db->needs != NULL ? "needs: grant " : "may not do this",
		    db->needs != NULL ? db->needs : "");
	}
	fail(db, state, "%s (%s)%s%s%s%s%s", primary, state, details, detail,
	    hints, hint, needs != NULL ? needs : "");
	free(needs);
	return -1;
}

static void
notice(void *arg, const PGresult *res)
{
	const struct db *db = arg;
	const char *severity, *primary, *hint, *hints;
	bool warning;

	severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);
	primary = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	warning = severity != NULL && strcmp(severity, "WARNING") == 0;
	if (primary == NULL || (!warning && !db->verbose))
		return;
	hint = field(res, PG_DIAG_MESSAGE_HINT, "; hint: ", &hints);
	warnx("%s%s%s%s", warning ? "warning: " : "", primary, hints, hint);
}

struct db *
db_open(const char *conninfo)
{
	struct db *db = xcalloc(1, sizeof(*db));

	db->conn = conn_open(conninfo, &db->error);
	PQsetNoticeReceiver(db->conn, notice, db);
	return db;
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	PQfinish(db->conn);
	free(db->error);
	free(db);
}

const char *
db_error(const struct db *db)
{
	return db->error;
}

const char *
db_sqlstate(const struct db *db)
{
	return db->sqlstate;
}

bool
db_is_misuse(const struct db *db)
{
	/* data, syntax and names, schema names, what is not supported */
	static const char *const classes[] = { "22", "42", "3F", "0A" };
	size_t i;

	for (i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (strncmp(db->sqlstate, classes[i], 2) == 0)
			return strcmp(db->sqlstate, "42501") != 0;
	return false;
}

bool
db_is_transient(const struct db *db)
{
	/* the server is stopped, the standby had to go on, a deadlock */
	return PQstatus(db->conn) != CONNECTION_OK ||
	    strncmp(db->sqlstate, "08", 2) == 0 ||
	    strncmp(db->sqlstate, "57P", 3) == 0 ||
	    strncmp(db->sqlstate, "40", 2) == 0;
}

void
db_forget(struct db *db)
{
	if (PQstatus(db->conn) != CONNECTION_OK)
		return;
	free(db->error);
	db->error = NULL;
	db->sqlstate[0] = '\0';
}

void
db_needs(struct db *db, const char *grants)
{
	db->needs = grants;
}

void
db_verbose(struct db *db, bool verbose)
{
	db->verbose = verbose;
}

int
db_check_version(struct db *db)
{
	static const char none[] =
	    "no audit trail in this database: run audit-rule init";
	char *value = NULL;
	long version;

	if (db_value(db, sql_version, 0, NULL, &value) == -1) {
		if (strcmp(db->sqlstate, "3F000") == 0 ||
		    strcmp(db->sqlstate, "42P01") == 0) {
			db_forget(db);
			fail(db, "", "%s", none);
		}
		return -1;
	}
	if (value == NULL)
		return fail(db, "", "%s", none);
	version = strtol(value, NULL, 10);
	free(value);
	if (version == AUDIT_SCHEMA_VERSION)
		return 0;
	return fail(db, "",
	    "the trail has schema version %ld, this tool needs %d: %s", version,
	    AUDIT_SCHEMA_VERSION,
	    version < AUDIT_SCHEMA_VERSION ? "run audit-rule init"
					   : "upgrade audit-utils");
}

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

static int
run(struct db *db, const char *sql, int n, const Oid types[],
    char *const params[], struct sink *sink)
{
	PGresult *res;
	int sent;

	if (db->error != NULL)
		return -1;
	sent = PQsendQueryParams(db->conn, sql, n, types,
	    (const char *const *)params, NULL, NULL, sink->fields != NULL);
	if (!sent || !PQsetSingleRowMode(db->conn))
		return fail_conn(db);
	/* the last result has no row, or is the failure */
	while ((res = PQgetResult(db->conn)) != NULL) {
		switch (PQresultStatus(res)) {
		case PGRES_SINGLE_TUPLE: hand_on(res, sink); break;
		case PGRES_TUPLES_OK:
		case PGRES_COMMAND_OK: break;
		default: fail_result(db, res);
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
		rc = fail_result(db, res);
	PQclear(res);
	return rc;
}

int
db_script(struct db *db, const char *sql)
{
	return db->error != NULL ? -1 : script(db, sql);
}

/* What ends a COPY, or what is there instead of one */
static int
end_copy(struct db *db)
{
	PGresult *res;

	while ((res = PQgetResult(db->conn)) != NULL) {
		if (PQresultStatus(res) != PGRES_COMMAND_OK)
			fail_result(db, res);
		PQclear(res);
	}
	return db->error != NULL ? -1 : 0;
}

int
db_copy(struct db *db, const char *sql, db_line *fn, void *arg)
{
	bool copies, stopped = false;
	PGresult *res;
	char *line;
	int len;

	if (db->error != NULL)
		return -1;
	res = PQexec(db->conn, sql);
	copies = PQresultStatus(res) == PGRES_COPY_OUT;
	if (!copies)
		fail_result(db, res);
	PQclear(res);
	while (copies && (len = PQgetCopyData(db->conn, &line, 0)) > 0) {
		line[len - 1] = '\0';
		if (!stopped)
			stopped = fn(line, (size_t)len - 1, arg) != 0;
		PQfreemem(line);
	}
	return end_copy(db);
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
		fail(db, "25P02", "the transaction failed before its commit");
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
	FILE *fp = open_memstream(&text, &size);
	const char *s;
	int i;

	if (fp == NULL)
		err(TOOL_FAILED, NULL);
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
	if (fclose(fp) == EOF)
		err(TOOL_FAILED, NULL);
	return text;
}
