/* ship-back - whether what the archive's server has of a part is what was
 * sealed
 */

#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "parts.h"
#include "ship-part.h"
#include "sql.h"

static size_t
seal_of(const struct ship_part *p, const uint8_t *leaf)
{
	const size_t at = (size_t)(leaf - (const uint8_t *)p->leaves.p);
	size_t lo = 0, hi = p->nkeys, mid;

	while (hi - lo > 1) {
		mid = lo + (hi - lo) / 2;
		if (p->keys[mid].at <= at)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

static enum tool_status
wrong(const struct ship_part *p, const struct ship *s, const uint8_t *leaf,
    const char *what)
{
	char id[HEX_UUID];

	hex_write_uuid(id, leaf);
	warnx("trail %s: event %s of seal %" PRIu64 " %s; see audit-seal "
	      "verify",
	    s->name, id, p->keys[seal_of(p, leaf)].key.seal, what);
	return TOOL_NO;
}

/* Rows come back in the order in which they went, but for some that are large.
 * Returns its place among those that were sent, or -1. */
static int64_t
find_sent(const struct ship_part *p, size_t i, const uint8_t *id)
{
	size_t lo = 0, hi = p->nsent, mid;
	int order;

	if (i < p->nsent && memcmp(p->ids[p->sent[i]], id, 16) == 0)
		return (int64_t)i;
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		order = memcmp(p->ids[p->sent[mid]], id, 16);
		if (order == 0)
			return (int64_t)mid;
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return -1;
}

/* One of them, and its leaf */
static enum tool_status
check_row(struct ship_part *p, const struct ship *s, const char *row,
    size_t len)
{
	struct db_field cols[DB_COLUMNS];
	uint8_t own[DIGEST_LEN];
	const uint8_t *leaf;
	int64_t i;
	int n = db_columns(row, len, cols);

	if (n == -1 || row_read(&p->row, n, cols) == -1 ||
	    (i = find_sent(p, p->nback, p->row.event.id)) == -1 || p->back[i]) {
		warnx("--to: what comes back is not what was sent");
		return TOOL_FAILED;
	}
	p->back[i] = true;
	p->nback++;
	leaf = p->ids[p->sent[i]];
	if (parts_leaf(p->leaf, &p->row.event, own) == 0 &&
	    memcmp(own, leaf + 16, DIGEST_LEN) == 0 &&
	    (p->row.event.redacted.p == NULL) ==
		(p->row.event.erased.p == NULL))
		return TOOL_OK;
	return wrong(p, s, leaf, "is not what was sealed");
}

enum tool_status
ship_part_back(struct ship_part *p, struct ship *s)
{
	enum tool_status status = TOOL_OK;
	struct db_out out;
	const char *row;
	size_t len;
	int rc;

	p->nback = 0;
	if (db_out_begin(&out, s->archive, sql_ship_back) == -1)
		return TOOL_FAILED;
	while ((rc = db_out_next(&out, &row, &len)) == 1)
		if (status == TOOL_OK)
			status = check_row(p, s, row, len);
	db_out_free(&out);
	if (rc == -1)
		return TOOL_FAILED;
	if (status == TOOL_OK && p->nback != p->nsent) {
		warnx("--to: not all comes back that was sent");
		status = TOOL_FAILED;
	}
	p->sum.events = p->nback;
	return status;
}

/* What did not come */

static void
count_lost(struct ship_part *p, const struct ship *s, uint64_t seal, size_t n)
{
	struct ship_sum *sum = &p->sum;

	sum->absent += n;
	if (s->acked == -1 || seal > (uint64_t)s->acked)
		return;
	if (sum->lost == 0 || seal < sum->lost_first)
		sum->lost_first = seal;
	if (seal > sum->lost_last)
		sum->lost_last = seal;
	sum->lost += n;
}

static enum tool_status
explain_row(struct ship_part *p, struct ship *s,
    const struct ship_part_row *row, const bool *there)
{
	const uint8_t *leaves = (const uint8_t *)p->leaves.p + row->at;
	uint32_t *at = xcalloc(row->n, sizeof(*at));
	enum tool_status status = TOOL_OK;
	size_t i, n = 0;

	for (i = 0; i < row->n; i++)
		if (!there[i])
			at[n++] = (uint32_t)i;
	if (n > 0)
		status = ship_explain(s, &row->key, leaves, row->n, at, n);
	count_lost(p, s, row->key.seal, n);
	free(at);
	return status;
}

enum tool_status
ship_part_explain(struct ship_part *p, struct ship *s)
{
	bool *there = xcalloc(p->n + 1, sizeof(*there));
	enum tool_status status = TOOL_OK;
	size_t i, at;

	if (p->nsent < p->n) {
		for (i = 0; i < p->nsent; i++) {
			at = (size_t)(p->ids[p->sent[i]] -
			    (const uint8_t *)p->leaves.p);
			there[at / SHIP_LEAF] = true;
		}
		for (i = 0; i < p->nkeys && status == TOOL_OK; i++)
			status = explain_row(p, s, &p->keys[i],
			    there + p->keys[i].at / SHIP_LEAF);
	}
	free(there);
	return status;
}
