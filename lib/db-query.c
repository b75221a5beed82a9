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
static char *
text_of(const struct db *db, const char *sql, int n, char *const params[])
{
	bool newest = n > NEWEST && params[NEWEST] != NULL &&
	    strcmp(params[NEWEST], "true") == 0;

	return db->reader ? reader_sql(sql, newest) : xstrdup(sql);
}

static int
send_query(struct db *db, const char *sql, int n, const Oid types[],
    char *const params[], bool binary)
{
	char *text = text_of(db, sql, n, params);
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

/* What ends a COPY, or what is there instead of one */
static int
end_copy(struct db *db)
{
	PGresult *res;

	while ((res = PQgetResult(db->conn)) != NULL) {
		if (PQresultStatus(res) != PGRES_COMMAND_OK)
			db_fail_result(db, res);
		PQclear(res);
	}
	return db->error != NULL ? -1 : 0;
}

/* Each chunk of a COPY TO STDOUT is a row. */
typedef bool copied(char *data, size_t len, void *arg);

static int
copy_out(struct db *db, const char *sql, copied *fn, void *arg)
{
	bool copies, go = true;
	PGresult *res;
	char *data, *text;
	int len;

	if (db->error != NULL)
		return -1;
	text = text_of(db, sql, 0, NULL);
	res = PQexec(db->conn, text);
	free(text);
	copies = PQresultStatus(res) == PGRES_COPY_OUT;
	if (!copies)
		db_fail_result(db, res);
	PQclear(res);
	while (copies && (len = PQgetCopyData(db->conn, &data, 0)) > 0) {
		if (go)
			go = fn(data, (size_t)len, arg);
		PQfreemem(data);
	}
	return end_copy(db);
}

struct lines {
	db_line *fn;
	void *arg;
};

static bool
copied_line(char *line, size_t len, void *arg)
{
	struct lines *lines = arg;

	line[len - 1] = '\0';
	return lines->fn(line, len - 1, lines->arg) == 0;
}

int
db_copy(struct db *db, const char *sql, db_line *fn, void *arg)
{
	struct lines lines = { fn, arg };

	return copy_out(db, sql, copied_line, &lines);
}

/* COPY's binary form: a head before the first row, which says nothing that is
 * not known; a row is a count of columns and, for each, its length and bytes;
 * the count -1 ends it. All is big-endian. */
#define COPY_HEAD 19
#define COPY_COLS 64

struct rows {
	db_fields *fn;
	void *arg;
	bool begun;
};

static int
be(const char *p, int bytes)
{
	unsigned int n = 0;

	while (bytes-- > 0)
		n = n << 8 | (unsigned char)*p++;
	return (int)n;
}

static bool
copied_row(char *data, size_t len, void *arg)
{
	struct db_field cols[COPY_COLS];
	struct rows *rows = arg;
	const char *p = data, *end = data + len;
	int i, ncols;

	if (!rows->begun) {
		rows->begun = true;
		p += COPY_HEAD;
	}
	ncols = p + 2 <= end ? be(p, 2) : 0xffff;
	if (ncols > COPY_COLS)
		return true;
	p += 2;
	for (i = 0; i < ncols; i++) {
		cols[i].len = be(p, 4);
		cols[i].data = cols[i].len < 0 ? NULL : p + 4;
		p += 4 + (cols[i].len > 0 ? cols[i].len : 0);
	}
	return rows->fn(ncols, cols, rows->arg) == 0;
}

int
db_copy_binary(struct db *db, const char *sql, db_fields *fn, void *arg)
{
	struct rows rows = { .fn = fn, .arg = arg };

	return copy_out(db, sql, copied_row, &rows);
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
