/* alert - what a line of audit-watch says */

#include "alert.h"

#define BARS 17 /* of the chart */

/* Columns of a row of a kind; between them the severities */
enum { K_KIND, K_ALL, K_SEVERITY };
#define K_FIRST (K_SEVERITY + ALERT_SEVERITIES)
#define K_LAST (K_FIRST + 1)

static const struct chart_series severities[ALERT_SEVERITIES] = {
	[ALERT_CRITICAL] = { "critical", TONE_BAD },
	[ALERT_HIGH] = { "high", TONE_WARN },
	[ALERT_MEDIUM] = { "medium", TONE_READ },
	[ALERT_LOW] = { "low", TONE_UPDATE },
	[ALERT_OTHER] = { "other", TONE_OTHER },
};

enum alert_severity
alert_severity(struct json line)
{
	struct json severity = json_member(line, "severity");
	int i;

	for (i = 0; i < ALERT_OTHER; i++)
		if (json_says(severity, severities[i].name))
			break;
	return (enum alert_severity)i;
}

enum cell_tone
alert_tone(enum alert_severity s)
{
	return severities[s].tone;
}

struct json
alert_who(struct json line)
{
	static const char *const names[] = { "actor", "role" };
	struct json who;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		who = json_member(line, names[i]);
		if (json_kind(who) == '"')
			return who;
	}
	return (struct json){ NULL, 0 };
}

struct cell
alert_who_cell(struct brief *b, struct json line)
{
	static const char role[] = "role ";
	struct json actor = json_member(line, "actor");
	struct json logged_in = json_member(line, "role");
	struct cell c;

	if (json_kind(actor) == '"' || json_kind(logged_in) != '"')
		return brief_json(b, actor);
	brief_set(b, role, sizeof(role) - 1);
	brief_add_json(b, logged_in);
	c = brief_cell(b);
	c.kind = CELL_MARK; /* nobody is called so */
	return c;
}

struct cell
alert_table(struct brief *b, struct json line)
{
	struct json schema = json_member(line, "schema");
	struct json table = json_member(line, "table");

	if (json_kind(table) != '"')
		return cell_text(NULL);
	brief_set(b, "", 0);
	if (json_kind(schema) == '"' && !json_says(schema, "public")) {
		brief_add_json(b, schema);
		brief_add(b, ".", 1);
	}
	brief_add_json(b, table);
	return brief_cell(b);
}

void
alert_add(void *sum, const void *more)
{
	struct alert_sums *a = sum;
	const struct alert_sums *b = more;
	size_t i;

	span_add(&a->span, &b->span);
	for (i = 0; i < ALERT_SEVERITIES; i++)
		a->n[i] += b->n[i];
}

struct cell
alert_count(const uint64_t n[static ALERT_SEVERITIES], enum alert_severity s)
{
	return cell_toned(cell_count(n[s]),
	    n[s] > 0 ? severities[s].tone : TONE_NONE);
}

void
alert_put_kind(struct kept *kinds, const char *key, size_t len,
    const struct alert_sums *sums)
{
	struct cell c[ALERT_KIND_COLUMNS] = { 0 };
	const char *p = key;
	struct brief b;
	int i;

	c[K_KIND] = brief_text_of(&b, brief_next(&p, key + len));
	c[K_ALL] = cell_count(sums->span.n);
	for (i = 0; i < ALERT_SEVERITIES; i++)
		if (i != ALERT_OTHER || sums->n[i] > 0)
			c[K_SEVERITY + i] =
			    alert_count(sums->n, (enum alert_severity)i);
	c[K_FIRST] = cell_time(sums->span.first);
	c[K_LAST] = cell_time(sums->span.last);
	kept_put(kinds, (int64_t)sums->span.n, c);
}

void
alert_chart(struct kept *kinds, struct view *v)
{
	/* the others stand in the table */
	static const size_t counts[ALERT_OTHER] = {
		[ALERT_CRITICAL] = K_SEVERITY + ALERT_CRITICAL,
		[ALERT_HIGH] = K_SEVERITY + ALERT_HIGH,
		[ALERT_MEDIUM] = K_SEVERITY + ALERT_MEDIUM,
		[ALERT_LOW] = K_SEVERITY + ALERT_LOW,
	};
	static const struct chart chart = { .kind = CHART_BARS,
		.title = "Alerts by kind",
		.of = "alerts",
		.nseries = ALERT_OTHER,
		.series = severities };

	kept_chart(kinds, v, chart,
	    &(struct kept_bars){ 2, BARS, K_KIND, counts });
}

void
alert_kinds(struct kept *kinds, struct view *v)
{
	static const struct view_column columns[ALERT_KIND_COLUMNS] = {
		[K_KIND] = { "Alert", 24, FIND_WORD },
		[K_ALL] = { "Alerts", 10, FIND_TEXT },
		[K_SEVERITY + ALERT_CRITICAL] = { "Critical", 9, FIND_TEXT },
		[K_SEVERITY + ALERT_HIGH] = { "High", 9, FIND_TEXT },
		[K_SEVERITY + ALERT_MEDIUM] = { "Medium", 9, FIND_TEXT },
		[K_SEVERITY + ALERT_LOW] = { "Low", 9, FIND_TEXT },
		[K_SEVERITY + ALERT_OTHER] = { "Other", 9, FIND_TEXT },
		[K_FIRST] = { "First", 20, FIND_TIME },
		[K_LAST] = { "Last", 20, FIND_TIME },
	};

	kept_table(kinds, v, "By kind", columns, "kinds");
}
