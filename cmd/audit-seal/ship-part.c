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

/* The way there, and back */

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

enum tool_status
ship_part_send(struct ship_part *p, struct ship *s)
{
	enum tool_status status;

	if ((status = send_rows(p, s)) != TOOL_OK ||
	    (status = ship_part_back(p, s)) != TOOL_OK)
		return status;
	return ship_part_explain(p, s);
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
