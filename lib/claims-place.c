/* claims-place - the leaves of events that are gone, by their places */

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "claims-state.h"
#include "mem.h"

#define MEMORY ((size_t)8 * 1024 * 1024)
#define WAYS 16
#define GROUP (8 + LEAF_MONTH - 1) /* bytes: a seal, a month */
#define KEY (GROUP + 4)		   /* and a row */

static void
put_key(uint8_t key[static KEY], uint64_t seal, const char *month, uint32_t n)
{
	seal = htobe64(seal);
	n = htobe32(n);
	memcpy(key, &seal, 8);
	memcpy(key + 8, month, LEAF_MONTH - 1);
	memcpy(key + GROUP, &n, 4);
}

static bool
number(struct json j, uint64_t *n)
{
	size_t i;

	for (*n = 0, i = 0; i < j.len && i < 18; i++) {
		if (j.p[i] < '0' || j.p[i] > '9')
			return false;
		*n = *n * 10 + (uint64_t)(j.p[i] - '0');
	}
	return j.len > 0 && i == j.len;
}

void
claims_add_place(struct claims *c, uint32_t act, struct json place)
{
	struct json_iter i;
	struct json none, month, seal, row, where;
	struct sort_record r = { .keylen = KEY };
	uint8_t key[KEY];
	uint64_t no, n;
	char *data;

	json_begin(&i, place);
	if (!json_next(&i, &none, &month) || !json_next(&i, &none, &seal) ||
	    !json_next(&i, &none, &row) || !json_next(&i, &none, &where) ||
	    json_kind(month) != '"' || month.len != LEAF_MONTH + 1 ||
	    !number(seal, &no) || !number(row, &n) || n > INT32_MAX ||
	    json_kind(where) != '"')
		return; /* it claims nothing */
	put_key(key, no, month.p + 1, (uint32_t)n);
	r.key = (const char *)key;
	r.len = sizeof(act) + where.len - 2;
	data = xmalloc(r.len);
	memcpy(data, &act, sizeof(act));
	memcpy(data + sizeof(act), where.p + 1, where.len - 2);
	r.data = data;
	if (c->places == NULL)
		c->places = sort_new(MEMORY, WAYS);
	(void)sort_add(c->places, &r); /* it keeps its failure */
	free(data);
}

/* One record of the sort: a row, an act and the places */
static int
lay_aside(struct claims *c, const struct sort_record *r)
{
	char *text = xmalloc(r->keylen + r->len);
	struct claims_group *g;
	int rc;

	memcpy(text, r->key, r->keylen);
	memcpy(text + r->keylen, r->data, r->len);
	if (c->ngroups == 0 ||
	    memcmp(c->groups[c->ngroups - 1].key, r->key, GROUP) != 0) {
		c->groups = xreallocarray(c->groups, c->ngroups + 1,
		    sizeof(*c->groups));
		g = &c->groups[c->ngroups++];
		memcpy(g->key, r->key, GROUP);
		g->first = spool_count(c->spool);
		g->n = 0;
	}
	c->groups[c->ngroups - 1].n++;
	rc = spool_add(c->spool, text, r->keylen + r->len);
	free(text);
	return rc;
}

/* All have come: from here on they are asked for. */
static void
settle(struct claims *c)
{
	struct sort_record r;
	int got = 0;

	if (c->spool != NULL || (c->spool = spool_new()) == NULL) {
		if (c->spool == NULL)
			c->failed = strerror(errno);
		return;
	}
	while ((got = sort_next(c->places, &r)) == 1)
		if (lay_aside(c, &r) == -1) {
			c->failed = strerror(errno);
			return;
		}
	if (got == -1)
		c->failed = sort_error(c->places);
}

static const struct claims_group *
find_group(const struct claims *c, const uint8_t *key)
{
	size_t lo = 0, hi = c->ngroups, mid;
	int order;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		order = memcmp(c->groups[mid].key, key, GROUP);
		if (order == 0)
			return &c->groups[mid];
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static const char *
get(struct claims *c, size_t i, size_t *len)
{
	const char *text = spool_get(c->spool, i, len);

	if (text == NULL)
		c->failed = strerror(errno);
	return text;
}

/* "0-1023,1025": those places are this act's, unless another has them. */
static void
take_places(uint32_t *acts, size_t leaves, const char *p, const char *end,
    uint32_t act)
{
	unsigned long from, to;
	char *next;

	while (p < end) {
		from = to = strtoul(p, &next, 10);
		if (next == p)
			return;
		if (*next == '-') {
			p = next + 1;
			to = strtoul(p, &next, 10);
			if (next == p)
				return;
		}
		for (; from <= to && from < leaves; from++)
			if (acts[from] == 0)
				acts[from] = act;
		p = *next == ',' ? next + 1 : end;
	}
}

/* The first of a group that is of this row or a later one */
static size_t
find_row(struct claims *c, const struct claims_group *g, const uint8_t *key)
{
	size_t lo = g->first, hi = g->first + g->n, mid, len;
	const char *text;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if ((text = get(c, mid, &len)) == NULL)
			return g->first + g->n;
		if (memcmp(text, key, KEY) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

uint32_t *
claims_row(struct claims *c, uint64_t seal, const char month[static LEAF_MONTH],
    int64_t n, size_t leaves)
{
	const struct claims_group *g;
	uint32_t *acts = NULL, act;
	uint8_t key[KEY];
	const char *text;
	size_t i, len;

	if (c->places == NULL || n < 0 || n > INT32_MAX)
		return NULL;
	settle(c);
	put_key(key, seal, month, (uint32_t)n);
	if (c->failed != NULL || (g = find_group(c, key)) == NULL)
		return NULL;
	for (i = find_row(c, g, key); i < g->first + g->n; i++) {
		if ((text = get(c, i, &len)) == NULL ||
		    memcmp(text, key, KEY) != 0)
			break;
		if (acts == NULL)
			acts = xcalloc(leaves, sizeof(*acts));
		memcpy(&act, text + KEY, sizeof(act));
		take_places(acts, leaves, text + KEY + sizeof(act), text + len,
		    act);
	}
	return acts;
}

void
claims_free_places(struct claims *c)
{
	sort_free(c->places);
	spool_free(c->spool);
	free(c->groups);
}
