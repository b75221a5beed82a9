/* corrections - fields that somebody changed again within the hour */

#include "corrections.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "brief.h"
#include "buf.h"
#include "hash.h"
#include "kept.h"
#include "mem.h"
#include "tally.h"
#include "window.h"

#define HOUR (INT64_C(3600) * 1000000) /* µs */
#define MEMORY (4U << 20)	       /* of the counters */
#define ROWS 1000		       /* of a table */
#define BARS 12			       /* of the chart */

/* Of a field and somebody */
struct counts {
	uint64_t changes, corrected, back;
};

struct corrections {
	struct window *window;
	struct tally *counts; /* by table, field and who */
	struct kept *rows, *bars;
	struct buf key;
	struct counts all;
	uint64_t unsigned_; /* changes that nobody signed */
	/* the field whose counters are being added up */
	struct buf field;
	struct counts sum;
	uint64_t people;
};

static void
add_counts(void *sum, const void *more)
{
	struct counts *a = sum;
	const struct counts *b = more;

	a->changes += b->changes;
	a->corrected += b->corrected;
	a->back += b->back;
}

enum {
	F_TABLE,
	F_FIELD,
	F_CHANGES,
	F_CORRECTED,
	F_SHARE,
	F_BACK,
	F_PEOPLE,
	F_NUMBER
};

static const struct view_column columns[F_NUMBER] = {
	[F_TABLE] = { "Table", 0, FIND_WORD },
	[F_FIELD] = { "Field", 0, FIND_WORD },
	[F_CHANGES] = { "Changes", 0, FIND_TEXT },
	[F_CORRECTED] = { "Within the hour", 0, FIND_TEXT },
	[F_SHARE] = { "Per 100", 0, FIND_TEXT },
	[F_BACK] = { "Set back", 0, FIND_TEXT },
	[F_PEOPLE] = { "By people", 0, FIND_TEXT },
};

struct corrections *
corrections_new(void)
{
	struct corrections *c = xcalloc(1, sizeof(*c));

	c->window = window_new(HOUR);
	c->counts = tally_new(sizeof(struct counts), add_counts, MEMORY);
	c->rows = kept_new(KEPT_LARGEST, F_NUMBER, ROWS);
	c->bars = kept_new(KEPT_LARGEST, 3, BARS);
	return c;
}

void
corrections_free(struct corrections *c)
{
	if (c == NULL)
		return;
	window_free(c->window);
	tally_free(c->counts);
	kept_free(c->rows);
	kept_free(c->bars);
	buf_free(&c->key);
	buf_free(&c->field);
	free(c);
}

const char *
corrections_error(const struct corrections *c)
{
	return tally_error(c->counts);
}

static int
count(struct corrections *c, const struct event *e, struct json field,
    const struct counts *more)
{
	struct counts *sum;

	buf_reset(&c->key);
	brief_part_table(&c->key, e);
	brief_part(&c->key, field);
	brief_part_who(&c->key, e);
	if ((sum = tally_at(c->counts, c->key.p, c->key.len)) == NULL)
		return -1;
	add_counts(sum, more);
	add_counts(&c->all, more);
	return 0;
}

/* Who, and which record; everything is taken as it is written. */
static uint64_t
record_hash(const struct event *e)
{
	static const enum event_key keys[] = { E_ACTOR, E_TRAIL, E_SCHEMA,
		E_TABLE, E_KEY };
	uint64_t h = 0;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		h = hash_bytes(h, e->v[keys[i]].p, e->v[keys[i]].len);
	return h;
}

/* A moment, as "2026-11-22T23:54:40": what a program notes, not what somebody
 * types. */
static bool
is_moment(struct json j)
{
	static const char form[] = "\"0000-00-00T00:00:00";
	size_t i;

	if (j.p == NULL || j.len <= sizeof(form))
		return false;
	for (i = 0; i < sizeof(form) - 1; i++)
		if (form[i] == '0' ? j.p[i] < '0' || j.p[i] > '9'
				   : j.p[i] != form[i])
			return false;
	return true;
}

/* A field of an update. What changes twice in a transaction does a program. */
static int
put_field(struct corrections *c, const struct event *e, const struct change *f,
    struct window_entry entry, struct counts *sum)
{
	uint64_t record = entry.hash, new;
	struct counts more = { .changes = 1 };
	struct window_entry *was;

	if (is_moment(f->new))
		return 0;
	new = hash_bytes(0, f->new.p, f->new.len);
	entry.before = hash_bytes(0, f->old.p, f->old.len);
	entry.hash = hash_bytes(record, f->field.p, f->field.len);
	if ((was = window_find(c->window, entry.hash, entry.at)) == NULL) {
		was = window_find(c->window, record, entry.at);
		more.corrected = was != NULL && was->txid != entry.txid;
		window_put(c->window, &entry);
	} else if (was->txid != entry.txid) {
		more.corrected = 1;
		more.back =
		    was->before == new &&json_kind(e->v[E_REDACTED]) == 'n' &&
		    change_mark(f->new) == CHANGE_VALUE;
		was->at = entry.at;
		was->txid = entry.txid;
	}
	add_counts(sum, &more);
	return count(c, e, f->field, &more);
}

static int
put_update(struct corrections *c, const struct input *in,
    const struct window_entry *entry, struct counts *sum)
{
	const struct changes *fields = in->changes;
	size_t i;

	for (i = 0; i < fields->n; i++)
		if (put_field(c, in->event, &fields->v[i], *entry, sum) == -1)
			return -1;
	return 0;
}

int
corrections_line(struct corrections *c, const struct input *in,
    uint64_t *corrected, uint64_t *back)
{
	static const struct json none;
	const struct event *e = in->event;
	struct counts sum = { 0 };
	struct window_entry entry = { .at = in->at }, *was;
	bool insert = json_says(e->v[E_OP], "insert");
	bool delete = json_says(e->v[E_OP], "delete");

	*corrected = *back = 0;
	if (!insert && !delete &&!json_says(e->v[E_OP], "update"))
		return 0;
	if (json_kind(e->v[E_ACTOR]) != '"') {
		c->unsigned_++;
		return 0;
	}
	if (json_kind(e->v[E_KEY]) != '{')
		return 0;
	entry.hash = record_hash(e);
	entry.txid = hash_bytes(0, e->v[E_TXID].p, e->v[E_TXID].len);
	if (insert)
		window_put(c->window, &entry);
	else if (!delete) {
		if (put_update(c, in, &entry, &sum) == -1)
			return -1;
	} else {
		was = window_find(c->window, entry.hash, entry.at);
		sum.corrected = sum.back =
		    was != NULL && was->txid != entry.txid;
		if (sum.corrected > 0 && count(c, e, none, &sum) == -1)
			return -1;
	}
	*corrected = sum.corrected;
	*back = sum.back;
	return 0;
}

/* The end */

static struct cell
count_or_none(uint64_t n)
{
	return n == 0 ? cell_text(NULL) : cell_count(n);
}

/* A row of what has been added up */
static void
put_sum(struct corrections *c)
{
	const char *p = c->field.p, *end = p + c->field.len;
	struct json schema = brief_next(&p, end), table = brief_next(&p, end);
	struct json field = brief_next(&p, end);
	struct cell row[F_NUMBER] = { 0 }, bar[3] = { 0 };
	struct brief b[3];
	char share[16];

	if (c->field.len == 0 || c->sum.corrected == 0)
		return;
	row[F_TABLE] = brief_table_of(&b[0], schema, table);
	row[F_FIELD] = brief_text_of(&b[1], field);
	if (field.len == 0) {
		row[F_FIELD] = cell_text("made, then deleted");
		row[F_FIELD].kind = CELL_MARK;
	} else {
		row[F_CHANGES] = cell_count(c->sum.changes);
		snprintf(share, sizeof(share), "%d",
		    (int)((double)c->sum.corrected * 100 /
			    (double)c->sum.changes +
			.5));
		row[F_SHARE] = cell_text(share);
		row[F_SHARE].kind = CELL_NUMBER;
	}
	row[F_CORRECTED] = cell_toned(cell_count(c->sum.corrected), TONE_WARN);
	row[F_BACK] = count_or_none(c->sum.back);
	row[F_PEOPLE] = cell_count(c->people);
	kept_put(c->rows, (int64_t)c->sum.corrected, row);
	b[2] = b[0];
	brief_add(&b[2], field.len > 0 ? "." : ": deleted",
	    field.len > 0 ? 1 : 9);
	brief_add(&b[2], field.p, field.len);
	bar[0] = brief_cell(&b[2]);
	bar[1] = cell_count(c->sum.corrected - c->sum.back);
	bar[2] = cell_count(c->sum.back);
	kept_put(c->bars, (int64_t)c->sum.corrected, bar);
}

static int
add_up(struct corrections *c)
{
	const void *counters;
	struct json field;
	const char *key;
	size_t len;
	int got;

	while ((got = tally_next(c->counts, &key, &len, &counters)) == 1) {
		field = brief_head(key, len, 3);
		if (!brief_begins(&c->field, field)) {
			put_sum(c);
			buf_reset(&c->field);
			buf_put(&c->field, field.p, field.len);
			c->sum = (struct counts){ 0 };
			c->people = 0;
		}
		add_counts(&c->sum, counters);
		c->people += ((const struct counts *)counters)->corrected > 0;
	}
	put_sum(c);
	return got;
}

static void
put_chart(struct corrections *c, struct view *v)
{
	static const struct chart_series series[] = {
		{ "changed again", TONE_WARN },
		{ "set back", TONE_BAD },
	};
	static const size_t counts[] = { 1, 2 };
	static const struct chart chart = { .kind = CHART_BARS,
		.title = "Where entries are corrected",
		.of = "corrections",
		.nseries = 2,
		.series = series };

	kept_chart(c->bars, v, chart,
	    &(struct kept_bars){ 2, BARS, 0, counts });
}

static void
put_lost(const struct corrections *c, struct view *v)
{
	char *text;

	if (c->unsigned_ > 0) {
		text = xasprintf("%" PRIu64 " changes are not looked at, as "
				 "nobody said who made them.",
		    c->unsigned_);
		view_text(v, text);
		free(text);
	}
	if (window_lost(c->window) == 0)
		return;
	text = xasprintf("There were more entries within an hour than can be "
			 "remembered: %" PRIu64
			 " were forgotten early, and if they were corrected it "
			 "is not counted.",
	    window_lost(c->window));
	view_text(v, text);
	free(text);
}

int
corrections_end(struct corrections *c, struct view *v)
{
	struct figure f[] = {
		{ "Changes of a field", { 0 }, "updates by people" },
		{ "Within the hour", { 0 }, "of the same person's entry" },
		{ "Set back", { 0 }, "to what it was before" },
	};

	if (add_up(c) == -1)
		return -1;
	f[0].value = cell_count(c->all.changes);
	f[1].value = cell_count(c->all.corrected);
	f[2].value = cell_count(c->all.back);
	view_figures(v, f, 3);
	view_text(v,
	    "A field counts here if who had entered or changed it changes it "
	    "again within an hour, in another transaction. Where that happens "
	    "often, and to many people, training or a better form would help. "
	    "Steps of work, an order that is first a draft and then sold, look "
	    "alike: they need no help. Moments of time are left out, as "
	    "programs write them.");
	put_lost(c, v);
	if (c->all.corrected == 0)
		view_text(v, "Nothing was changed again within an hour.");
	put_chart(c, v);
	kept_table(c->rows, v, "Which fields", columns, "fields");
	return 0;
}
