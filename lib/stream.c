/* stream - the rows of a query one by one, when they are asked for */

#include "stream.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "db-copy.h"
#include "db-state.h"
#include "mem.h"

/* What is read ahead: so many rows, or so much of them */
#define MOST_ROWS 1000
#define MOST_BYTES ((size_t)4 * 1024 * 1024)

struct row {
	char *data; /* what it lies in */
	const char *p;
	size_t len;
};

struct stream {
	struct db *db;
	struct db_out out;
	/* the one whose turn it is, and those that were read ahead */
	struct row rows[MOST_ROWS];
	size_t at, n;
	struct db_field cols[DB_COLUMNS]; /* of the row whose turn it is */
	int ncols;
	struct db_field firsts[MOST_ROWS];
	bool begun, ended;
};

static void
put(struct buf *b, const char *text)
{
	buf_put(b, text, strlen(text));
}

static void
put_value(struct buf *b, struct db *db, const char *value)
{
	char *literal;

	if (value == NULL) {
		put(b, "null");
		return;
	}
	literal = PQescapeLiteral(db->conn, value, strlen(value));
	if (literal == NULL) {
		db_fail_conn(db);
		return;
	}
	put(b, literal);
	PQfreemem(literal);
}

/* COPY takes no parameters. In a query of ours no quoted text has a $. */
static char *
copy_of(struct db *db, const char *sql, int n, char *const params[])
{
	struct buf b = { NULL, 0, 0 };
	char *end;
	long i;

	put(&b, "copy (");
	while (*sql != '\0') {
		size_t len =
		    strncmp(sql, "--", 2) == 0 ? strcspn(sql, "\n") : 1;

		if (*sql == '$' && isdigit((unsigned char)sql[1]) &&
		    (i = strtol(sql + 1, &end, 10)) <= n) {
			put_value(&b, db, params[i - 1]);
			sql = end;
			continue;
		}
		buf_put(&b, sql, len);
		sql += len;
	}
	put(&b, ") to stdout (format binary)");
	buf_byte(&b, '\0');
	return b.p;
}

struct stream *
stream_open(struct db *db, const char *sql, int n, char *const params[])
{
	struct stream *s = xcalloc(1, sizeof(*s));
	char *text;

	s->db = s->out.db = db;
	s->ended = true;
	if (db->error != NULL)
		return s;
	text = copy_of(db, sql, n, params);
	if (db->error == NULL) {
		s->ended = !PQsendQuery(db->conn, text);
		if (s->ended)
			db_fail_conn(db);
	}
	free(text);
	return s;
}

/* The server's answer, for which nobody has waited yet */
static bool
begin(struct stream *s)
{
	PGresult *res = PQgetResult(s->db->conn);

	s->begun = PQresultStatus(res) == PGRES_COPY_OUT;
	if (!s->begun) {
		s->ended = true;
		db_fail_result(s->db, res);
		PQclear(res);
		while ((res = PQgetResult(s->db->conn)) != NULL)
			PQclear(res);
	} else
		PQclear(res);
	return s->begun;
}

/* The next row from the server */
static bool
receive(struct stream *s, struct row *row)
{
	if (s->ended || (!s->begun && !begin(s)))
		return false;
	if (db_out_next(&s->out, &row->p, &row->len) != 1) {
		s->ended = true;
		return false;
	}
	row->data = s->out.data;
	s->out.data = NULL;
	return true;
}

/* A text's end lies where the length of the next column has been read. */
static void
point(struct stream *s)
{
	const struct row *row = &s->rows[s->at];
	int i;

	s->ncols = db_columns(row->p, row->len, s->cols);
	for (i = 0; i < s->ncols; i++)
		if (s->cols[i].data != NULL)
			row->data[s->cols[i].data - row->data +
			    s->cols[i].len] = '\0';
}

const struct db_field *
stream_row(struct stream *s)
{
	if (s->at == s->n) {
		s->at = s->n = 0;
		if (!receive(s, &s->rows[0]))
			return NULL;
		s->n = 1;
		point(s);
	}
	return s->cols;
}

int
stream_ncols(const struct stream *s)
{
	return s->ncols;
}

void
stream_next(struct stream *s)
{
	PQfreemem(s->rows[s->at++].data);
	if (s->at < s->n)
		point(s);
}

size_t
stream_ahead(struct stream *s, const struct db_field **firsts)
{
	struct db_field cols[DB_COLUMNS];
	size_t i, bytes;

	if (stream_row(s) == NULL)
		return 0;
	s->firsts[0] = s->cols[0];
	bytes = s->rows[s->at].len;
	for (i = 1; i < MOST_ROWS && bytes < MOST_BYTES; i++) {
		if (!receive(s, &s->rows[i]))
			break;
		db_columns(s->rows[i].p, s->rows[i].len, cols);
		s->firsts[i] = cols[0];
		bytes += s->rows[i].len;
	}
	*firsts = s->firsts;
	return s->n = i;
}

/* The rest may be long: the server is asked to stop. */
static void
cancel(struct stream *s)
{
	PGcancel *c = PQgetCancel(s->db->conn);
	char why[256], *data;
	PGresult *res;

	if (c != NULL)
		(void)PQcancel(c, why, sizeof(why));
	PQfreeCancel(c);
	if (!s->begun && (res = PQgetResult(s->db->conn)) != NULL)
		PQclear(res);
	while (PQgetCopyData(s->db->conn, &data, 0) > 0)
		PQfreemem(data);
	while ((res = PQgetResult(s->db->conn)) != NULL)
		PQclear(res);
}

void
stream_close(struct stream *s)
{
	if (s == NULL)
		return;
	for (; s->at < s->n; s->at++)
		PQfreemem(s->rows[s->at].data);
	if (!s->ended)
		cancel(s);
	PQfreemem(s->out.data);
	free(s);
}
