/* stream - the rows of a query one by one, when they are asked for */

#include "stream.h"

#include <stdlib.h>

#include "db-state.h"
#include "mem.h"

/* What is read ahead: so many rows, or so much of them */
#define MOST_ROWS 1000
#define MOST_BYTES ((size_t)4 * 1024 * 1024)

struct stream {
	struct db *db;
	PGresult *rows[MOST_ROWS]; /* the one whose turn it is, and those that
				    * were read ahead */
	size_t at, n;
	struct db_field *cols; /* of the row whose turn it is */
	int ncols;
	struct db_field column[MOST_ROWS];
	bool ended;
};

struct stream *
stream_open(struct db *db, const char *sql, int n, char *const params[],
    bool binary)
{
	struct stream *s = xcalloc(1, sizeof(*s));

	s->db = db;
	s->ended = db->error != NULL ||
	    db_send_query(db, sql, n, NULL, params, binary) == -1;
	return s;
}

/* The next row from the server; NULL: there is none. */
static PGresult *
receive(struct stream *s)
{
	PGresult *res;

	while (!s->ended) {
		if ((res = PQgetResult(s->db->conn)) == NULL) {
			s->ended = true;
			break;
		}
		switch (PQresultStatus(res)) {
		case PGRES_SINGLE_TUPLE: return res;
		case PGRES_TUPLES_OK:
		case PGRES_COMMAND_OK: break;
		default: db_fail_result(s->db, res);
		}
		PQclear(res);
	}
	return NULL;
}

static struct db_field
field(const PGresult *res, int col)
{
	return (struct db_field){
		.data =
		    PQgetisnull(res, 0, col) ? NULL : PQgetvalue(res, 0, col),
		.len = PQgetlength(res, 0, col),
	};
}

static void
point(struct stream *s)
{
	const PGresult *res = s->rows[s->at];
	int i;

	if (s->cols == NULL) {
		s->ncols = PQnfields(res);
		s->cols = xcalloc((size_t)s->ncols + 1, sizeof(*s->cols));
	}
	for (i = 0; i < s->ncols; i++)
		s->cols[i] = field(res, i);
}

const struct db_field *
stream_row(struct stream *s)
{
	if (s->at == s->n) {
		s->at = s->n = 0;
		if ((s->rows[0] = receive(s)) == NULL)
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
	PQclear(s->rows[s->at++]);
	if (s->at < s->n)
		point(s);
}

size_t
stream_ahead(struct stream *s, int col, const struct db_field **cols)
{
	size_t i, bytes = 0;

	if (stream_row(s) == NULL)
		return 0;
	for (i = s->at; i < s->n; i++)
		bytes += PQresultMemorySize(s->rows[i]);
	for (; s->n < MOST_ROWS && bytes < MOST_BYTES; s->n++) {
		if ((s->rows[s->n] = receive(s)) == NULL)
			break;
		bytes += PQresultMemorySize(s->rows[s->n]);
	}
	for (i = s->at; i < s->n; i++)
		s->column[i - s->at] = field(s->rows[i], col);
	*cols = s->column;
	return s->n - s->at;
}

/* The rest may be long: the server is asked to stop. */
static void
cancel(struct stream *s)
{
	PGcancel *c = PQgetCancel(s->db->conn);
	char why[256];
	PGresult *res;

	if (c != NULL)
		(void)PQcancel(c, why, sizeof(why));
	PQfreeCancel(c);
	while ((res = PQgetResult(s->db->conn)) != NULL)
		PQclear(res);
	s->ended = true;
}

int
stream_close(struct stream *s)
{
	int rc = 0;

	if (s == NULL)
		return 0;
	for (; s->at < s->n; s->at++)
		PQclear(s->rows[s->at]);
	if (!s->ended)
		cancel(s);
	if (s->db->error != NULL)
		rc = -1;
	free(s->cols);
	free(s);
	return rc;
}
