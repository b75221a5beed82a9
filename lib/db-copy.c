/* db-copy - COPY in both directions, and a statement that is waited for later
 */

#include "db-copy.h"

#include <libpq-fe.h>
#include <limits.h>
#include <stdlib.h>

#include "db-state.h"
#include "mem.h"

/* The binary form: a head before the first row, which says nothing that is not
 * known; a row is a count of columns and, for each, its length and bytes; the
 * count -1 ends it. All is big-endian. */
#define HEAD 19
static const char head[HEAD] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
static const char tail[2] = { '\377', '\377' };

static int
be(const char *p, int bytes)
{
	unsigned int n = 0;

	while (bytes-- > 0)
		n = n << 8 | (unsigned char)*p++;
	return (int)n;
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

static int
begin_copy(struct db *db, const char *sql, ExecStatusType copies)
{
	PGresult *res;
	char *text;
	int rc = 0;

	if (db->error != NULL)
		return -1;
	text = db_text(db, sql, 0, NULL);
	res = PQexec(db->conn, text);
	free(text);
	if (PQresultStatus(res) != copies)
		rc = db_fail_result(db, res);
	PQclear(res);
	return rc;
}

/* Out */

/* Each chunk of a COPY TO STDOUT is a row. Returns its length, 0 at the end; -1
 * where it failed. */
static int
next_chunk(struct db *db, char **data)
{
	int len;

	*data = NULL;
	len = PQgetCopyData(db->conn, data, 0);
	if (len > 0 && *data != NULL)
		return len;
	return end_copy(db);
}

int
db_copy(struct db *db, const char *sql, db_line *fn, void *arg)
{
	bool go = true;
	char *data;
	int len;

	if (begin_copy(db, sql, PGRES_COPY_OUT) == -1)
		return -1;
	while ((len = next_chunk(db, &data)) > 0) {
		data[len - 1] = '\0';
		if (go)
			go = fn(data, (size_t)len - 1, arg) == 0;
		PQfreemem(data);
	}
	return len;
}

int
db_out_begin(struct db_out *out, struct db *db, const char *sql)
{
	*out = (struct db_out){ .db = db };
	return begin_copy(db, sql, PGRES_COPY_OUT);
}

int
db_out_next(struct db_out *out, const char **row, size_t *len)
{
	int n, skip = out->begun ? 0 : HEAD;

	PQfreemem(out->data);
	if ((n = next_chunk(out->db, &out->data)) <= 0) {
		out->ended = true;
		return n;
	}
	out->begun = true;
	*row = out->data + skip;
	*len = (size_t)(n - skip);
	/* behind the last row, or instead of one, there is the end */
	return *len <= sizeof(tail) ? db_out_next(out, row, len) : 1;
}

void
db_out_free(struct db_out *out)
{
	PQfreemem(out->data);
	out->data = NULL;
}

int
db_columns(const char *row, size_t len, struct db_field cols[DB_COLUMNS])
{
	const char *p = row, *end = row + len;
	int i, ncols = p + 2 <= end ? be(p, 2) : 0xffff;

	if (ncols > DB_COLUMNS)
		return -1;
	p += 2;
	for (i = 0; i < ncols; i++) {
		cols[i].len = be(p, 4);
		cols[i].data = cols[i].len < 0 ? NULL : p + 4;
		p += 4 + (cols[i].len > 0 ? cols[i].len : 0);
	}
	return ncols;
}

int
db_copy_binary(struct db *db, const char *sql, db_fields *fn, void *arg)
{
	struct db_field cols[DB_COLUMNS];
	struct db_out out;
	const char *row;
	bool go = true;
	size_t len;
	int n, rc;

	if (db_out_begin(&out, db, sql) == -1)
		return -1;
	while ((rc = db_out_next(&out, &row, &len)) == 1)
		if (go && (n = db_columns(row, len, cols)) != -1)
			go = fn(n, cols, arg) == 0;
	db_out_free(&out);
	return rc;
}

/* In */

int
db_in_put(struct db *db, const char *rows, size_t len)
{
	int n;

	if (db->error != NULL)
		return -1;
	for (; len > 0; rows += n, len -= (size_t)n) {
		n = len > INT_MAX / 2 ? INT_MAX / 2 : (int)len;
		if (PQputCopyData(db->conn, rows, n) != 1)
			return db_fail_conn(db);
	}
	return 0;
}

int
db_in_begin(struct db *db, const char *sql)
{
	if (begin_copy(db, sql, PGRES_COPY_IN) == -1)
		return -1;
	return db_in_put(db, head, sizeof(head));
}

int
db_in_end(struct db *db)
{
	if (db_in_put(db, tail, sizeof(tail)) == -1)
		return -1;
	if (PQputCopyEnd(db->conn, NULL) != 1)
		return db_fail_conn(db);
	return end_copy(db);
}

/* A statement that is waited for later */

int
db_send(struct db *db, const char *sql, int n, const struct db_param params[])
{
	const char **values = xcalloc((size_t)n + 1, sizeof(*values));
	int *lens = xcalloc((size_t)n + 1, sizeof(*lens)),
	    *formats = xcalloc((size_t)n + 1, sizeof(*formats)), i, rc = 0;

	for (i = 0; i < n; i++) {
		values[i] = params[i].p;
		lens[i] = params[i].len;
		formats[i] = params[i].binary;
	}
	if (db->error != NULL)
		rc = -1;
	else if (!PQsendQueryParams(db->conn, sql, n, NULL, values, lens,
		     formats, 0))
		rc = db_fail_conn(db);
	free(values);
	free(lens);
	free(formats);
	return rc;
}

static void
hand_on(const PGresult *res, db_row *fn, void *arg)
{
	int i, col, ncols = PQnfields(res);
	char **cols = xcalloc((size_t)ncols + 1, sizeof(*cols));
	bool go = true;

	for (i = 0; go && i < PQntuples(res); i++) {
		for (col = 0; col < ncols; col++)
			cols[col] = PQgetisnull(res, i, col)
			    ? NULL
			    : PQgetvalue(res, i, col);
		go = fn(ncols, cols, arg) == 0;
	}
	free(cols);
}

int
db_wait(struct db *db, db_row *fn, void *arg)
{
	PGresult *res;

	if (db->error != NULL)
		return -1;
	while ((res = PQgetResult(db->conn)) != NULL) {
		switch (PQresultStatus(res)) {
		case PGRES_TUPLES_OK:
			if (fn != NULL)
				hand_on(res, fn, arg);
			break;
		case PGRES_COMMAND_OK: break;
		default: db_fail_result(db, res);
		}
		PQclear(res);
	}
	return db->error != NULL ? -1 : 0;
}
