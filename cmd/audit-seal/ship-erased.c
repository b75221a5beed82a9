/* ship-erased - erase in the archive what has been erased at the source
 *
 * The events that have lost values go there once more. What the archive has of
 * them is replaced where the leaf stays the same: then nothing was changed but
 * values left out. */

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "db-copy.h"
#include "mem.h"
#include "parts.h"
#include "row.h"
#include "ship.h"
#include "sql.h"

struct erased {
	struct ship *ship;
	struct {
		uint8_t id[16], leaf[DIGEST_LEN];
		bool known;
	} * v; /* that are to be replaced, in the order of ids */
	size_t n, size, at;
	struct row row;
	struct leaf *leaf;
};

static enum tool_status
send_rows(struct ship *s)
{
	struct db_out out = { NULL };
	const char *row;
	size_t len;
	int rc;

	if (db_in_begin(s->archive, sql_ship_incoming) == -1 ||
	    db_out_begin(&out, s->run->db, sql_ship_erased) == -1)
		return TOOL_FAILED;
	while ((rc = db_out_next(&out, &row, &len)) == 1 &&
	    db_in_put(s->archive, row, len) == 0)
		;
	db_out_free(&out);
	return rc != 0 || db_in_end(s->archive) == -1 ? TOOL_FAILED : TOOL_OK;
}

static int
keep_leaf(int ncols, const struct db_field cols[], void *arg)
{
	struct erased *e = arg;

	(void)ncols;
	if (e->n == e->size) {
		e->size = e->size == 0 ? 64 : e->size * 2;
		e->v = xreallocarray(e->v, e->size, sizeof(*e->v));
	}
	memcpy(e->v[e->n].id, cols[0].data, 16);
	e->v[e->n].known = cols[1].data != NULL && cols[1].len == DIGEST_LEN;
	if (e->v[e->n].known)
		memcpy(e->v[e->n].leaf, cols[1].data, DIGEST_LEN);
	e->n++;
	return 0;
}

/* Whether one that came back is what was sealed, but for what it lost */
static enum tool_status
check_row(struct erased *e, const char *row, size_t len)
{
	struct db_field cols[DB_COLUMNS];
	uint8_t own[DIGEST_LEN];
	char id[HEX_UUID];
	int n = db_columns(row, len, cols);

	if (n == -1 || row_read(&e->row, n, cols) == -1) {
		warnx("--to: what comes back is not what was sent");
		return TOOL_FAILED;
	}
	while (e->at < e->n && memcmp(e->v[e->at].id, e->row.event.id, 16) < 0)
		e->at++;
	if (e->at == e->n || memcmp(e->v[e->at].id, e->row.event.id, 16) != 0)
		return TOOL_OK; /* the archive has it like this, or not yet */
	if (e->v[e->at].known && parts_leaf(e->leaf, &e->row.event, own) == 0 &&
	    memcmp(own, e->v[e->at].leaf, DIGEST_LEN) == 0)
		return TOOL_OK;
	hex_write_uuid(id, e->row.event.id);
	warnx("trail %s: event %s has not only lost values; nothing was "
	      "erased, see audit-seal verify",
	    e->ship->name, id);
	return TOOL_NO;
}

static enum tool_status
check_rows(struct erased *e)
{
	struct ship *s = e->ship;
	enum tool_status status = TOOL_OK;
	struct db_out out = { NULL };
	char *params[] = { s->no };
	const char *row;
	size_t len;
	int rc;

	if (db_query_binary(s->archive, sql_ship_erased_leaves, 1, NULL, params,
		keep_leaf, e) == -1 ||
	    db_out_begin(&out, s->archive, sql_ship_erased_back) == -1)
		return TOOL_FAILED;
	while ((rc = db_out_next(&out, &row, &len)) == 1)
		if (status == TOOL_OK)
			status = check_row(e, row, len);
	db_out_free(&out);
	return rc == -1 ? TOOL_FAILED : status;
}

static enum tool_status
replace(struct ship *s)
{
	char *params[] = { s->no }, *n = NULL;

	if (db_value(s->archive, sql_ship_take_erased, 1, params, &n) == -1 ||
	    db_commit(s->archive) == -1) {
		free(n);
		return TOOL_FAILED;
	}
	s->sum.erased = strtoull(n, NULL, 10);
	free(n);
	return TOOL_OK;
}

/* Until then audit-purge run --shipped removes nothing: what is gone cannot be
 * erased there any more. */
enum tool_status
ship_put_erased(struct ship *s, char *seen)
{
	char *params[] = { s->archive_id, seen };

	if (s->any && ship_ack(s) != TOOL_OK)
		return TOOL_FAILED;
	return db_exec(s->run->db, sql_ship_put_erased, 2, params) == -1
	    ? TOOL_FAILED
	    : TOOL_OK;
}

enum tool_status
ship_erased(struct ship *s)
{
	struct erased e = { .ship = s, .leaf = leaf_new() };
	char *params[] = { s->no }, *seen = NULL;
	enum tool_status status = TOOL_FAILED;

	db_needs(s->archive,
	    "to be the archive's owner: a shipper changes nothing there");
	if (db_begin(s->run->db, DB_READ) == 0 &&
	    db_value(s->run->db, sql_ship_snapshot, 0, NULL, &seen) == 0 &&
	    db_begin(s->archive, DB_WRITE) == 0 &&
	    db_exec(s->archive, sql_ship_begin, 1, params) == 0 &&
	    (status = send_rows(s)) == TOOL_OK &&
	    (status = check_rows(&e)) == TOOL_OK)
		status = replace(s);
	if (db_commit(s->run->db) == -1 && status == TOOL_OK)
		status = TOOL_FAILED;
	if (status == TOOL_OK)
		status = ship_put_erased(s, seen);
	free(seen);
	row_free(&e.row);
	leaf_free(e.leaf);
	free(e.v);
	return status;
}
