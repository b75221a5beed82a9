/* access - who read or changed each table, when, and from where */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "brief.h"
#include "buf.h"
#include "kept.h"
#include "mem.h"
#include "report.h"
#include "sensitive.h"
#include "span.h"
#include "tally.h"

#define MEMORY (4U << 20) /* of the counters */
#define ROWS 1000	  /* of a table, the largest ones */
#define BARS 12		  /* of the chart */

static const char *const ops[] = { "read", "insert", "update", "delete",
	"truncate", "denied" };
#define OPS (sizeof(ops) / sizeof(ops[0]))
enum { READ, INSERT, UPDATE, DELETE, TRUNCATE, DENIED };

/* What was done to a table by somebody, from one place */
struct did {
	struct span span;
	uint64_t n[OPS], rows; /* rows: that were read, as far as it is said */
};

/* The one whose counters are being added up */
struct group {
	struct buf key; /* the table's two parts and who */
	struct did did;
	struct few addrs, apps;
	struct did whole; /* of the table, by so many */
	uint64_t people;
};

struct report {
	struct tally *did;    /* by table, who, address and application */
	struct tally *others; /* 'w' and who, 'a' and an address, 't': table */
	struct kept *tables, *rows;
	struct sensitive *sensitive;
	struct buf key;
	struct did all;
	struct group group;
};

static void
add_did(void *sum, const void *more)
{
	struct did *a = sum;
	const struct did *b = more;
	size_t i;

	span_add(&a->span, &b->span);
	for (i = 0; i < OPS; i++)
		a->n[i] += b->n[i];
	a->rows += b->rows;
}

static void
add_nothing(void *sum, const void *more)
{
	(void)sum;
	(void)more;
}

enum {
	A_TABLE,
	A_WHO,
	A_PEOPLE,
	A_READ,
	A_ROWS,
	A_INSERT,
	A_UPDATE,
	A_DELETE,
	A_TRUNCATE,
	A_DENIED,
	A_FIRST,
	A_LAST,
	A_FROM,
	A_WITH,
	A_COLUMNS
};

static const struct view_column columns[A_COLUMNS] = {
	[A_TABLE] = { "Table", 0, FIND_WORD },
	[A_WHO] = { "Who", 0, FIND_WORD },
	[A_PEOPLE] = { "People", 0, FIND_TEXT },
	[A_READ] = { "Reads", 0, FIND_TEXT },
	[A_ROWS] = { "Rows read", 0, FIND_TEXT },
	[A_INSERT] = { "Inserted", 0, FIND_TEXT },
	[A_UPDATE] = { "Updated", 0, FIND_TEXT },
	[A_DELETE] = { "Deleted", 0, FIND_TEXT },
	[A_TRUNCATE] = { "Truncated", 0, FIND_TEXT },
	[A_DENIED] = { "Refused", 0, FIND_TEXT },
	[A_FIRST] = { "First", 0, FIND_TIME },
	[A_LAST] = { "Last", 0, FIND_TIME },
	[A_FROM] = { "From", 0, FIND_TEXT },
	[A_WITH] = { "With", 0, FIND_TEXT },
};

static struct report *
create(const struct job *job)
{
	struct report *r = xcalloc(1, sizeof(*r));

	r->did = tally_new(sizeof(struct did), add_did, MEMORY);
	r->others = tally_new(1, add_nothing, MEMORY / 4);
	r->tables = kept_new(KEPT_LARGEST, A_COLUMNS, ROWS / 4);
	r->rows = kept_new(KEPT_LARGEST, A_COLUMNS, ROWS);
	r->sensitive = sensitive_new(job);
	return r;
}

static void
begin(struct report *r, struct view *v)
{
	(void)r;
	view_part(v, "Access");
	view_part(v, "Who did what");
	view_part(v, "Sensitive columns");
}

static int
line(struct report *r, struct view *v, const struct input *in)
{
	struct did d = { .span = span_once(in->at) };
	const struct event *e = in->event;
	struct did *sum;
	size_t op;

	(void)v;
	if (sensitive_line(r->sensitive, in) == -1)
		return -1;
	if (in->kind != INPUT_EVENT || event_is_none(e))
		return 0;
	for (op = 0; op < OPS && !json_says(e->v[E_OP], ops[op]); op++)
		;
	if (op == OPS)
		return 0;
	d.n[op] = 1;
	if (op == READ)
		brief_count(json_member(e->v[E_NEW], "rows"), &d.rows);
	add_did(&r->all, &d);
	buf_reset(&r->key);
	brief_part_table(&r->key, e);
	brief_part_who(&r->key, e);
	brief_part(&r->key, e->v[E_ADDR]);
	brief_part(&r->key, e->v[E_APP]);
	if ((sum = tally_at(r->did, r->key.p, r->key.len)) == NULL)
		return -1;
	add_did(sum, &d);
	return 0;
}

/* Note that there is such a one; keys begin with what it is. */
static int
note(struct report *r, char what, const char *p, size_t len)
{
	buf_reset(&r->key);
	buf_byte(&r->key, what);
	buf_put(&r->key, p, len);
	return tally_at(r->others, r->key.p, r->key.len) == NULL ? -1 : 0;
}

static struct cell
count_or_none(uint64_t n, enum cell_tone tone)
{
	return n == 0 ? cell_text(NULL) : cell_toned(cell_count(n), tone);
}

/* What both kinds of row say */
static void
put_did(struct cell c[static A_COLUMNS], const struct did *d)
{
	static const enum cell_tone tones[OPS] = { TONE_READ, TONE_INSERT,
		TONE_UPDATE, TONE_DELETE, TONE_DELETE, TONE_BAD };
	static const int at[OPS] = { A_READ, A_INSERT, A_UPDATE, A_DELETE,
		A_TRUNCATE, A_DENIED };
	size_t i;

	for (i = 0; i < OPS; i++)
		c[at[i]] = count_or_none(d->n[i], tones[i]);
	c[A_ROWS] = count_or_none(d->rows, TONE_NONE);
	c[A_FIRST] = cell_time(d->span.first);
	c[A_LAST] = cell_time(d->span.last);
}

/* A row of what somebody did to a table */
static void
put_group(struct report *r)
{
	const struct group *g = &r->group;
	const char *p = g->key.p, *end = p + g->key.len;
	struct json schema = brief_next(&p, end), table = brief_next(&p, end);
	struct cell c[A_COLUMNS] = { 0 };
	struct brief b[4];

	c[A_TABLE] = brief_table_of(&b[0], schema, table);
	c[A_WHO] = brief_who_of(&b[1], brief_next(&p, end));
	put_did(c, &g->did);
	c[A_FROM] = few_cell(&g->addrs, &b[2]);
	c[A_WITH] = few_cell(&g->apps, &b[3]);
	kept_put(r->rows, (int64_t)g->did.span.n, c);
}

/* A row of what all did to it */
static void
put_table(struct report *r)
{
	struct group *g = &r->group;
	const char *p = g->key.p, *end = p + g->key.len;
	struct json schema = brief_next(&p, end), table = brief_next(&p, end);
	struct cell c[A_COLUMNS] = { 0 };
	struct brief b;

	c[A_TABLE] = brief_table_of(&b, schema, table);
	c[A_PEOPLE] = cell_count(g->people);
	put_did(c, &g->whole);
	kept_put(r->tables, (int64_t)g->whole.span.n, c);
}

/* Another table, or somebody else */
static int
begin_group(struct report *r, struct json table, struct json key)
{
	struct group *g = &r->group;
	bool other = !brief_begins(&g->key, table);

	if (g->key.len > 0)
		put_group(r);
	if (g->key.len > 0 && other)
		put_table(r);
	if (other) {
		memset(&g->whole, 0, sizeof(g->whole));
		g->people = 0;
	}
	g->people++;
	buf_reset(&g->key);
	buf_put(&g->key, key.p, key.len);
	memset(&g->did, 0, sizeof(g->did));
	few_clear(&g->addrs, true);
	few_clear(&g->apps, false);
	return note(r, 't', table.p, table.len) == -1 ||
		note(r, 'w', key.p + table.len, key.len - table.len) == -1
	    ? -1
	    : 0;
}

/* The counters of one place, of a table and somebody */
static int
put_place(struct report *r, const char *key, size_t len, const struct did *d)
{
	struct json group = brief_head(key, len, 3), part;
	const char *p = key + group.len, *end = key + len;
	struct group *g = &r->group;

	if (!brief_begins(&g->key, group) &&
	    begin_group(r, brief_head(key, len, 2), group) == -1)
		return -1;
	add_did(&g->whole, d);
	add_did(&g->did, d);
	part = brief_next(&p, end);
	few_add_addr(&g->addrs, part);
	if (part.len > 0 && note(r, 'a', part.p, part.len) == -1)
		return -1;
	part = brief_next(&p, end);
	if (part.len > 0)
		few_add(&g->apps, part);
	return 0;
}

static int
add_up(struct report *r)
{
	const void *counters;
	const char *key;
	size_t len;
	int got;

	while ((got = tally_next(r->did, &key, &len, &counters)) == 1)
		if (put_place(r, key, len, counters) == -1)
			return -1;
	if (r->group.key.len > 0) {
		put_group(r);
		put_table(r);
	}
	return got;
}

static int
count_others(struct report *r, uint64_t n[static 128])
{
	const void *counters;
	const char *key;
	size_t len;
	int got;

	while ((got = tally_next(r->others, &key, &len, &counters)) == 1)
		n[(unsigned char)*key & 127]++;
	return got;
}

static void
put_figures(const struct report *r, struct view *v, const uint64_t *n)
{
	const struct did *d = &r->all;
	uint64_t changes = d->n[INSERT] + d->n[UPDATE] + d->n[DELETE];
	struct figure f[] = {
		{ "Tables", cell_count(n['t']), NULL },
		{ "People and roles", cell_count(n['w']), NULL },
		{ "Addresses", cell_count(n['a']), NULL },
		{ "Reads", cell_count(d->n[READ]), NULL },
		{ "Changed rows", cell_count(changes), NULL },
		{ "Refused", cell_count(d->n[DENIED]), NULL },
		{ "First", cell_time(d->span.first), NULL },
		{ "Last", cell_time(d->span.last), NULL },
	};

	view_figures(v, f, sizeof(f) / sizeof(f[0]));
}

/* The tables with most accesses */
static void
put_chart(struct report *r, struct view *v)
{
	static const struct chart_series series[] = {
		{ "read", TONE_READ },
		{ "inserted", TONE_INSERT },
		{ "updated", TONE_UPDATE },
		{ "deleted", TONE_DELETE },
	};
	static const int at[] = { A_READ, A_INSERT, A_UPDATE, A_DELETE };
	struct chart chart = { .kind = CHART_BARS,
		.title = "Tables that were read or changed most",
		.of = "reads and changes",
		.nseries = 4,
		.series = series };
	const char *cats[BARS];
	const struct cell *row;
	char *names[BARS];
	double values[4 * BARS];
	size_t i, s, n = 0;

	for (; n < BARS && (row = kept_row(r->tables, n)) != NULL; n++)
		cats[n] = names[n] = brief_copy(&row[A_TABLE]);
	for (i = 0; i < n; i++)
		for (s = 0; s < 4; s++)
			values[s * n + i] =
			    (double)kept_row(r->tables, i)[at[s]].n;
	chart.ncats = n;
	chart.cats = cats;
	chart.v = values;
	if (n > 1)
		view_chart(v, &chart);
	while (n > 0)
		free(names[--n]);
}

static int
end(struct report *r, struct view *v)
{
	uint64_t n[128] = { 0 };

	if (add_up(r) == -1 || count_others(r, n) == -1)
		return -1;
	view_part(v, "Access");
	if (r->all.span.n == 0)
		view_text(v,
		    "The input has no event of a row: nobody read or "
		    "changed a table, as far as it tells.");
	else
		put_figures(r, v, n);
	if (r->all.n[READ] == 0)
		view_text(v,
		    "No reads are in the input: triggers do not see them. "
		    "This says who changed what, and not who looked at it.");
	put_chart(r, v);
	kept_table(r->tables, v, "Tables", columns, "tables");
	view_part(v, "Who did what");
	if (r->all.span.n == 0)
		view_text(v, "Nobody did anything.");
	kept_table(r->rows, v, "Who did what to which table", columns,
	    "pairs of a table and somebody");
	view_part(v, "Sensitive columns");
	return sensitive_end(r->sensitive, v);
}

static const char *
error(const struct report *r)
{
	const char *why = tally_error(r->did);

	if (why == NULL)
		why = tally_error(r->others);
	return why != NULL ? why : sensitive_error(r->sensitive);
}

static void
free_report(struct report *r)
{
	if (r == NULL)
		return;
	tally_free(r->did);
	tally_free(r->others);
	kept_free(r->tables);
	kept_free(r->rows);
	sensitive_free(r->sensitive);
	buf_free(&r->key);
	buf_free(&r->group.key);
	free(r);
}

const struct report_ops report_access = {
	.name = "access",
	.new = create,
	.begin = begin,
	.line = line,
	.end = end,
	.error = error,
	.free = free_report,
};
