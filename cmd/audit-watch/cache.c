/* cache - records by a key, no more than so many */

#include "cache.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* Places count from 1; place 0 ends the ring of ages: its next is the oldest,
 * its last the newest. */
struct place {
	uint64_t key;
	uint32_t chain;	     /* the next one with the same head */
	uint32_t next, last; /* a younger one, an older one */
};

struct cache {
	size_t most, size;
	uint32_t mask, used, spare; /* spare: places given back */
	uint32_t *heads;
	struct place *places;
	char *records;
};

struct cache *
cache_new(size_t most, size_t size)
{
	struct cache *c = xcalloc(1, sizeof(*c));
	size_t heads = 1;

	while (heads < most)
		heads *= 2;
	c->most = most;
	c->size = (size + 7) / 8 * 8;
	c->mask = (uint32_t)heads - 1;
	/* what calloc() gives of this size is not there before it is used */
	c->heads = xcalloc(heads, sizeof(*c->heads));
	c->places = xcalloc(most + 1, sizeof(*c->places));
	c->records = xcalloc(most + 1, c->size);
	return c;
}

void
cache_free(struct cache *c)
{
	if (c == NULL)
		return;
	free(c->heads);
	free(c->places);
	free(c->records);
	free(c);
}

size_t
cache_size(const struct cache *c)
{
	return c->size;
}

static uint32_t
find(const struct cache *c, uint64_t key)
{
	uint32_t i = c->heads[key & c->mask];

	while (i != 0 && c->places[i].key != key)
		i = c->places[i].chain;
	return i;
}

static void
unlink_age(struct cache *c, uint32_t i)
{
	struct place *p = &c->places[i];

	c->places[p->last].next = p->next;
	c->places[p->next].last = p->last;
}

static void
link_newest(struct cache *c, uint32_t i)
{
	struct place *p = &c->places[i], *ends = &c->places[0];

	p->last = ends->last;
	p->next = 0;
	c->places[ends->last].next = i;
	ends->last = i;
}

/* Take it out of everything but the spare ones. */
static void
take_out(struct cache *c, uint32_t i)
{
	uint32_t *at = &c->heads[c->places[i].key & c->mask];

	while (*at != i)
		at = &c->places[*at].chain;
	*at = c->places[i].chain;
	unlink_age(c, i);
}

static uint32_t
make_room(struct cache *c)
{
	uint32_t i = c->spare;

	if (i != 0)
		c->spare = c->places[i].chain;
	else if (c->used < c->most)
		i = ++c->used;
	else {
		i = c->places[0].next;
		take_out(c, i);
	}
	memset(c->records + i * c->size, 0, c->size);
	return i;
}

void *
cache_at(struct cache *c, uint64_t key)
{
	uint32_t i = find(c, key), *head = &c->heads[key & c->mask];

	if (i == 0) {
		i = make_room(c);
		c->places[i].key = key;
		c->places[i].chain = *head;
		*head = i;
	} else
		unlink_age(c, i);
	link_newest(c, i);
	return c->records + i * c->size;
}

void *
cache_find(struct cache *c, uint64_t key)
{
	uint32_t i = find(c, key);

	return i == 0 ? NULL : c->records + i * c->size;
}

void
cache_drop(struct cache *c, uint64_t key)
{
	uint32_t i = find(c, key);

	if (i == 0)
		return;
	take_out(c, i);
	c->places[i].chain = c->spare;
	c->spare = i;
}

const void *
cache_next(const struct cache *c, uint32_t *place, uint64_t *key)
{
	*place = c->places[*place].next;
	if (*place == 0)
		return NULL;
	*key = c->places[*place].key;
	return c->records + *place * c->size;
}
