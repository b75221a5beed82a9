/* compliance-given - what a report of compliance takes from other tools' lines,
 * and what was added up */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "alert.h"
#include "compliance.h"
#include "moment.h"

static void
put_seal(struct report *r, const struct input *in)
{
	struct facts *f = &r->facts;
	struct json at = json_member(in->line, "at");
	bool is_signed = json_kind(json_member(in->line, "signature")) == '"';
	uint8_t id[16];
	uint64_t n;
	int64_t us;

	if (!brief_count(json_member(in->line, "seal"), &n))
		return;
	if (f->seals == 0 || n < f->seal_first)
		f->seal_first = n;
	if (f->seals == 0 || n > f->seal_last)
		f->seal_last = n;
	f->seals++;
	f->unsigned_seals += !is_signed;
	if (brief_count(json_member(in->line, "events"), &n))
		f->sealed_events += n;
	if (json_kind(at) == '"' && moment_read(&us, at.p + 1, at.len - 2) &&
	    (!f->sealed || us > f->sealed_at)) {
		f->sealed_at = us;
		f->sealed = true;
	}
	if (compliance_id(id, json_member(in->line, "last")) &&
	    memcmp(id, f->sealed_id, 16) > 0)
		memcpy(f->sealed_id, id, 16);
	list_put(r, L_SEALS, in, is_signed ? TONE_NONE : TONE_WARN);
}

static void
put_verify(struct report *r, const struct input *in)
{
	struct json verified = json_member(in->line, "verified");
	bool found = json_kind(json_member(in->line, "finding")) == '"';
	struct facts *f = &r->facts;

	f->verified += json_kind(verified) == 't';
	f->failed += json_kind(verified) == 'f';
	f->findings += found;
	list_put(r, L_FINDINGS, in,
	    found || json_kind(verified) == 'f' ? TONE_BAD
		: json_kind(verified) == 't'	? TONE_GOOD
						: TONE_NONE);
}

static void
put_hole(struct report *r, const struct input *in)
{
	bool note = json_says(json_member(in->line, "severity"), "note");

	/* its last line, which counts what the others say */
	if (json_member(in->line, "covered").p != NULL) {
		r->facts.checked = true;
		return;
	}
	r->facts.notes += note;
	r->facts.holes += !note;
	list_put(r, L_HOLES, in, note ? TONE_WARN : TONE_BAD);
}

static void
put_rule(struct report *r, const struct input *in)
{
	bool on = json_kind(json_member(in->line, "enabled")) == 't';

	r->facts.disabled += !on;
	list_put(r, L_RULES, in, on ? TONE_GOOD : TONE_WARN);
}

static void
put_alert(struct report *r, const struct input *in)
{
	enum alert_severity severity = alert_severity(in->line);

	r->facts.serious +=
	    severity == ALERT_CRITICAL || severity == ALERT_HIGH;
	list_put(r, L_ALERTS, in, alert_tone(severity));
}

void
compliance_given(struct report *r, const struct input *in)
{
	struct facts *f = &r->facts;

	switch (in->kind) {
	case INPUT_SEAL: put_seal(r, in); break;
	case INPUT_VERIFY: put_verify(r, in); break;
	case INPUT_HOLE: put_hole(r, in); break;
	case INPUT_RULE: put_rule(r, in); break;
	case INPUT_STATUS:
		f->lag_known = brief_count(json_member(in->line, "unsealed"),
		    &f->unsealed);
		break;
	case INPUT_GRANT: list_put(r, L_GRANTS, in, TONE_NONE); break;
	case INPUT_POLICY:
		f->approval |=
		    json_kind(json_member(in->line, "require_approval")) == 't';
		list_put(r, L_POLICIES, in, TONE_NONE);
		break;
	case INPUT_ALERT: put_alert(r, in); break;
	case INPUT_HOLD: list_put(r, L_HOLDS, in, TONE_NONE); break;
	default: break;
	}
}

/* From when to when, in this column and the next one */
static void
put_span(struct report *r, enum list l, struct cell *c, const struct span *s,
    size_t first)
{
	c[first] = cell_time(s->first);
	c[first + 1] = cell_time(s->last);
	kept_put(r->lists[l], (int64_t)s->n, c);
}

/* Changes by hand, of somebody with an application in a table */
static void
put_by_hand(struct report *r, const char *key, const char *end,
    const struct span *s)
{
	struct json who = brief_next(&key, end), app = brief_next(&key, end);
	struct json schema = brief_next(&key, end);
	struct json table = brief_next(&key, end);
	struct cell c[LIST_COLUMNS] = { 0 };
	struct brief b[3];

	c[0] = brief_who_of(&b[0], who);
	c[1] = cell_toned(cell_count(s->n), TONE_WARN);
	c[2] = brief_table_of(&b[1], schema, table);
	c[5] = brief_text_of(&b[2], app);
	put_span(r, L_BY_HAND, c, s, 3);
}

/* What was refused to somebody from an address */
static void
put_refused(struct report *r, const char *key, const char *end,
    const struct span *s)
{
	struct cell c[LIST_COLUMNS] = { 0 };
	struct facts *f = &r->facts;
	struct brief b[3];

	c[0] = brief_who_of(&b[0], brief_next(&key, end));
	c[1] = cell_toned(cell_count(s->n), TONE_BAD);
	c[5] = brief_text_of(&b[1], brief_next(&key, end));
	c[2] = brief_text_of(&b[2], brief_next(&key, end));
	if (s->n > f->most_refused)
		f->most_refused = s->n;
	put_span(r, L_REFUSED, c, s, 3);
}

/* A row for each key of a tally */
static int
add_up(struct report *r, struct tally *t,
    void (*put)(struct report *, const char *key, const char *end,
	const struct span *))
{
	const void *counters;
	const char *key;
	size_t len;
	int got;

	while ((got = tally_next(t, &key, &len, &counters)) == 1)
		put(r, key, key + len, counters);
	return got;
}

/* Somebody who acted on the trail: which acts, how often */
struct actor {
	struct buf who;
	struct brief acts;
	struct span sum;
};

static void
put_actor(struct report *r, struct actor *a)
{
	struct cell c[LIST_COLUMNS] = { 0 };
	struct brief b;

	if (a->who.len == 0)
		return;
	r->facts.acts += a->sum.n;
	r->facts.actors++;
	c[0] = brief_who_of(&b, (struct json){ a->who.p, a->who.len - 1 });
	c[1] = cell_count(a->sum.n);
	c[2] = brief_cell(&a->acts);
	put_span(r, L_TRAIL, c, &a->sum, 3);
}

static int
add_up_trail(struct report *r)
{
	struct actor a = { .sum = { 0 } };
	const struct span *s;
	const void *counters;
	const char *key, *p;
	struct json who, op;
	char times[32];
	size_t len;
	int got;

	while ((got = tally_next(r->trail, &key, &len, &counters)) == 1) {
		who = brief_head(key, len, 1);
		p = key + who.len;
		s = counters;
		if (!brief_begins(&a.who, who)) {
			put_actor(r, &a);
			buf_reset(&a.who);
			buf_put(&a.who, who.p, who.len);
			brief_set(&a.acts, "", 0);
			a.sum = (struct span){ 0 };
		}
		op = brief_next(&p, key + len);
		snprintf(times, sizeof(times), " %" PRIu64, s->n);
		brief_add(&a.acts, ", ", a.acts.len > 0 ? 2 : 0);
		brief_add(&a.acts, op.p, op.len);
		brief_add(&a.acts, times, strlen(times));
		span_add(&a.sum, s);
	}
	put_actor(r, &a);
	buf_free(&a.who);
	return got;
}

int
compliance_add_up(struct report *r)
{
	return add_up(r, r->by_hand, put_by_hand) == -1 ||
		add_up(r, r->refused, put_refused) == -1 ||
		add_up_trail(r) == -1
	    ? -1
	    : 0;
}
