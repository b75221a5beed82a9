/* compliance-row - a row of a list: what an event or a line says */

#include <string.h>

#include "compliance.h"
#include "moment.h"

/* a.b is b of a. */
static struct json
member(struct json object, const char *path)
{
	const char *dot = strchr(path, '.');
	char first[32];

	if (dot == NULL || (size_t)(dot - path) >= sizeof(first))
		return json_member(object, path);
	memcpy(first, path, (size_t)(dot - path));
	first[dot - path] = '\0';
	return json_member(json_member(object, first), dot + 1);
}

/* Of an array of strings, what they say with commas between */
static void
add_value(struct brief *b, struct json j)
{
	struct json_iter i;
	struct json key, value;
	bool first = true;

	if (json_kind(j) != '[') {
		brief_add_json(b, j);
		return;
	}
	json_begin(&i, j);
	for (; json_next(&i, &key, &value); first = false) {
		if (!first)
			brief_add(b, ", ", 2);
		brief_add_json(b, value);
	}
}

/* What an act is about: the values of its key, or a table. */
static struct cell
about(struct brief *b, const struct event *e)
{
	struct json_iter i;
	struct json key, value;
	bool first = true;

	brief_set(b, "", 0);
	json_begin(&i, e->v[E_KEY]);
	while (json_next(&i, &key, &value)) {
		if (json_kind(value) == 'n')
			continue;
		if (!first)
			brief_add(b, ", ", 2);
		if (key.p != NULL) {
			brief_add_json(b, key);
			brief_add(b, " ", 1);
		}
		add_value(b, value);
		first = false;
	}
	return first ? brief_table(b, e) : brief_cell(b);
}

/* What the other columns say */
static bool
is_said(const struct event *e, struct json field)
{
	struct json value;

	return json_says(field, "at") || json_says(field, "role") ||
	    (json_kind(e->v[E_KEY]) == '{' &&
		json_get(e->v[E_KEY], field, &value));
}

/* enabled: true -> false; keep: 2 years */
static struct cell
what_changed(struct brief *b, const struct input *in)
{
	const struct changes *c = in->changes;
	const struct change *f;
	bool old, new;
	size_t i;

	brief_set(b, "", 0);
	for (i = 0; i < c->n; i++) {
		f = &c->v[i];
		old = json_kind(f->old) != 'n';
		new = json_kind(f->new) != 'n';
		if ((!old && !new) || json_same(f->old, f->new) ||
		    is_said(in->event, f->field))
			continue;
		brief_add(b, "; ", b->len > 0 ? 2 : 0);
		brief_add_json(b, f->field);
		brief_add(b, ": ", 2);
		if (old)
			add_value(b, f->old);
		if (json_kind(in->event->v[E_OLD]) == '{' &&
		    json_kind(in->event->v[E_NEW]) == '{')
			brief_add(b, " \u2192 ", strlen(" \u2192 "));
		if (new)
			add_value(b, f->new);
		else if (json_kind(in->event->v[E_NEW]) == '{')
			brief_add(b, "nothing", 7);
	}
	return brief_cell(b);
}

static struct cell
of_member(struct brief *b, const struct list_column *s, struct json object)
{
	struct json j = member(object, s->member);
	struct cell c;
	uint64_t n;
	int64_t at;

	if (json_kind(j) == 'n') {
		c = cell_text(s->none);
		if (s->none != NULL)
			c.kind = CELL_MARK;
		return c;
	}
	if (s->source == S_COUNT && brief_count(j, &n))
		return cell_count(n);
	if (s->source == S_TIME && json_kind(j) == '"' &&
	    moment_read(&at, j.p + 1, j.len - 2))
		return cell_time(at);
	brief_set(b, "", 0);
	add_value(b, j);
	return brief_cell(b);
}

/* finding: altered; note: key; verified */
static struct cell
verdict(struct brief *b, struct json line)
{
	struct json verified = json_member(line, "verified");
	struct json finding = json_member(line, "finding");
	bool found = json_kind(finding) == '"';

	if (verified.p != NULL)
		return cell_text(
		    json_kind(verified) == 't' ? "verified" : "not verified");
	brief_set(b, found ? "finding: " : "note: ", found ? 9 : 6);
	brief_add_json(b, found ? finding : json_member(line, "note"));
	return brief_cell(b);
}

static struct cell
is_enabled(struct json line)
{
	return cell_text(json_kind(json_member(line, "enabled")) == 't'
		? "enabled"
		: "disabled");
}

static struct cell
cell_of(struct brief *b, const struct list_column *s, const struct input *in)
{
	const struct event *e = in->event;

	switch (s->source) {
	case S_AT: return cell_time(in->at);
	case S_OP: return brief_json(b, e->v[E_OP]);
	case S_WHO: return brief_who(b, e);
	case S_APP: return brief_json(b, e->v[E_APP]);
	case S_ADDR: return brief_json(b, e->v[E_ADDR]);
	case S_ID: return brief_json(b, e->v[E_ID]);
	case S_TABLE: return brief_table(b, e);
	case S_KEY: return about(b, e);
	case S_CHANGE: return what_changed(b, in);
	case S_VERDICT: return verdict(b, in->line);
	case S_ENABLED: return is_enabled(in->line);
	case S_TEXT:
	case S_COUNT:
	case S_TIME:
		return of_member(b, s,
		    in->kind == INPUT_EVENT ? e->v[E_NEW] : in->line);
	case S_SUM: break;
	}
	return cell_text(NULL);
}

void
list_put(struct report *r, enum list l, const struct input *in,
    enum cell_tone tone)
{
	const struct list_column *columns = list_columns(l);
	struct cell c[LIST_COLUMNS] = { 0 };
	struct brief b[LIST_COLUMNS];
	size_t n = 0, toned = 0;

	for (; n < LIST_COLUMNS && columns[n].name != NULL; n++)
		c[n] = cell_of(&b[n], &columns[n], in);
	/* a word bears it rather than a time or a number */
	while (toned + 1 < n && c[toned].kind != CELL_TEXT)
		toned++;
	c[toned].tone = tone;
	/* the newest first; other lines as they come, but for seals */
	kept_put(r->lists[l],
	    in->kind == INPUT_EVENT	 ? in->at
		: c[0].kind == CELL_TIME ? c[0].n
					 : -(int64_t)kept_rows(r->lists[l]),
	    c);
}
