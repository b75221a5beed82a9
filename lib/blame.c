/* blame - events that do not fit their leaves, and their names at last */

#include "blame.h"

#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "mem.h"
#include "merkle.h"
#include "sort.h"

#define MEMORY ((size_t)8 * 1024 * 1024)
#define WAYS 16
#define PAIRS 256 /* how many are looked at for having changed places */
#define ID_AT 8	  /* where an event's bytes have its id, see lib/leaf.h */

/* The leaves of a month that are not those that were sealed */
struct bad {
	uint64_t seal;
	char month[LEAF_MONTH];
	bool own; /* but the events are */
};

/* What an event was, and what it could have been */
struct content {
	uint8_t id[16];
	uint8_t *bytes;
	size_t len;
	bool used;
};

struct place {
	uint8_t id[16];
	uint64_t seal;
	uint8_t leaf[DIGEST_LEN];
	const struct content *content; /* what it was stands here now */
};

struct blame {
	struct findings *findings;
	struct digest *digest;
	struct sort *sort; /* NULL: there is nothing */
	struct bad *bad;
	size_t nbad;
	struct content contents[PAIRS];
	struct place places[PAIRS];
	size_t ncontents, nplaces;
};

struct blame *
blame_new(struct findings *findings)
{
	struct blame *b = xcalloc(1, sizeof(*b));

	b->findings = findings;
	b->digest = digest_new();
	return b;
}

void
blame_free(struct blame *b)
{
	size_t i;

	if (b == NULL)
		return;
	for (i = 0; i < b->ncontents; i++)
		free(b->contents[i].bytes);
	digest_free(b->digest);
	sort_free(b->sort);
	free(b->bad);
	free(b);
}

static void
keep_content(struct blame *b, const struct blame_case *one, const void *bytes,
    size_t len)
{
	struct content *c;

	if (b->ncontents == PAIRS || len < ID_AT + sizeof(c->id))
		return;
	c = &b->contents[b->ncontents++];
	memcpy(c->id, one->id, sizeof(c->id));
	c->bytes = memcpy(xmalloc(len), bytes, len);
	c->len = len;
}

static void
keep_place(struct blame *b, const struct blame_case *one)
{
	struct place *p;

	if (b->nplaces == PAIRS)
		return;
	p = &b->places[b->nplaces++];
	memcpy(p->id, one->id, sizeof(p->id));
	memcpy(p->leaf, one->leaf, DIGEST_LEN);
	p->seal = one->seal;
}

void
blame_add(struct blame *b, const struct blame_case *one, const void *bytes,
    size_t len)
{
	const struct sort_record r = { .key = (const char *)one->id,
		.keylen = sizeof(one->id),
		.data = (const char *)one,
		.len = sizeof(*one) };

	if (b->sort == NULL)
		b->sort = sort_new(MEMORY, WAYS);
	/* it keeps its failure */
	(void)sort_add(b->sort, &r);
	if (one->kind != BLAME_MISSING)
		keep_content(b, one, bytes, len);
	if (one->kind != BLAME_STRAY)
		keep_place(b, one);
}

bool
blame_wants(const struct blame *b)
{
	return b->ncontents < PAIRS;
}

void
blame_leaves(struct blame *b, uint64_t seal,
    const char month[static LEAF_MONTH], bool own)
{
	struct bad *bad;

	b->bad = xreallocarray(b->bad, b->nbad + 1, sizeof(*b->bad));
	bad = &b->bad[b->nbad++];
	bad->seal = seal;
	bad->own = own;
	memcpy(bad->month, month, LEAF_MONTH);
}

static const struct bad *
find_bad(const struct blame *b, const struct blame_case *one)
{
	char month[LEAF_MONTH];
	size_t i;

	if (b->nbad == 0 || !one->has_seal)
		return NULL;
	leaf_month(one->id, month);
	for (i = 0; i < b->nbad; i++)
		if (b->bad[i].seal == one->seal &&
		    memcmp(b->bad[i].month, month, LEAF_MONTH) == 0)
			return &b->bad[i];
	return NULL;
}

/* Who stands in whose place: the leaf of an event with another's id is then
 * the other one's. */

static void
find_content(struct blame *b, struct place *p)
{
	uint8_t id[16], hash[DIGEST_LEN];
	struct content *c;
	size_t i;

	for (i = 0; i < b->ncontents && p->content == NULL; i++) {
		c = &b->contents[i];
		if (memcmp(c->id, p->id, sizeof(id)) == 0)
			continue;
		memcpy(id, c->bytes + ID_AT, sizeof(id));
		memcpy(c->bytes + ID_AT, p->id, sizeof(id));
		merkle_leaf(b->digest, c->bytes, c->len, hash);
		memcpy(c->bytes + ID_AT, id, sizeof(id));
		if (memcmp(hash, p->leaf, DIGEST_LEN) == 0) {
			p->content = c;
			c->used = true;
		}
	}
}

static void
name_reordered(struct blame *b)
{
	char id[HEX_UUID], was[HEX_UUID];
	const struct place *p;
	size_t i;

	for (i = 0; i < b->nplaces; i++) {
		p = &b->places[i];
		find_content(b, &b->places[i]);
		if (p->content == NULL)
			continue;
		hex_write_uuid(id, p->content->id);
		hex_write_uuid(was, p->id);
		finding_put(b->findings, "reordered",
		    FINDING_EVENT(p->seal, p->content->id),
		    "event %s was moved: seal %" PRIu64 " has it as %s", id,
		    p->seal, was);
	}
}

/* Whether it has been named: what stands there is another event, what was
 * there stands elsewhere. */
static bool
is_reordered(const struct blame *b, const struct blame_case *one)
{
	bool gone = one->kind == BLAME_STRAY, come = one->kind == BLAME_MISSING;
	size_t i;

	for (i = 0; i < b->nplaces && !gone; i++)
		gone = b->places[i].content != NULL &&
		    memcmp(b->places[i].id, one->id, sizeof(one->id)) == 0;
	for (i = 0; i < b->ncontents && !come; i++)
		come = b->contents[i].used &&
		    memcmp(b->contents[i].id, one->id, sizeof(one->id)) == 0;
	return gone && come;
}

static void
name_covered(struct blame *b, const struct blame_case *one,
    const struct bad *bad, const char *id)
{
	const struct finding_at at = FINDING_EVENT(one->seal, one->id);

	if (bad != NULL && bad->own)
		finding_put(b->findings, "leaves", at,
		    "event %s is what seal %" PRIu64
		    " covers: its leaf was altered",
		    id, one->seal);
	else if (one->kind == BLAME_MISSING)
		finding_put(b->findings, "removed", at,
		    "event %s is not there any more: seal %" PRIu64
		    " covers it%s",
		    id, one->seal, bad != NULL ? ", so its leaves say" : "");
	else
		finding_put(b->findings, "altered", at,
		    "event %s is not what seal %" PRIu64 " covers%s", id,
		    one->seal, bad != NULL ? ", so its leaves say" : "");
}

static void
name_stray(struct blame *b, const struct blame_case *one, const struct bad *bad,
    const char *id)
{
	struct finding_at at = { .id = one->id };

	if (bad != NULL && bad->own)
		return; /* it is sealed: only its leaf is gone */
	if (one->has_seal)
		at.seal = &one->seal;
	if (bad != NULL)
		finding_put(b->findings, "unproven", at,
		    "event %s is in no leaf, and some of seal %" PRIu64
		    " are missing",
		    id, one->seal);
	else
		finding_put(b->findings, "inserted", at,
		    "event %s is in no seal: it was inserted, or its number "
		    "altered",
		    id);
}

static void
name(struct blame *b, const struct blame_case *one)
{
	const struct bad *bad = find_bad(b, one);
	char id[HEX_UUID];

	if (is_reordered(b, one))
		return;
	hex_write_uuid(id, one->id);
	if (one->kind == BLAME_STRAY)
		name_stray(b, one, bad, id);
	else
		name_covered(b, one, bad, id);
}

/* A leaf that came too late for its event: its row says that it begins
 * elsewhere. What is left of the two is the difference between them. */
static bool
is_late(struct blame_case *one, const struct blame_case *other)
{
	bool first = one->kind == BLAME_STRAY && other->kind == BLAME_MISSING;
	bool second = one->kind == BLAME_MISSING && other->kind == BLAME_STRAY;

	/* what is there twice has a leaf already */
	if (memcmp(one->id, other->id, sizeof(one->id)) != 0 ||
	    (!first && !second))
		return false;
	if (first) {
		memcpy(one->leaf, other->leaf, DIGEST_LEN);
		one->seal = other->seal;
		one->has_seal = true;
	} else
		memcpy(one->own, other->own, DIGEST_LEN);
	one->kind = BLAME_CHANGED;
	return true;
}

int
blame_end(struct blame *b)
{
	struct blame_case one, next;
	struct sort_record r;
	bool held = false;
	int got;

	if (b->sort == NULL)
		return 0;
	name_reordered(b);
	while ((got = sort_next(b->sort, &r)) == 1) {
		memcpy(&next, r.data, sizeof(next));
		if (held && is_late(&one, &next)) {
			held = memcmp(one.own, one.leaf, DIGEST_LEN) != 0;
			continue;
		}
		if (held)
			name(b, &one);
		one = next;
		held = true;
	}
	if (held)
		name(b, &one);
	if (got == -1)
		warnx("%s", sort_error(b->sort));
	return got;
}
