/* access-group - add up what each one did to each table, from many places */

#include "access.h"

#include <string.h>

void
access_add(void *sum, const void *more)
{
	struct did *a = sum;
	const struct did *b = more;
	size_t i;

	span_add(&a->span, &b->span);
	for (i = 0; i < DID_OPS; i++)
		a->n[i] += b->n[i];
	a->rows += b->rows;
}

/* Note that there is such a one; keys begin with what it is. */
static int
note(struct report *r, char what, const char *p, size_t len)
{
	buf_reset(&r->key);
	buf_byte(&r->key, what);
	buf_put(&r->key, p, len);
	return tally_at(r->others, r->key.p, r->key.len) == NULL ? -1 : 0;
}

static struct cell
count_or_none(uint64_t n, enum cell_tone tone)
{
	return n == 0 ? cell_text(NULL) : cell_toned(cell_count(n), tone);
}

/* What both kinds of row say */
static void
put_did(struct cell c[static A_COLUMNS], const struct did *d)
{
	static const enum cell_tone tones[DID_OPS] = { TONE_READ, TONE_INSERT,
		TONE_UPDATE, TONE_DELETE, TONE_DELETE, TONE_BAD };
	static const int at[DID_OPS] = { A_READ, A_INSERT, A_UPDATE, A_DELETE,
		A_TRUNCATE, A_DENIED };
	size_t i;

	for (i = 0; i < DID_OPS; i++)
		c[at[i]] = count_or_none(d->n[i], tones[i]);
	c[A_ROWS] = count_or_none(d->rows, TONE_NONE);
	c[A_FIRST] = cell_time(d->span.first);
	c[A_LAST] = cell_time(d->span.last);
}

/* A row of what somebody did to a table */
static void
put_group(struct report *r)
{
	const struct group *g = &r->group;
	const char *p = g->key.p, *end = p + g->key.len;
	struct json schema = brief_next(&p, end), table = brief_next(&p, end);
	struct cell c[A_COLUMNS] = { 0 };
	struct brief b[4];

	c[A_TABLE] = brief_table_of(&b[0], schema, table);
	c[A_WHO] = brief_who_of(&b[1], brief_next(&p, end));
	put_did(c, &g->did);
	c[A_FROM] = few_cell(&g->addrs, &b[2]);
	c[A_WITH] = few_cell(&g->apps, &b[3]);
	kept_put(r->rows, (int64_t)g->did.span.n, c);
}

/* A row of what all did to it */
static void
put_table(struct report *r)
{
	struct group *g = &r->group;
	const char *p = g->key.p, *end = p + g->key.len;
	struct json schema = brief_next(&p, end), table = brief_next(&p, end);
	struct cell c[A_COLUMNS] = { 0 };
	struct brief b;

	c[A_TABLE] = brief_table_of(&b, schema, table);
	c[A_PEOPLE] = cell_count(g->people);
	put_did(c, &g->whole);
	kept_put(r->tables, (int64_t)g->whole.span.n, c);
}

/* Another table, or somebody else */
static int
begin_group(struct report *r, struct json table, struct json key)
{
	struct group *g = &r->group;
	bool other = !brief_begins(&g->key, table);

	if (g->key.len > 0)
		put_group(r);
	if (g->key.len > 0 && other)
		put_table(r);
	if (other) {
		memset(&g->whole, 0, sizeof(g->whole));
		g->people = 0;
	}
	g->people++;
	buf_reset(&g->key);
	buf_put(&g->key, key.p, key.len);
	memset(&g->did, 0, sizeof(g->did));
	few_clear(&g->addrs, true);
	few_clear(&g->apps, false);
	return note(r, 't', table.p, table.len) == -1 ||
		note(r, 'w', key.p + table.len, key.len - table.len) == -1
	    ? -1
	    : 0;
}

/* The counters of one place, of a table and somebody */
static int
put_place(struct report *r, const char *key, size_t len, const struct did *d)
{
	struct json group = brief_head(key, len, 3), part;
	const char *p = key + group.len, *end = key + len;
	struct group *g = &r->group;

	if (!brief_begins(&g->key, group) &&
	    begin_group(r, brief_head(key, len, 2), group) == -1)
		return -1;
	access_add(&g->whole, d);
	access_add(&g->did, d);
	part = brief_next(&p, end);
	few_add_addr(&g->addrs, part);
	if (part.len > 0 && note(r, 'a', part.p, part.len) == -1)
		return -1;
	part = brief_next(&p, end);
	if (part.len > 0)
		few_add(&g->apps, part);
	return 0;
}

static int
add_up(struct report *r)
{
	const void *counters;
	const char *key;
	size_t len;
	int got;

	while ((got = tally_next(r->did, &key, &len, &counters)) == 1)
		if (put_place(r, key, len, counters) == -1)
			return -1;
	if (r->group.key.len > 0) {
		put_group(r);
		put_table(r);
	}
	return got;
}

static int
count_others(struct report *r, uint64_t n[static 128])
{
	const void *counters;
	const char *key;
	size_t len;
	int got;

	while ((got = tally_next(r->others, &key, &len, &counters)) == 1)
		n[(unsigned char)*key & 127]++;
	return got;
}

int
access_add_up(struct report *r, uint64_t n[static 128])
{
	return add_up(r) == -1 || count_others(r, n) == -1 ? -1 : 0;
}
