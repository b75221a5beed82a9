/* ship-part - a part of the events on its way
 *
 * Rows go to the archive as the source sends them, and come back as the
 * archive's server has them: these are what is hashed. While the archive takes
 * a part, the source sends the next one. */

#include <endian.h>
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "db-copy.h"
#include "mem.h"
#include "parts.h"
#include "progress.h"
#include "row.h"
#include "ship-part.h"
#include "sql.h"

#define AHEAD ((size_t)32 << 20) /* bytes that are read before they can go */
#define CHUNK ((size_t)64 << 10) /* and that are sent at once */

struct ship_part *
ship_part_new(void)
{
	struct ship_part *p = xcalloc(1, sizeof(*p));

	p->leaf = leaf_new();
	return p;
}

void
ship_part_free(struct ship_part *p)
{
	if (p == NULL)
		return;
	db_out_free(&p->out);
	leaf_free(p->leaf);
	row_free(&p->row);
	buf_free(&p->leaves);
	buf_free(&p->rows);
	free(p->keys);
	free(p->ids);
	free(p->sent);
	free(p->back);
	free(p);
}

const struct ship_sum *
ship_part_sum(const struct ship_part *p)
{
	return &p->sum;
}

/* The leaves */

static int
keep_row(int ncols, const struct db_field cols[], void *arg)
{
	struct ship_part *p = arg;
	struct ship_part_row *row;

	(void)ncols;
	if (p->nkeys == p->keys_size) {
		p->keys_size = p->keys_size == 0 ? 64 : p->keys_size * 2;
		p->keys =
		    xreallocarray(p->keys, p->keys_size, sizeof(*p->keys));
	}
	row = &p->keys[p->nkeys++];
	ship_key_read(&row->key, cols);
	row->at = p->leaves.len;
	row->n = (size_t)cols[3].len / SHIP_LEAF;
	buf_put(&p->leaves, cols[3].data, row->n * SHIP_LEAF);
	return 0;
}

static int
by_id(const void *a, const void *b)
{
	return memcmp(*(const uint8_t *const *)a, *(const uint8_t *const *)b,
	    16);
}

/* Those of one seal are in the order of ids already, mostly. */
static void
sort_leaves(struct ship_part *p)
{
	const uint8_t *leaves = (const uint8_t *)p->leaves.p;
	bool sorted = true;
	size_t i;

	p->n = p->leaves.len / SHIP_LEAF;
	if (p->n > p->size) {
		p->size = p->n;
		p->ids = xreallocarray(p->ids, p->size, sizeof(*p->ids));
		p->sent = xreallocarray(p->sent, p->size, sizeof(*p->sent));
		p->back = xreallocarray(p->back, p->size, sizeof(*p->back));
	}
	memset(p->back, 0, p->n * sizeof(*p->back));
	for (i = 0; i < p->n; i++) {
		p->ids[i] = leaves + i * SHIP_LEAF;
		sorted = sorted &&
		    (i == 0 || memcmp(p->ids[i - 1], p->ids[i], 16) < 0);
	}
	if (!sorted)
		qsort(p->ids, p->n, sizeof(*p->ids), by_id);
}

static enum tool_status
read_leaves(struct ship_part *p, struct ship *s, const struct ship_span *span)
{
	char no[2][24], n[2][16];
	char *params[] = { no[0], (char *)span->first.month, n[0], no[1],
		(char *)span->last.month, n[1] };

	snprintf(no[0], sizeof(no[0]), "%" PRIu64, span->first.seal);
	snprintf(no[1], sizeof(no[1]), "%" PRIu64, span->last.seal);
	snprintf(n[0], sizeof(n[0]), "%" PRId32, span->first.n);
	snprintf(n[1], sizeof(n[1]), "%" PRId32, span->last.n);
	if (db_query_binary(s->run->db, sql_ship_part_leaves, 6, NULL, params,
		keep_row, p) == -1)
		return TOOL_FAILED;
	sort_leaves(p);
	return TOOL_OK;
}

/* The events: where they lie
 *
 * Mostly these are all events from the first id to the last. But a transaction
 * that was open for days leaves one far away from all others, with what other
 * seals cover in between: that is not to be read. */

static int
put_range(FILE *lo, FILE *hi, const uint8_t *first, const uint8_t *last)
{
	const char *comma = ftell(lo) > 1 ? "," : "";
	char text[HEX_UUID];

	hex_write_uuid(text, first);
	fprintf(lo, "%s%s", comma, text);
	hex_write_uuid(text, last);
	return fprintf(hi, "%s%s", comma, text);
}

static void
write_ranges(const struct ship_part *p, FILE *lo, FILE *hi)
{
	const int64_t second = 1000000;
	int64_t gap, wide;
	size_t i, first = 0;

	wide = (leaf_time(p->ids[p->n - 1]) - leaf_time(p->ids[0])) /
	    (int64_t)p->n * 16;
	if (wide < second)
		wide = second;
	putc('{', lo);
	putc('{', hi);
	for (i = 1; i < p->n; i++) {
		gap = leaf_time(p->ids[i]) - leaf_time(p->ids[i - 1]);
		if (gap <= wide)
			continue;
		put_range(lo, hi, p->ids[first], p->ids[i - 1]);
		first = i;
	}
	put_range(lo, hi, p->ids[first], p->ids[i - 1]);
	putc('}', lo);
	putc('}', hi);
}

static enum tool_status
begin_events(struct ship_part *p, struct ship *s)
{
	char *params[2];
	size_t len[2];
	FILE *lo = xmemstream(&params[0], &len[0]),
	     *hi = xmemstream(&params[1], &len[1]);
	int rc;

	write_ranges(p, lo, hi);
	xclose(lo);
	xclose(hi);
	rc = db_exec(s->run->db, sql_ship_ranges, 2, params);
	if (rc == 0)
		rc = db_out_begin(&p->out, s->run->db, sql_ship_events);
	free(params[0]);
	free(params[1]);
	return rc == -1 ? TOOL_FAILED : TOOL_OK;
}

/* The next row that is one of ours: 1; 0 at the end; -1 where it failed. Rows
 * of a COPY begin with the number of columns, 2 bytes, and the first one's
 * length, 4 bytes. */
static int
next_row(struct ship_part *p, const char **row, size_t *len)
{
	const char *id;
	int rc, order;

	while ((rc = db_out_next(&p->out, row, len)) == 1) {
		id = *row + 6;
		while (p->at < p->n && *len >= 22 &&
		    (order = memcmp(p->ids[p->at], id, 16)) <= 0) {
			if (order == 0) {
				p->sent[p->nsent++] = (uint32_t)p->at++;
				return 1;
			}
			p->at++;
		}
	}
	return rc;
}

/* Read ahead what fits. */
static enum tool_status
read_ahead(struct ship_part *p)
{
	const char *row;
	size_t len;
	int rc;

	while (p->rows.len < AHEAD) {
		if ((rc = next_row(p, &row, &len)) != 1) {
			p->ended = true;
			return rc == 0 ? TOOL_OK : TOOL_FAILED;
		}
		buf_put(&p->rows, row, len);
	}
	return TOOL_OK;
}

enum tool_status
ship_part_read(struct ship_part *p, struct ship *s,
    const struct ship_span *span)
{
	enum tool_status status;

	db_out_free(&p->out);
	p->leaves.len = p->rows.len = 0;
	p->nkeys = p->n = p->at = p->nsent = 0;
	p->ended = false;
	p->sum = (struct ship_sum){ .events = 0 };
	if ((status = read_leaves(p, s, span)) != TOOL_OK ||
	    (status = begin_events(p, s)) != TOOL_OK)
		return status;
	return read_ahead(p);
}

/* The way there */

static int
flush_rows(struct ship_part *p, struct ship *s)
{
	int rc = db_in_put(s->archive, p->rows.p, p->rows.len);

	p->sum.bytes += p->rows.len;
	p->rows.len = 0;
	return rc;
}

static enum tool_status
send_rows(struct ship_part *p, struct ship *s)
{
	const char *row;
	size_t len;
	int rc = 1;

	if (db_in_begin(s->archive, sql_ship_incoming) == -1 ||
	    flush_rows(p, s) == -1)
		return TOOL_FAILED;
	while (!p->ended && (rc = next_row(p, &row, &len)) == 1) {
		buf_put(&p->rows, row, len);
		if (p->rows.len >= CHUNK && flush_rows(p, s) == -1)
			return TOOL_FAILED;
	}
	if (rc == -1 || flush_rows(p, s) == -1 || db_in_end(s->archive) == -1)
		return TOOL_FAILED;
	return TOOL_OK;
}

/* And back */

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

static enum tool_status
check_back(struct ship_part *p, struct ship *s)
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

static enum tool_status
explain(struct ship_part *p, struct ship *s)
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

enum tool_status
ship_part_send(struct ship_part *p, struct ship *s)
{
	enum tool_status status;

	if ((status = send_rows(p, s)) != TOOL_OK ||
	    (status = check_back(p, s)) != TOOL_OK)
		return status;
	return explain(p, s);
}

/* To take it */

/* An array of one dimension in binary: whether there are nulls, the type of the
 * elements, how many they are and from where they are counted; for each its
 * length and bytes. */
static void
put_int4(struct buf *b, uint32_t n)
{
	n = htobe32(n);
	buf_put(b, (const char *)&n, sizeof(n));
}

static void
write_leaves(const struct ship_part *p, struct buf *b)
{
	const uint32_t bytea = 17;
	size_t i;

	put_int4(b, 1);
	put_int4(b, 0);
	put_int4(b, bytea);
	put_int4(b, (uint32_t)p->nkeys);
	put_int4(b, 1);
	for (i = 0; i < p->nkeys; i++) {
		put_int4(b, (uint32_t)(p->keys[i].n * SHIP_LEAF));
		buf_put(b, p->leaves.p + p->keys[i].at,
		    p->keys[i].n * SHIP_LEAF);
	}
}

static void
write_keys(const struct ship_part *p, FILE *fp[3])
{
	const struct ship_key *key;
	size_t i;
	char c = '{';

	for (i = 0; i < p->nkeys; i++, c = ',') {
		key = &p->keys[i].key;
		fprintf(fp[0], "%c%" PRIu64, c, key->seal);
		fprintf(fp[1], "%c%s", c, key->month);
		fprintf(fp[2], "%c%" PRId32, c, key->n);
	}
	for (i = 0; i < 3; i++)
		putc('}', fp[i]);
}

enum tool_status
ship_part_take(struct ship_part *p, struct ship *s)
{
	struct buf leaves = { NULL, 0, 0 };
	struct db_param params[5] = { { .p = s->no } };
	char *text[3];
	FILE *fp[3];
	size_t len;
	int i, rc;

	for (i = 0; i < 3; i++)
		fp[i] = xmemstream(&text[i], &len);
	write_keys(p, fp);
	for (i = 0; i < 3; i++) {
		xclose(fp[i]);
		params[1 + i].p = text[i];
	}
	write_leaves(p, &leaves);
	params[4] = (struct db_param){ leaves.p, (int)leaves.len, true };
	rc = db_send(s->archive, sql_ship_take_part, 5, params);
	for (i = 0; i < 3; i++)
		free(text[i]);
	buf_free(&leaves);
	return rc == -1 ? TOOL_FAILED : TOOL_OK;
}

static int
keep_count(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	*(uint64_t *)arg = strtoull(cols[0], NULL, 10);
	return 1;
}

enum tool_status
ship_part_taken(struct ship_part *p, struct ship *s)
{
	uint64_t n = 0;

	if (db_wait(s->archive, keep_count, &n) == -1)
		return TOOL_FAILED;
	if (n == p->sum.events)
		return TOOL_OK;
	warnx("--to: of %" PRIu64 " events it took %" PRIu64, p->sum.events, n);
	return TOOL_FAILED;
}
