/* leaves - whether events, leaves and seals are the same */

#include <endian.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "leaves-state.h"
#include "mem.h"
#include "parts.h"
#include "progress.h"

struct leaves *
leaves_new(const struct leaves_begin *begin, struct chain *chain,
    struct watch *watch, struct claims *claims, struct findings *findings)
{
	struct leaves *c = xcalloc(1, sizeof(*c));

	c->begin = *begin;
	c->chain = chain;
	c->watch = watch;
	c->findings = findings;
	c->claims = claims;
	c->blame = blame_new(findings);
	c->digest = digest_new();
	c->leaf = leaf_new();
	return c;
}

void
leaves_free(struct leaves *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < c->nopen; i++)
		open_free(c->open[i]);
	rows_free(&c->rows);
	blame_free(c->blame);
	digest_free(c->digest);
	leaf_free(c->leaf);
	free(c->open);
	free(c->orphans);
	free(c);
}

/* Rows of leaves */

static void
put_orphan(struct leaves *c, uint64_t seal, size_t leaves)
{
	size_t i;

	for (i = 0; i < c->norphans; i++)
		if (c->orphans[i].seal == seal)
			break;
	if (i == c->norphans) {
		c->orphans =
		    xreallocarray(c->orphans, i + 1, sizeof(*c->orphans));
		c->orphans[i].seal = seal;
		c->orphans[i].leaves = 0;
		c->norphans++;
	}
	c->orphans[i].leaves += leaves;
}

/* Whether the row is what comes next of its seal */
static bool
is_next(struct open *o, const struct rows_row *row, const struct leaves_row *r)
{
	bool ok = row->month == o->next_month
	    ? r->n == o->next_n
	    : r->n == 0 && row->month > o->next_month;
	char month[LEAF_MONTH];

	o->next_month = row->month;
	o->next_n = r->n + 1;
	ok = ok && (r->first == NULL || memcmp(r->first, row->at, 16) == 0);
	leaf_month(row->at, month);
	ok = ok && memcmp(month, r->month, LEAF_MONTH) == 0;
	leaf_month(row->end - ROWS_LEAF, month);
	return ok && memcmp(month, r->month, LEAF_MONTH) == 0;
}

static void
put_in_seal(struct open *o, struct rows_row *row, const struct leaves_row *r)
{
	size_t i;

	for (i = 0; i < o->nmonths; i++)
		if (strcmp(o->months[i].month, r->month) == 0)
			break;
	/* the last one will have too many */
	row->month = i < o->nmonths ? i : o->nmonths - 1;
	row->open = o;
	o->rows++;
	if (!is_next(o, row, r) || i == o->nmonths)
		row->disorder = true;
}

/* Leaves as they come by */

static void
put_own(struct leaves *c, struct open *o, const uint8_t *leaf,
    const uint8_t *own)
{
	if (o->own == NULL) {
		if (own != NULL && leaf != NULL &&
		    memcmp(own, leaf, DIGEST_LEN) == 0)
			return;
		if (own == NULL)
			return; /* the leaf stands for it */
		o->own = xmalloc(sizeof(*o->own));
		*o->own = o->leaves;
	}
	merkle_add(o->own, c->digest, own != NULL ? own : leaf);
}

static void
put_leaf(struct leaves *c, struct rows_row *row, const uint8_t *own)
{
	const uint8_t *leaf = row->at + 16;
	struct open *o = row->open;

	open_to_month(c, o, row->month);
	o->disorder = o->disorder || row->disorder;
	put_own(c, o, leaf, own);
	merkle_add(&o->leaves, c->digest, leaf);
	o->seen++;
}

static void
next_leaf(struct leaves *c, struct open *o)
{
	if (rows_next(&c->rows) && o != NULL && --o->rows == 0 &&
	    o->seen >= o->events && o->month + 1 == o->nmonths)
		open_close(c, o);
}

static void
miss_leaf(struct leaves *c)
{
	struct rows_row *row = rows_first(&c->rows);
	struct open *o = row->open;

	if (o != NULL) {
		if (c->begin.partial)
			c->absent++;
		else if (!claims_gone(c->claims, o->no, row->at,
			     rows_claim(row)))
			leaves_hold(c, BLAME_MISSING, row, NULL);
		put_leaf(c, row, NULL);
	}
	next_leaf(c, o);
}

/* All events before a row have come by, and what is before it and still waits
 * has none: where many were purged, memory stays flat. */
static void
pass_before(struct leaves *c, const uint8_t *first)
{
	const struct rows_row *row;

	while (first != NULL && (row = rows_first(&c->rows)) != NULL &&
	    memcmp(row->at, first, 16) < 0)
		miss_leaf(c);
}

void
leaves_row(struct leaves *c, const struct leaves_row *r)
{
	struct open *o = open_find(c, r->seal);
	struct rows_row *row;
	bool ordered;

	if (r->len == 0 || r->len % ROWS_LEAF != 0) {
		finding_put(c->findings, "leaves", FINDING_SEAL(r->seal),
		    "seal %" PRIu64 ": row %" PRId64 " of its leaves of %s is "
		    "cut off",
		    r->seal, r->n, r->month);
		return;
	}
	pass_before(c, r->first);
	row = rows_make(r->leaves, r->len, &ordered);
	row->disorder = !ordered;
	if (ordered && o != NULL)
		row->claims = claims_row(c->claims, r->seal, r->month, r->n,
		    r->len / ROWS_LEAF);
	if (o != NULL)
		put_in_seal(o, row, r);
	else if (!chain_is_before(c->chain, r->seal))
		put_orphan(c, r->seal, r->len / ROWS_LEAF);
	rows_put(&c->rows, row);
}

/* Events */

static bool
says(struct leaf_value v, const char *word)
{
	return v.p != NULL && v.len == strlen(word) &&
	    memcmp(v.p, word, v.len) == 0;
}

/* What the application's transactions leave */
static bool
is_change(const struct leaf_event *ev)
{
	static const char *const ops[] = { "insert", "update", "delete",
		"truncate" };
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(*ops); i++)
		if (says(ev->text[LEAF_OP], ops[i]))
			return true;
	return false;
}

/* An event that is as it was sealed can have been forged before. */
static void
check_sealed(struct leaves *c, const struct open *o,
    const struct leaf_event *ev)
{
	const int64_t minute = 60 * INT64_C(1000000);
	const int64_t late = leaf_time(ev->id) - ev->at;
	const struct finding_at at = FINDING_EVENT(o->no, ev->id);
	char id[HEX_UUID];

	if (late >= -1 && late <= 1 &&
	    !(o->has_before && ev->at < o->before_at - minute &&
		ev->txid >= o->before_next) &&
	    (!o->ranged || (ev->txid >= o->from && ev->txid < o->to)))
		return;
	hex_write_uuid(id, ev->id);
	if ((late < -1 || late > 1) && ev->at > INT64_C(-946684800000000))
		finding_put(c->findings, "misdated", at,
		    "event %s says another time than its id", id);
	if (o->has_before && ev->at < o->before_at - minute &&
	    ev->txid >= o->before_next && is_change(ev))
		finding_put(c->findings, "backdated", at,
		    "event %s says that it happened before seal %" PRIu64
		    ", its transaction began after it",
		    id, o->no - 1);
	if (o->ranged && (ev->txid < o->from || ev->txid >= o->to))
		finding_put(c->findings, "misplaced", at,
		    "event %s is of a transaction that seal %" PRIu64
		    " does not cover",
		    id, o->no);
}

/* One that is as it was sealed, or will be */
static void
take_sound(struct leaves *c, const struct leaf_event *ev, const uint8_t *own)
{
	watch_event(c->watch, ev);
	claims_event(c->claims, ev, own);
}

static void
take_leaf(struct leaves *c, const struct leaf_event *ev, const uint8_t *own)
{
	struct rows_row *row = rows_first(&c->rows);
	struct open *o = row->open;

	if (o != NULL) {
		c->sealed++;
		if (memcmp(row->at + 16, own, DIGEST_LEN) == 0) {
			check_sealed(c, o, ev);
			take_sound(c, ev, own);
			claims_there(c->claims, o->no, ev->id, rows_claim(row));
		} else
			leaves_hold(c, BLAME_CHANGED, row, own);
		put_leaf(c, row, own);
	}
	next_leaf(c, o);
}

/* An event whose leaf may have been taken away: it stands in its place. */
static void
put_stray(struct leaves *c, struct open *o, const uint8_t *id,
    const uint8_t *own)
{
	char month[LEAF_MONTH];
	size_t i;

	leaf_month(id, month);
	for (i = o->month; i < o->nmonths; i++)
		if (strcmp(o->months[i].month, month) == 0)
			break;
	if (i == o->nmonths)
		return;
	open_to_month(c, o, i);
	put_own(c, o, NULL, own);
}

static void
put_unsealed(struct leaves *c, const struct leaf_event *ev, const uint8_t *own)
{
	struct blame_case one;
	struct open *o;

	if (c->begin.restored ||
	    (ev->txid >= c->begin.pending && ev->txid < c->begin.next)) {
		c->unsealed++;
		take_sound(c, ev, own);
		return;
	}
	memset(&one, 0, sizeof(one));
	one.kind = BLAME_STRAY;
	memcpy(one.id, ev->id, sizeof(one.id));
	memcpy(one.own, own, DIGEST_LEN);
	one.has_seal = chain_covers(c->chain, ev->txid, &one.seal);
	if (one.has_seal && (o = open_find(c, one.seal)) != NULL)
		put_stray(c, o, ev->id, own);
	leaves_blame(c, &one);
}

static void
take(struct leaves *c, enum leaves_form form, const struct leaf_event *ev,
    const uint8_t *own)
{
	const struct rows_row *row;
	bool found = false;
	int order;

	progress_at(++c->events);
	c->form = form;
	c->event = ev;
	while ((row = rows_first(&c->rows)) != NULL &&
	    (order = memcmp(row->at, ev->id, 16)) <= 0) {
		if (order < 0)
			miss_leaf(c);
		else
			take_leaf(c, ev, own);
		found = found || order == 0;
	}
	if (!found)
		put_unsealed(c, ev, own);
}

void
leaves_event(struct leaves *c, const struct leaf_event *ev, bool sound)
{
	uint8_t own[DIGEST_LEN];
	bool hashed = parts_leaf(c->leaf, ev, own) == 0;

	if (!hashed || !sound)
		memset(own, 0, sizeof(own));
	take(c, hashed ? LEAVES_HASHED : LEAVES_BROKEN, ev, own);
}

void
leaves_hashed(struct leaves *c, const struct leaf_event *ev,
    const uint8_t own[static DIGEST_LEN], bool whole)
{
	take(c, whole ? LEAVES_WHOLE : LEAVES_BRIEF, ev, own);
}

static void
name_orphans(struct leaves *c)
{
	const struct seal *last = chain_last(c->chain);
	size_t i;

	for (i = 0; i < c->norphans; i++)
		if (c->begin.archive &&
		    (last == NULL || c->orphans[i].seal > last->no))
			finding_note(c->findings, "incomplete",
			    FINDING_SEAL(c->orphans[i].seal),
			    "seal %" PRIu64 " has not come yet: nothing proves "
			    "%" PRIu64 " events that it is to cover",
			    c->orphans[i].seal, c->orphans[i].leaves);
		else if (chain_has(c->chain, c->orphans[i].seal))
			finding_put(c->findings, "leaves",
			    FINDING_SEAL(c->orphans[i].seal),
			    "seal %" PRIu64 " has %" PRIu64
			    " leaves more than it covers",
			    c->orphans[i].seal, c->orphans[i].leaves);
		else
			finding_put(c->findings, "missing",
			    FINDING_SEAL(c->orphans[i].seal),
			    "%" PRIu64 " leaves are of seal %" PRIu64
			    ", which is not there: nothing proves their events",
			    c->orphans[i].leaves, c->orphans[i].seal);
}

int
leaves_end(struct leaves *c)
{
	while (rows_first(&c->rows) != NULL)
		miss_leaf(c);
	while (c->nopen > 0)
		open_close(c, c->open[c->nopen - 1]);
	name_orphans(c);
	return blame_end(c->blame);
}
