/* chain - whether seals follow from each other */

#include <inttypes.h>
#include <stdlib.h>

#include "chain-state.h"
#include "hex.h"
#include "mem.h"

struct chain *
chain_new(const struct chain_begin *begin, struct findings *findings)
{
	struct chain *c = xcalloc(1, sizeof(*c));

	c->begin = *begin;
	c->findings = findings;
	c->digest = digest_new();
	c->log = begin->log;
	c->log_known = true;
	if (begin->first > 0) {
		/* it was looked at when it was made; here it is only a base */
		c->seals[0] = begin->before;
		c->any = true;
		seal_hash(&c->seals[0], c->digest, c->hash);
		c->keyed = c->key_known = c->seals[0].has_key;
		memcpy(c->key, c->seals[0].next_key, SIGN_KEY_LEN);
	}
	return c;
}

void
chain_free(struct chain *c)
{
	if (c == NULL)
		return;
	seal_free(&c->seals[0]);
	seal_free(&c->seals[1]);
	anchor_free(&c->begin.anchors);
	digest_free(c->digest);
	buf_free(&c->bytes);
	free(c->ranges);
	free(c);
}

/* The number that comes now */
static uint64_t
expected(const struct chain *c)
{
	return c->any ? c->seals[c->now].no + 1 : c->begin.first;
}

/* What a seal says of itself and of the one before it */

static void
check_root(struct chain *c, const struct seal *s)
{
	uint8_t root[DIGEST_LEN];
	uint64_t events = 0;
	size_t i;

	for (i = 0; i < s->nmonths; i++)
		events += s->months[i].events;
	seal_root(s, c->digest, root);
	if (!chain_same(root, s->root) || events != s->events)
		finding_put(c->findings, "root", FINDING_SEAL(s->no),
		    "seal %" PRIu64
		    " was altered: its months do not give its root",
		    s->no);
}

static void
check_trail(struct chain *c, const struct seal *s)
{
	if (memcmp(s->trail, c->begin.trail, sizeof(s->trail)) == 0 ||
	    c->trail_told)
		return;
	c->trail_told = true;
	finding_put(c->findings, "chain", FINDING_SEAL(s->no),
	    "seal %" PRIu64 " is one of another trail", s->no);
}

/* Numbers of transactions are those of one cluster. */
static void
check_cluster(struct chain *c, const struct seal *last, const struct seal *s)
{
	if (s->system != last->system) {
		finding_note(c->findings, "restored",
		    FINDING_WINDOW(s->no, last->at, s->at),
		    "seal %" PRIu64 " was made in another cluster than seal "
		    "%" PRIu64 ": the trail was restored between them",
		    s->no, last->no);
		return;
	}
	if (s->timeline != last->timeline)
		finding_note(c->findings, "timeline",
		    FINDING_WINDOW(s->no, last->at, s->at),
		    "the server was promoted or recovered between the seals "
		    "%" PRIu64 " and %" PRIu64,
		    last->no, s->no);
	if (s->from != last->to)
		finding_put(c->findings, "gap",
		    FINDING_WINDOW(s->no, last->at, s->at),
		    "seal %" PRIu64 " covers the transactions from %" PRId64
		    " on, seal %" PRIu64 " those before %" PRId64,
		    s->no, s->from, last->no, last->to);
}

static void
check_order(struct chain *c, const struct seal *last, const struct seal *s)
{
	if (s->from > s->to || s->to > s->next)
		finding_put(c->findings, "chain", FINDING_SEAL(s->no),
		    "seal %" PRIu64 " ends before it begins", s->no);
	if (last == NULL)
		return;
	if (s->at < last->at)
		finding_put(c->findings, "chain", FINDING_SEAL(s->no),
		    "seal %" PRIu64 " says that it is older than seal %" PRIu64,
		    s->no, last->no);
	check_cluster(c, last, s);
}

/* Keys */

static void
check_signature(struct chain *c, const struct seal *s)
{
	seal_bytes(&c->bytes, s);
	if (!sign_verify(s->key, c->bytes.p, c->bytes.len, s->signature)) {
		finding_put(c->findings, "signature", FINDING_SEAL(s->no),
		    "seal %" PRIu64 ": the signature does not fit", s->no);
		return;
	}
	if (c->begin.has_pubkey &&
	    memcmp(s->key, c->begin.pubkey, SIGN_KEY_LEN) == 0)
		c->pubkey_seen = true;
}

static void
expect_key(struct chain *c, const struct seal *s)
{
	c->keyed = true;
	c->key_known = true;
	memcpy(c->key, s->next_key, SIGN_KEY_LEN);
}

static void
check_key(struct chain *c, const struct seal *s)
{
	char hex[2 * SIGN_KEY_LEN + 1];
	bool first = !c->keyed;

	if (!s->has_key) {
		if (c->keyed)
			finding_put(c->findings, "key", FINDING_SEAL(s->no),
			    "seal %" PRIu64 " is not signed, those before it "
			    "are",
			    s->no);
		return;
	}
	check_signature(c, s);
	hex_write(hex, s->key, SIGN_KEY_LEN);
	if (first && !c->begin.has_pubkey && c->begin.has_registered &&
	    memcmp(s->key, c->begin.registered, SIGN_KEY_LEN) != 0)
		finding_put(c->findings, "key", FINDING_SEAL(s->no),
		    "seal %" PRIu64 " is signed with the key %s, which is not "
		    "the one that was registered",
		    s->no, hex);
	if (!first && c->key_known && memcmp(s->key, c->key, SIGN_KEY_LEN) != 0)
		finding_put(c->findings, "key", FINDING_SEAL(s->no),
		    "seal %" PRIu64 " is signed with the key %s, which the "
		    "seal before it does not name",
		    s->no, hex);
	expect_key(c, s);
}

/* Seals that were kept elsewhere */

static void
check_anchors(struct chain *c, const struct seal *s)
{
	const struct anchors *a = &c->begin.anchors;
	const struct anchor *kept;

	for (; c->anchor < a->n && a->v[c->anchor].no <= s->no; c->anchor++) {
		kept = &a->v[c->anchor];
		if (kept->no == s->no && !chain_same(kept->hash, c->hash))
			finding_put(c->findings, "anchor", FINDING_SEAL(s->no),
			    "seal %" PRIu64
			    " is not the one that was kept elsewhere",
			    s->no);
	}
}

static void
end_anchors(struct chain *c)
{
	const struct anchors *a = &c->begin.anchors;
	const struct anchor *kept;
	uint64_t last = c->any ? c->seals[c->now].no : 0;

	if (c->anchor == a->n)
		return;
	kept = &a->v[a->n - 1];
	finding_put(c->findings, "truncated", FINDING_SEAL(kept->no),
	    c->any ? "seal %" PRIu64 " was kept elsewhere, and the last one "
		     "here is seal %" PRIu64
		   : "seal %" PRIu64 " was kept elsewhere, and there is none "
		     "here",
	    kept->no, last);
}

/* Which transactions each one covers */

static void
keep_range(struct chain *c, const struct seal *last, const struct seal *s)
{
	if (c->nranges == c->size) {
		c->size = c->size == 0 ? 256 : c->size * 2;
		c->ranges =
		    xreallocarray(c->ranges, c->size, sizeof(*c->ranges));
	}
	c->ranges[c->nranges].no = s->no;
	c->ranges[c->nranges].to = s->to;
	c->ranges[c->nranges].begins =
	    last == NULL || last->system != s->system || last->no + 1 != s->no;
	c->nranges++;
}

bool
chain_covers(const struct chain *c, int64_t txid, uint64_t *no)
{
	size_t lo = c->era, hi = c->nranges, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (c->ranges[mid].to <= txid)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == c->nranges || (c->ranges[lo].begins && c->ranges[lo].no > 0))
		return false;
	*no = c->ranges[lo].no;
	return true;
}

bool
chain_has(const struct chain *c, uint64_t no)
{
	size_t lo = 0, hi = c->nranges, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (c->ranges[mid].no < no)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < c->nranges && c->ranges[lo].no == no;
}

const struct seal *
chain_add(struct chain *c, const struct chain_row *row, const char *line,
    size_t len, const struct seal **before)
{
	const struct seal *last = c->any ? &c->seals[c->now] : NULL;
	struct seal *s = &c->seals[!c->now];
	const char *why;

	seal_free(s);
	if ((why = seal_read(s, line, len)) != NULL) {
		finding_put(c->findings, "chain", FINDING_SEAL(row->no),
		    "seal %" PRIu64 " was altered: %s", row->no, why);
		seal_free(s);
		return NULL;
	}
	if (s->no < expected(c)) {
		finding_put(c->findings, "chain", FINDING_SEAL(row->no),
		    "seal %" PRIu64 " stands behind seal %" PRIu64, s->no,
		    expected(c) - 1);
		return NULL;
	}
	c->has_before = last != NULL;
	chain_check_log(c, last, s);
	seal_hash(s, c->digest, c->hash);
	c->now = !c->now;
	c->any = true;
	c->count++;
	if (!c->has_before) {
		last = NULL;
		c->key_known = false;
	}
	chain_check_row(c, row, s);
	check_root(c, s);
	check_trail(c, s);
	check_order(c, last, s);
	check_key(c, s);
	check_anchors(c, s);
	keep_range(c, last, s);
	*before = last;
	return s;
}

void
chain_end(struct chain *c)
{
	end_anchors(c);
	if (c->begin.has_pubkey && !c->pubkey_seen)
		finding_put(c->findings, "key", (struct finding_at){ NULL },
		    "no seal is signed with the key that was given");
}

bool
chain_is_before(const struct chain *c, uint64_t no)
{
	return no < c->begin.first;
}

const struct seal *
chain_last(const struct chain *c)
{
	return c->any ? &c->seals[c->now] : NULL;
}

uint64_t
chain_count(const struct chain *c)
{
	return c->count;
}
