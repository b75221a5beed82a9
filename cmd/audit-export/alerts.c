/* alerts - the report of what audit-watch has found, if it has found any */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alert.h"
#include "brief.h"
#include "buf.h"
#include "kept.h"
#include "mem.h"
#include "moment.h"
#include "plain.h"
#include "report.h"
#include "session-facts.h"
#include "sort.h"
#include "tally.h"

#define KB ((size_t)1024)
#define WAYS 16
#define KINDS 100     /* of alerts, in the table of kinds */
#define MOST 500000   /* rows of a table: a sheet holds about a million */
#define MESSAGE 32000 /* bytes of a sentence: a cell holds no more */
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct report {
	const struct job *job;
	struct tally *kinds;  /* by the name of the alert */
	struct tally *people; /* by who */
	struct sort *lines;   /* the newest first */
	struct kept *by_kind;
	struct alert_sums all;
	struct buf key;
};

static struct report *
create(const struct job *job)
{
	struct report *r = xcalloc(1, sizeof(*r));

	r->job = job;
	r->kinds = tally_new(sizeof(struct alert_sums), alert_add, 256 * KB);
	r->people = tally_new(0, NULL, 256 * KB);
	r->lines = sort_new(1024 * KB, WAYS);
	r->by_kind = kept_new(KEPT_LARGEST, ALERT_KIND_COLUMNS, KINDS);
	return r;
}

/* Whether it was asked for by its name: then it is there without any, too. */
static bool
is_asked(const struct job *job)
{
	int i;

	for (i = 0; i < job->reports.n; i++)
		if (strcmp(job->reports.v[i], "alerts") == 0)
			return true;
	return false;
}

static int
count(struct report *r, const struct input *in, const struct alert_sums *one)
{
	struct alert_sums *sum;
	struct json alert = json_member(in->line, "alert");
	struct json who = alert_who(in->line);

	alert_add(&r->all, one);
	buf_reset(&r->key);
	brief_part(&r->key, alert);
	if ((sum = tally_at(r->kinds, r->key.p, r->key.len)) == NULL)
		return -1;
	alert_add(sum, one);
	if (who.p == NULL)
		return 0;
	buf_reset(&r->key);
	brief_part(&r->key, who);
	return tally_at(r->people, r->key.p, r->key.len) == NULL ? -1 : 0;
}

static int
line(struct report *r, struct view *v, const struct input *in)
{
	struct alert_sums one = { .span = span_once(in->at) };
	struct sort_record record;

	(void)v;
	if (in->kind != INPUT_ALERT)
		return 0;
	one.n[alert_severity(in->line)] = 1;
	if (count(r, in, &one) == -1)
		return -1;
	buf_reset(&r->key);
	facts_put_time(&r->key, ~in->at);
	record = (struct sort_record){ r->key.p, in->line.p, r->key.len,
		in->line.len };
	return sort_add(r->lines, &record);
}

/* The end */

static int
add_up(struct report *r, uint64_t *people)
{
	const void *counters;
	const char *key;
	size_t len;
	int got;

	while ((got = tally_next(r->kinds, &key, &len, &counters)) == 1)
		alert_put_kind(r->by_kind, key, len, counters);
	if (got == -1)
		return -1;
	while ((got = tally_next(r->people, &key, &len, &counters)) == 1)
		++*people;
	return got;
}

static void
put_figures(const struct report *r, struct view *v, uint64_t people)
{
	const uint64_t *n = r->all.n;
	const struct figure f[] = {
		{ "Alerts", cell_count(r->all.span.n), NULL },
		{ "Critical", alert_count(n, ALERT_CRITICAL), NULL },
		{ "High", alert_count(n, ALERT_HIGH), NULL },
		{ "Medium", alert_count(n, ALERT_MEDIUM), NULL },
		{ "Low", alert_count(n, ALERT_LOW), NULL },
		{ "People and roles", cell_count(people), NULL },
		{ "First", cell_time(r->all.span.first), NULL },
		{ "Last", cell_time(r->all.span.last), NULL },
	};

	view_figures(v, f, COUNT(f));
}

static const struct view_column columns[] = {
	{ "Time", 20, FIND_TIME },
	{ "Severity", 10, FIND_WORD },
	{ "Alert", 22, FIND_WORD },
	{ "Who", 18, FIND_WORD },
	{ "Message", 80, FIND_TEXT },
	{ "Table", 20, FIND_WORD },
	{ "Address", 16, FIND_WORD },
	{ "Count", 9, FIND_TEXT },
	{ "Events", 40, FIND_TEXT },
	{ "Session", 37, FIND_TEXT },
};

/* The ids of the first few of its events */
static struct cell
put_ids(struct brief *b, struct json ids)
{
	struct json key, id;
	struct json_iter i;
	uint64_t n = 0;
	char more[40];

	b->len = 0;
	b->s[0] = '\0';
	json_begin(&i, ids);
	while (json_kind(ids) == '[' && json_next(&i, &key, &id))
		if (n++ < FEW_SHOWN) {
			brief_add(b, ", ", b->len == 0 ? 0 : 2);
			brief_add_json(b, id);
		}
	if (n > FEW_SHOWN) {
		snprintf(more, sizeof(more), " and %" PRIu64 " more",
		    n - FEW_SHOWN);
		brief_add(b, more, strlen(more));
	}
	return brief_cell(b);
}

/* The whole sentence, within what a cell holds; free() it. */
static char *
sentence(struct json message)
{
	struct buf b = { NULL, 0, 0 };
	char *text;

	plain_put(&b, message);
	text = plain_cut(b.len == 0 ? "" : b.p, b.len, MESSAGE);
	buf_free(&b);
	return text;
}

static void
put_alert(struct view *v, struct json line)
{
	struct json member = json_member(line, "at");
	struct cell c[COUNT(columns)];
	struct brief b[8];
	char *message = sentence(json_member(line, "message"));
	uint64_t n;
	int64_t at = 0;

	moment_read(&at, member.p + 1, member.len - 2);
	c[0] = cell_time(at);
	c[1] = cell_toned(brief_json(&b[0], json_member(line, "severity")),
	    alert_tone(alert_severity(line)));
	c[2] = brief_json(&b[1], json_member(line, "alert"));
	c[3] = alert_who_cell(&b[2], line);
	c[4] = plain_cell(message);
	c[5] = alert_table(&b[4], line);
	c[6] = brief_json(&b[5], json_member(line, "addr"));
	c[7] = brief_count(json_member(line, "count"), &n) ? cell_count(n)
							   : cell_text(NULL);
	c[8] = put_ids(&b[6], json_member(line, "events"));
	c[9] = brief_json(&b[7], json_member(line, "session"));
	view_row(v, c);
	free(message);
}

static int
put_alerts(struct report *r, struct view *v)
{
	struct sort_record record;
	struct json line;
	uint64_t shown;
	size_t where;
	char *text;
	int got = 1;

	if (r->all.span.n > MOST) {
		text = xasprintf("The newest %d of %" PRIu64 " alerts.", MOST,
		    r->all.span.n);
		view_text(v, text);
		free(text);
	}
	view_table(v, VIEW_SHORT, "Alerts", columns, COUNT(columns));
	for (shown = 0; shown < MOST && v->error == NULL; shown++) {
		if ((got = sort_next(r->lines, &record)) != 1)
			break;
		if (json_parse(&line, record.data, record.len, &where) == NULL)
			put_alert(v, line);
	}
	view_table_end(v);
	return got == -1 ? -1 : 0;
}

static int
end(struct report *r, struct view *v)
{
	uint64_t people = 0;

	if (r->all.span.n == 0) {
		if (!is_asked(r->job))
			return 0;
		view_part(v, "Alerts");
		view_text(v,
		    "No alerts are in the input: audit-watch --pass prints "
		    "them among the events, and none where it finds nothing.");
		return 0;
	}
	if (add_up(r, &people) == -1)
		return -1;
	view_part(v, "Alerts");
	put_figures(r, v, people);
	alert_chart(r->by_kind, v);
	alert_kinds(r->by_kind, v);
	return put_alerts(r, v);
}

static const char *
error(const struct report *r)
{
	const char *why = tally_error(r->kinds);

	if (why == NULL)
		why = tally_error(r->people);
	return why != NULL ? why : sort_error(r->lines);
}

static void
free_report(struct report *r)
{
	if (r == NULL)
		return;
	tally_free(r->kinds);
	tally_free(r->people);
	sort_free(r->lines);
	kept_free(r->by_kind);
	buf_free(&r->key);
	free(r);
}

const struct report_ops report_alerts = {
	.name = "alerts",
	.new = create,
	.line = line,
	.end = end,
	.error = error,
	.free = free_report,
};
