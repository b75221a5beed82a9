/* tally - counters by key, more keys than memory holds */

#include "tally.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "hash.h"
#include "mem.h"
#include "sort.h"

#define WAYS 16	  /* runs that are merged at a time, 64 kB each */
#define SLOTS 256 /* at first; a power of two, as ever */

/* An entry lies in a buffer: this, the counters, the key, zeros so that the
 * next one lies on 8 bytes, too. */
struct entry {
	uint64_t hash;
	size_t keylen;
};

struct slot { /* of the hash table: at 0 is nobody */
	uint32_t hash, at;
};

struct tally {
	size_t size, room; /* of counters; the same on 8 bytes */
	void (*add)(void *, const void *);
	size_t memory;
	struct buf held; /* entries, behind 8 bytes that are none */
	struct slot *slots;
	size_t n, nslots;
	struct sort *aside;   /* entries that did not fit; NULL: all did */
	uint32_t *order;      /* of the entries, when they are read */
	size_t next;	      /* of these */
	struct sort_record r; /* the next of the others, if ahead */
	bool reading, ahead;
	void *sum, *term;
	struct buf key; /* whose sum it is */
};

static size_t
round_up(size_t n)
{
	return (n + 7) / 8 * 8;
}

struct tally *
tally_new(size_t size, void (*add)(void *, const void *), size_t memory)
{
	struct tally *t = xcalloc(1, sizeof(*t));

	t->size = size;
	t->room = round_up(size);
	t->add = add;
	t->memory = memory / 2; /* the other half is the sort's */
	/* nobody can choose keys that all meet in one slot */
	t->sum = xmalloc(t->room);
	t->term = xmalloc(t->room);
	return t;
}

void
tally_free(struct tally *t)
{
	if (t == NULL)
		return;
	sort_free(t->aside);
	buf_free(&t->held);
	buf_free(&t->key);
	free(t->slots);
	free(t->order);
	free(t->sum);
	free(t->term);
	free(t);
}

const char *
tally_error(const struct tally *t)
{
	return t->aside == NULL ? NULL : sort_error(t->aside);
}

static struct entry *
entry_at(const struct tally *t, uint32_t at)
{
	return (struct entry *)(void *)(t->held.p + (size_t)at * 8);
}

static void *
counters_of(struct entry *e)
{
	return e + 1;
}

static char *
key_of(const struct tally *t, struct entry *e)
{
	return (char *)counters_of(e) + t->room;
}

/* Where the key is, or would be */
static struct slot *
find(const struct tally *t, uint64_t hash, const char *key, size_t len)
{
	size_t i = hash & (t->nslots - 1);
	struct entry *e;

	for (; t->slots[i].at != 0; i = (i + 1) & (t->nslots - 1)) {
		if (t->slots[i].hash != (uint32_t)(hash >> 32))
			continue;
		e = entry_at(t, t->slots[i].at);
		if (e->hash == hash && e->keylen == len &&
		    memcmp(key_of(t, e), key, len) == 0)
			break;
	}
	return &t->slots[i];
}

static void
grow(struct tally *t)
{
	struct slot *old = t->slots;
	size_t i, to, n = t->nslots;

	t->nslots = n == 0 ? SLOTS : 2 * n;
	t->slots = xcalloc(t->nslots, sizeof(*t->slots));
	for (i = 0; i < n; i++) {
		if (old[i].at == 0)
			continue;
		to = entry_at(t, old[i].at)->hash & (t->nslots - 1);
		while (t->slots[to].at != 0)
			to = (to + 1) & (t->nslots - 1);
		t->slots[to] = old[i];
	}
	free(old);
}

/* Lay all entries aside. */
static int
spill(struct tally *t)
{
	struct entry *e;
	struct sort_record r;
	size_t i;

	if (t->aside == NULL)
		t->aside = sort_new(t->memory, WAYS);
	for (i = 0; i < t->nslots; i++) {
		if (t->slots[i].at == 0)
			continue;
		e = entry_at(t, t->slots[i].at);
		r = (struct sort_record){ key_of(t, e), counters_of(e),
			e->keylen, t->size };
		if (sort_add(t->aside, &r) == -1)
			return -1;
	}
	if (t->nslots > 0)
		memset(t->slots, 0, t->nslots * sizeof(*t->slots));
	t->n = 0;
	if (t->held.size > 2 * t->memory)
		buf_free(&t->held);
	t->held.len = 0;
	return 0;
}

/* Three of four slots may be taken. */
static bool
is_crowded(const struct tally *t)
{
	return t->n >= t->nslots / 4 * 3;
}

static bool
is_full(const struct tally *t, size_t more)
{
	size_t n = is_crowded(t) ? 2 * t->nslots : t->nslots;

	/* an entry's place is a number of 32 bits, of 8 bytes each */
	return t->n > 0 &&
	    (t->held.len + more + n * sizeof(*t->slots) > t->memory ||
		t->held.len / 8 > UINT32_MAX - 1);
}

static void *
insert(struct tally *t, uint64_t hash, const char *key, size_t len)
{
	static const char zeros[8];
	struct entry e = { hash, len };
	size_t left, size = sizeof(e) + t->room + round_up(len);
	struct slot *s;

	if (is_full(t, size) && spill(t) == -1)
		return NULL;
	if (is_crowded(t))
		grow(t);
	if (t->held.len == 0)
		buf_put(&t->held, zeros, sizeof(zeros));
	s = find(t, hash, key, len);
	*s = (struct slot){ (uint32_t)(hash >> 32),
		(uint32_t)(t->held.len / 8) };
	t->n++;
	buf_put(&t->held, (const char *)&e, sizeof(e));
	for (left = t->room; left > 0; left -= sizeof(zeros))
		buf_put(&t->held, zeros, sizeof(zeros));
	buf_put(&t->held, key, len);
	buf_put(&t->held, zeros, round_up(len) - len);
	return counters_of(entry_at(t, s->at));
}

void *
tally_at(struct tally *t, const char *key, size_t len)
{
	uint64_t hash = hash_bytes(0, key, len);
	const struct slot *s;

	if (tally_error(t) != NULL)
		return NULL;
	if (t->nslots > 0) {
		s = find(t, hash, key, len);
		if (s->at != 0)
			return counters_of(entry_at(t, s->at));
	}
	return insert(t, hash, key, len);
}

/* Reading */

static int
by_key(const void *a, const void *b, void *arg)
{
	const struct tally *t = arg;
	struct entry *x = entry_at(t, *(const uint32_t *)a),
		     *y = entry_at(t, *(const uint32_t *)b);
	size_t least = x->keylen < y->keylen ? x->keylen : y->keylen;
	int order = memcmp(key_of(t, x), key_of(t, y), least);

	return order != 0 ? order
			  : (x->keylen > y->keylen) - (x->keylen < y->keylen);
}

static int
begin_reading(struct tally *t)
{
	size_t i, n = 0;
	int got;

	t->reading = true;
	if (t->aside == NULL) {
		t->order = xreallocarray(NULL, t->n, sizeof(*t->order));
		for (i = 0; i < t->nslots; i++)
			if (t->slots[i].at != 0)
				t->order[n++] = t->slots[i].at;
		free(t->slots);
		t->slots = NULL;
		t->nslots = 0;
		qsort_r(t->order, n, sizeof(*t->order), by_key, t);
		return 0;
	}
	if (spill(t) == -1)
		return -1;
	free(t->slots);
	t->slots = NULL;
	t->nslots = 0;
	buf_free(&t->held);
	got = sort_next(t->aside, &t->r);
	t->ahead = got == 1;
	return got == -1 ? -1 : 0;
}

static bool
is_same(const struct tally *t)
{
	size_t len = t->key.len;

	return t->ahead && t->r.keylen == len &&
	    (len == 0 || memcmp(t->r.key, t->key.p, len) == 0);
}

/* Add up the entries of the key whose turn it is. */
static int
next_sum(struct tally *t)
{
	int got;

	if (!t->ahead)
		return 0;
	buf_reset(&t->key);
	buf_put(&t->key, t->r.key, t->r.keylen);
	memcpy(t->sum, t->r.data, t->size);
	for (;;) {
		if ((got = sort_next(t->aside, &t->r)) == -1)
			return -1;
		t->ahead = got == 1;
		if (!is_same(t))
			return 1;
		if (t->add == NULL)
			continue;
		memcpy(t->term, t->r.data, t->size);
		t->add(t->sum, t->term);
	}
}

int
tally_next(struct tally *t, const char **key, size_t *len,
    const void **counters)
{
	struct entry *e;
	int got;

	if (tally_error(t) != NULL || (!t->reading && begin_reading(t) == -1))
		return -1;
	if (t->aside != NULL) {
		got = next_sum(t);
		/* what holds nothing may be nowhere */
		*key = t->key.len == 0 ? "" : t->key.p;
		*len = t->key.len;
		*counters = t->sum;
		return got;
	}
	if (t->next == t->n)
		return 0;
	e = entry_at(t, t->order[t->next++]);
	*key = key_of(t, e);
	*len = e->keylen;
	*counters = counters_of(e);
	return 1;
}
