/* activity-show - how the report of activity looks */

#include "activity-show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "brief.h"
#include "kept.h"
#include "mem.h"

#define ROWS 1000 /* of a table */
#define BARS 15	  /* people in a chart */

struct show {
	struct kept *people, *tables;
	struct kept *hours; /* who, then so many an hour */
	uint64_t n, named, refused, corrected, entries;
	bool seen;
	int64_t first, last;
};

enum {
	P_WHO,
	P_ENTRIES,
	P_INSERT,
	P_UPDATE,
	P_DELETE,
	P_READ,
	P_OTHER,
	P_TABLES,
	P_DAYS,
	P_FIRST,
	P_LAST,
	P_BUSIEST,
	P_SESSIONS,
	P_REFUSED,
	P_CORRECTED,
	P_SHARE,
	P_NUMBER
};

static const struct view_column much[P_NUMBER] = {
	[P_WHO] = { "Who", 0, FIND_TEXT },
	[P_ENTRIES] = { "Entries", 0, FIND_TEXT },
	[P_INSERT] = { "Inserted", 0, FIND_TEXT },
	[P_UPDATE] = { "Updated", 0, FIND_TEXT },
	[P_DELETE] = { "Deleted", 0, FIND_TEXT },
	[P_READ] = { "Reads", 0, FIND_TEXT },
	[P_OTHER] = { "Other", 0, FIND_TEXT },
	[P_TABLES] = { "Tables", 0, FIND_TEXT },
	[P_REFUSED] = { "Refused", 0, FIND_TEXT },
	[P_CORRECTED] = { "Corrected", 0, FIND_TEXT },
	[P_SHARE] = { "Per 100", 0, FIND_TEXT },
};

/* The same people, in a table of its own */
static const struct view_column often[P_NUMBER] = {
	[P_WHO] = { "Who", 0, FIND_TEXT },
	[P_DAYS] = { "Active days", 0, FIND_TEXT },
	[P_BUSIEST] = { "Busiest hour", 0, FIND_TEXT },
	[P_SESSIONS] = { "Sessions", 0, FIND_TEXT },
	[P_FIRST] = { "First", 0, FIND_TIME },
	[P_LAST] = { "Last", 0, FIND_TIME },
};

enum { T_WHO, T_TABLE, T_INSERT, T_UPDATE, T_DELETE, T_READ, T_NUMBER };

static const struct view_column tables[T_NUMBER] = {
	[T_WHO] = { "Who", 0, FIND_WORD },
	[T_TABLE] = { "Table", 0, FIND_WORD },
	[T_INSERT] = { "Inserted", 0, FIND_TEXT },
	[T_UPDATE] = { "Updated", 0, FIND_TEXT },
	[T_DELETE] = { "Deleted", 0, FIND_TEXT },
	[T_READ] = { "Reads", 0, FIND_TEXT },
};

static const enum cell_tone tones[WORK_OPS] = { TONE_INSERT, TONE_UPDATE,
	TONE_DELETE, TONE_READ, TONE_OTHER };

struct show *
show_new(void)
{
	struct show *s = xcalloc(1, sizeof(*s));

	s->people = kept_new(KEPT_LARGEST, P_NUMBER, ROWS);
	s->tables = kept_new(KEPT_LARGEST, T_NUMBER, ROWS);
	s->hours = kept_new(KEPT_LARGEST, 25, BARS);
	return s;
}

void
show_free(struct show *s)
{
	if (s == NULL)
		return;
	kept_free(s->people);
	kept_free(s->tables);
	kept_free(s->hours);
	free(s);
}

static struct cell
count_or_none(uint64_t n, enum cell_tone tone)
{
	return n == 0 ? cell_text(NULL) : cell_toned(cell_count(n), tone);
}

static uint64_t
all_of(const struct work *w)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < WORK_OPS; i++)
		sum += w->n[i];
	return sum;
}

static uint64_t
entries_of(const struct work *w)
{
	return w->n[WORK_INSERT] + w->n[WORK_UPDATE] + w->n[WORK_DELETE];
}

/* 09:00 to 10:00 */
static struct cell
busiest(struct brief *b, const uint32_t hours[static 24])
{
	char text[32];
	int i, most = 0;

	for (i = 1; i < 24; i++)
		if (hours[i] > hours[most])
			most = i;
	snprintf(text, sizeof(text), "%02d\u2013%02d", most, most + 1);
	brief_set(b, text, hours[most] > 0 ? strlen(text) : 0);
	return brief_cell(b);
}

static void
put_hours(struct show *s, struct cell who, const struct work *w)
{
	struct cell c[25] = { 0 };
	size_t i;

	c[0] = who;
	for (i = 0; i < 24; i++)
		c[i + 1] = cell_count(w->hours[i]);
	kept_put(s->hours, (int64_t)all_of(w), c);
}

static void
count_person(struct show *s, const struct person *p)
{
	const struct work *w = &p->work;

	if (w->first_seen && (!s->seen || w->first < s->first))
		s->first = w->first;
	if (w->first_seen && (!s->seen || w->last > s->last))
		s->last = w->last;
	s->seen |= w->first_seen;
	s->n++;
	s->named += p->who.len > 0 && *p->who.p == 'a';
	s->entries += entries_of(w);
	s->refused += w->refused;
	s->corrected += w->corrected;
}

void
show_person(struct show *s, const struct person *p)
{
	const struct work *w = &p->work;
	struct cell c[P_NUMBER] = { 0 };
	struct brief who, hour;
	char share[16];
	size_t i;

	count_person(s, p);
	c[P_WHO] = brief_who_of(&who, p->who);
	c[P_ENTRIES] = count_or_none(entries_of(w), TONE_NONE);
	for (i = 0; i < WORK_OPS; i++)
		c[P_INSERT + i] = count_or_none(w->n[i], tones[i]);
	c[P_TABLES] = count_or_none(p->tables, TONE_NONE);
	c[P_DAYS] = count_or_none(p->days, TONE_NONE);
	c[P_FIRST] = cell_time(w->first);
	c[P_LAST] = cell_time(w->last);
	c[P_BUSIEST] = busiest(&hour, w->hours);
	c[P_SESSIONS] = count_or_none(p->sessions, TONE_NONE);
	c[P_REFUSED] = count_or_none(w->refused, TONE_BAD);
	c[P_CORRECTED] = count_or_none(w->corrected, TONE_WARN);
	if (w->corrected > 0) {
		snprintf(share, sizeof(share), "%.1f",
		    (double)w->corrected * 100 / (double)entries_of(w));
		c[P_SHARE] = cell_text(share);
		c[P_SHARE].kind = CELL_NUMBER;
	}
	kept_put(s->people, (int64_t)all_of(w), c);
	if (all_of(w) > 0)
		put_hours(s, c[P_WHO], w);
}

void
show_table(struct show *s, struct json who, const char *parts, const char *end,
    const uint64_t n[static WORK_OPS])
{
	struct json schema = brief_next(&parts, end);
	struct json table = brief_next(&parts, end);
	struct cell c[T_NUMBER] = { 0 };
	struct brief b[2];
	uint64_t sum = 0;
	size_t i;

	c[T_WHO] = brief_who_of(&b[0], who);
	c[T_TABLE] = brief_table_of(&b[1], schema, table);
	for (i = 0; i < WORK_OTHER; i++) {
		c[T_INSERT + i] = count_or_none(n[i], tones[i]);
		sum += n[i];
	}
	kept_put(s->tables, (int64_t)sum, c);
}

/* Who did most, and what */
static void
put_bars(struct show *s, struct view *v)
{
	static const struct chart_series series[WORK_OPS] = {
		{ "inserted", TONE_INSERT },
		{ "updated", TONE_UPDATE },
		{ "deleted", TONE_DELETE },
		{ "read", TONE_READ },
		{ "other", TONE_OTHER },
	};
	static const size_t counts[WORK_OPS] = { P_INSERT, P_UPDATE, P_DELETE,
		P_READ, P_OTHER };
	static const struct chart chart = { .kind = CHART_BARS,
		.title = "Who did most",
		.of = "events",
		.nseries = WORK_OPS,
		.series = series };

	kept_chart(s->people, v, chart,
	    &(struct kept_bars){ 1, BARS, P_WHO, counts });
}

/* At which hours */
static void
put_grid(struct show *s, struct view *v)
{
	static const char *const hours[24] = { "00", "01", "02", "03", "04",
		"05", "06", "07", "08", "09", "10", "11", "12", "13", "14",
		"15", "16", "17", "18", "19", "20", "21", "22", "23" };
	struct chart_series series[BARS];
	struct chart chart = { .kind = CHART_GRID,
		.title = "At which hours, who did most",
		.of = "events",
		.ncats = 24,
		.cats = hours,
		.series = series };
	double values[24 * BARS];
	const struct cell *row;
	char *names[BARS];
	size_t i, n = 0;

	for (; n < BARS && (row = kept_row(s->hours, n)) != NULL; n++) {
		names[n] = brief_copy(&row[0]);
		series[n] = (struct chart_series){ names[n], TONE_NONE };
		for (i = 0; i < 24; i++)
			values[n * 24 + i] = (double)row[i + 1].n;
	}
	chart.nseries = n;
	chart.v = values;
	if (n > 0)
		view_chart(v, &chart);
	while (n > 0)
		free(names[--n]);
}

void
show_activity(struct show *s, struct view *v)
{
	struct figure f[] = {
		{ "People", cell_count(s->named),
		    "whom the application named" },
		{ "Roles", cell_count(s->n - s->named),
		    "where nobody said who acts" },
		{ "Entries", cell_count(s->entries),
		    "rows inserted, updated, deleted" },
		{ "Refused", cell_count(s->refused), "logins and accesses" },
		{ "Corrected", cell_count(s->corrected),
		    "fields, within the hour" },
		{ "First", cell_time(s->first), NULL },
		{ "Last", cell_time(s->last), NULL },
	};

	view_text(v,
	    "This counts entries. It shows who works with what and when, and "
	    "where a form or a lesson would spare people corrections. It is "
	    "no measure of people: one entry may take a second or a day, and "
	    "who enters most is corrected most. Local law may say who may "
	    "read it.");
	view_figures(v, f, s->seen ? 7 : 5);
	if (s->n == 0) {
		view_text(v, "There is no event in the input.");
		return;
	}
	put_bars(s, v);
	put_grid(s, v);
	kept_table(s->people, v, "Who did how much", much, "people");
	view_text(v,
	    "Corrected are fields that the same person had entered within the "
	    "hour before, for each 100 entries. An entry may have several.");
	kept_table(s->people, v, "When", often, "people");
	view_part(v, "Who works on what");
	kept_table(s->tables, v, "Who works on which table", tables,
	    "pairs of somebody and a table");
}
