/* recent - the last events, to name those that made an alert */

#include "recent.h"

#include <stdlib.h>
#include <string.h>

#include "mark.h"
#include "mem.h"

#define ROWS 32768
#define ACTS 8192

struct recent {
	uint8_t id[16];
	int64_t at;
	uint32_t who, relation, addr, account;
	uint32_t op, home; /* 1: the only trail */
};

struct ring {
	uint64_t n; /* so many have come */
	struct recent v[];
};

struct recents {
	struct ring *rows, *acts;
};

static struct ring *
ring_new(struct store *s, const char *name, size_t n)
{
	size_t size = sizeof(struct ring) + n * sizeof(struct recent);
	struct ring *r = xcalloc(1, size);

	store_bytes(s, name, sizeof(struct recent), r, size);
	return r;
}

struct recents *
recents_new(struct store *s)
{
	struct recents *r = xcalloc(1, sizeof(*r));

	r->rows = ring_new(s, "recent.rows", ROWS);
	r->acts = ring_new(s, "recent.acts", ACTS);
	return r;
}

void
recents_free(struct recents *r)
{
	if (r == NULL)
		return;
	free(r->rows);
	free(r->acts);
	free(r);
}

static bool
is_row(enum op op)
{
	return op >= OP_INSERT && op <= OP_READ;
}

static struct recent
recent_of(const struct fact *e)
{
	struct recent r = { .at = e->at,
		.who = (uint32_t)e->who,
		.relation = (uint32_t)e->namesake,
		.account = (uint32_t)e->account,
		.op = e->op,
		.home = e->home == 0 ? 1 : (uint32_t)e->home };

	memcpy(r.id, e->id, sizeof(r.id));
	if (e->addr.p != NULL)
		r.addr = (uint32_t)mark_bytes(9, e->addr.p, e->addr.len);
	return r;
}

void
recents_add(struct recents *r, const struct fact *e)
{
	bool row = is_row(e->op);
	struct ring *ring = row ? r->rows : r->acts;

	ring->v[ring->n++ % (row ? ROWS : ACTS)] = recent_of(e);
}

static struct like
like_of(const struct recent *r)
{
	struct like l = { .home = r->home };

	memcpy(l.id, r->id, sizeof(l.id));
	return l;
}

size_t
recents_like(const struct recents *r, const struct fact *e, enum op op,
    int like, int64_t within, struct like likes[], size_t most)
{
	const struct ring *ring = is_row(op) ? r->rows : r->acts;
	size_t size = is_row(op) ? ROWS : ACTS, found = 0, i;
	struct recent that = recent_of(e);
	struct like one;

	for (i = 1; i <= size && i <= ring->n && found < most; i++) {
		const struct recent *v = &ring->v[(ring->n - i) % size];

		if (v->op == op && v->at >= e->at - within &&
		    (!(like & LIKE_WHO) || v->who == that.who) &&
		    (!(like & (LIKE_RELATION | LIKE_NAMESAKE)) ||
			v->relation == that.relation) &&
		    (!(like & LIKE_RELATION) || v->home == that.home) &&
		    (!(like & LIKE_ADDR) || v->addr == that.addr) &&
		    (!(like & LIKE_ACCOUNT) || v->account == that.account) &&
		    memcmp(v->id, e->id, sizeof(e->id)) != 0)
			likes[found++] = like_of(v);
	}
	for (i = 0; i < found / 2; i++) {
		one = likes[i];
		likes[i] = likes[found - 1 - i];
		likes[found - 1 - i] = one;
	}
	return found;
}

/* What was there before this run */

struct again {
	uint64_t *marks; /* a table of them, open addressing; 0: free */
	size_t mask;
	uint8_t rows[16], acts[16]; /* older ones are not among the marks */
	uint8_t newest[16];
	bool over;
};

static uint64_t
mark_id(const uint8_t id[16])
{
	return mark_bytes(10, (const char *)id, 16);
}

static void
note(struct again *a, const struct ring *ring, size_t size, uint8_t oldest[16])
{
	size_t i, at;

	for (i = 0; i < size && i < ring->n; i++) {
		const uint8_t *id = ring->v[i].id;
		uint64_t mark = mark_id(id);

		for (at = mark & a->mask; a->marks[at] != 0;)
			at = (at + 1) & a->mask;
		a->marks[at] = mark;
		if (memcmp(id, a->newest, 16) > 0)
			memcpy(a->newest, id, 16);
	}
	if (size > 0 && ring->n > size)
		memcpy(oldest, ring->v[ring->n % size].id, 16);
}

struct again *
again_new(const struct recents *r)
{
	struct again *a = xcalloc(1, sizeof(*a));

	a->mask = 2 * (size_t)(ROWS + ACTS);
	while ((a->mask & (a->mask + 1)) != 0)
		a->mask |= a->mask >> 1;
	a->marks = xcalloc(a->mask + 1, sizeof(*a->marks));
	note(a, r->rows, ROWS, a->rows);
	note(a, r->acts, ACTS, a->acts);
	a->over = r->rows->n + r->acts->n == 0;
	return a;
}

void
again_free(struct again *a)
{
	if (a == NULL)
		return;
	free(a->marks);
	free(a);
}

bool
again_has(struct again *a, const struct fact *e)
{
	uint64_t mark;
	size_t at;

	if (a == NULL || a->over)
		return false;
	if (memcmp(e->id, a->newest, 16) > 0) {
		a->over = true;
		return false;
	}
	if (memcmp(e->id, is_row(e->op) ? a->rows : a->acts, 16) < 0)
		return true;
	mark = mark_id(e->id);
	for (at = mark & a->mask; a->marks[at] != 0; at = (at + 1) & a->mask)
		if (a->marks[at] == mark)
			return true;
	return false;
}
