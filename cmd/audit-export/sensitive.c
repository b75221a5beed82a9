/* sensitive - which columns are, and who read or changed them */

#include "sensitive-state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "mem.h"

#define MEMORY (4U << 20) /* of the counters */
#define ROWS 1000	  /* of a table */

static const struct view_column columns[C_NUMBER] = {
	[C_COLUMN] = { "Column", 0, FIND_WORD },
	[C_WHO] = { "Who", 0, FIND_WORD },
	[C_READS] = { "Reads", 0, FIND_TEXT },
	[C_CHANGES] = { "Changes", 0, FIND_TEXT },
	[C_FIRST] = { "First", 0, FIND_TIME },
	[C_LAST] = { "Last", 0, FIND_TIME },
	[C_FROM] = { "From", 24, FIND_TEXT },
};

enum {
	L_AT,
	L_WHO,
	L_OP,
	L_TABLE,
	L_COLUMNS,
	L_RECORD,
	L_FROM,
	L_WITH,
	L_REASON,
	L_ID,
	L_NUMBER
};

static const struct view_column accesses[L_NUMBER] = {
	[L_AT] = { "Time", 0, FIND_TIME },
	[L_WHO] = { "Who", 0, FIND_WORD },
	[L_OP] = { "Did", 0, FIND_WORD },
	[L_TABLE] = { "Table", 0, FIND_WORD },
	[L_COLUMNS] = { "Columns", 0, FIND_WORD },
	[L_RECORD] = { "Record", 0, FIND_TEXT },
	[L_FROM] = { "From", 0, FIND_WORD },
	[L_WITH] = { "With", 0, FIND_WORD },
	[L_REASON] = { "Reason", 0, FIND_TEXT },
	[L_ID] = { "Event", 37, FIND_DETAIL },
};

struct sensitive *
sensitive_new(const struct job *job)
{
	struct sensitive *s = xcalloc(1, sizeof(*s));

	s->secrets = secrets_new(job);
	s->did = tally_new(sizeof(struct did), sensitive_add, MEMORY);
	s->rows = kept_new(KEPT_LARGEST, C_NUMBER, ROWS);
	s->accesses = kept_new(KEPT_NEWEST, L_NUMBER, ROWS);
	return s;
}

void
sensitive_free(struct sensitive *s)
{
	if (s == NULL)
		return;
	secrets_free(s->secrets);
	tally_free(s->did);
	kept_free(s->rows);
	kept_free(s->accesses);
	buf_free(&s->key);
	buf_free(&s->group);
	buf_free(&s->names);
	free(s);
}

const char *
sensitive_error(const struct sensitive *s)
{
	const char *why = tally_error(s->did);

	return why != NULL ? why : secrets_error(s->secrets);
}

/* The key of a column: its schema, table and name */
static void
put_column(struct sensitive *s, const struct event *e, struct json field)
{
	buf_reset(&s->key);
	brief_part_table(&s->key, e);
	brief_part(&s->key, field);
}

static int
count(struct sensitive *s, const struct input *in, struct json field, bool read)
{
	struct did d = { .span = span_once(in->at), .reads = read };
	struct did *sum;

	put_column(s, in->event, field);
	brief_part_who(&s->key, in->event);
	brief_part(&s->key, in->event->v[E_ADDR]);
	if ((sum = tally_at(s->did, s->key.p, s->key.len)) == NULL)
		return -1;
	sensitive_add(sum, &d);
	return 0;
}

/* A row of the list: one event, with all its columns that are sensitive */
static void
put_access(struct sensitive *s, const struct input *in, struct brief *names)
{
	const struct event *e = in->event;
	struct cell c[L_NUMBER] = { 0 };
	struct brief b[L_NUMBER];

	c[L_AT] = cell_time(in->at);
	c[L_WHO] = brief_who(&b[L_WHO], e);
	c[L_OP] = brief_json(&b[L_OP], e->v[E_OP]);
	c[L_OP].tone = cell_op_tone(b[L_OP].s);
	c[L_TABLE] = brief_table(&b[L_TABLE], e);
	c[L_COLUMNS] = brief_cell(names);
	c[L_RECORD] = brief_record(&b[L_RECORD], e);
	c[L_FROM] = brief_json(&b[L_FROM], e->v[E_ADDR]);
	c[L_WITH] = brief_json(&b[L_WITH], e->v[E_APP]);
	c[L_REASON] = brief_json(&b[L_REASON], e->v[E_REASON]);
	c[L_ID] = brief_json(&b[L_ID], e->v[E_ID]);
	kept_put(s->accesses, in->at, c);
}

static void
add_name(struct brief *names, struct json field)
{
	brief_add(names, ", ", names->len > 0 ? 2 : 0);
	brief_add_json(names, field);
}

static int
put_changes(struct sensitive *s, const struct input *in)
{
	const struct changes *c = in->changes;
	struct brief names;
	bool is;
	size_t i;

	brief_set(&names, "", 0);
	for (i = 0; i < c->n; i++) {
		is = secrets_named(s->secrets, in->event, c->v[i].field);
		if (!secrets_given(s->secrets) &&
		    (change_mark(c->v[i].old) == CHANGE_MASKED ||
			change_mark(c->v[i].new) == CHANGE_MASKED)) {
			if (secrets_mask(s->secrets, in->event,
				c->v[i].field) == -1)
				return -1;
			is = true;
		}
		if (!is)
			continue;
		if (count(s, in, c->v[i].field, false) == -1)
			return -1;
		add_name(&names, c->v[i].field);
	}
	if (names.len > 0)
		put_access(s, in, &names);
	return 0;
}

/* Without --sensitive, what is masked may show only later: each column that was
 * read is counted, and in the end forgotten. */
static int
put_reads(struct sensitive *s, const struct input *in)
{
	struct json columns_of = json_member(in->event->v[E_NEW], "columns");
	struct json none, field;
	struct json_iter i;
	struct brief names;
	bool is, said = false;

	brief_set(&names, "", 0);
	json_begin(&i, columns_of);
	while (json_kind(columns_of) == '[' && json_next(&i, &none, &field)) {
		if (json_kind(field) != '"')
			continue;
		said = true;
		is = secrets_named(s->secrets, in->event, field);
		if (is)
			add_name(&names, field);
		if ((is || !secrets_given(s->secrets)) &&
		    count(s, in, field, true) == -1)
			return -1;
	}
	s->unsaid += !said;
	if (names.len > 0)
		put_access(s, in, &names);
	return 0;
}

int
sensitive_line(struct sensitive *s, const struct input *in)
{
	static const char *const changes[] = { "insert", "update", "delete" };
	size_t i;

	if (in->kind == INPUT_RULE)
		secrets_rule(s->secrets, in->line);
	if (in->kind != INPUT_EVENT || event_is_none(in->event))
		return 0;
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		if (json_says(in->event->v[E_OP], changes[i]))
			return put_changes(s, in);
	return json_says(in->event->v[E_OP], "read") ? put_reads(s, in) : 0;
}

/* Which columns these are, and why */
static void
put_texts(struct sensitive *s, struct view *v)
{
	bool given = secrets_given(s->secrets);
	const char *unused;
	char *text, more[64] = "";
	int i = 0;

	if (s->nnames > SENSITIVE_NAMES)
		snprintf(more, sizeof(more), " and %zu more",
		    s->nnames - SENSITIVE_NAMES);
	if (s->nnames == 0)
		text = xstrdup(given
			? "Nothing in the input is about a column that "
			  "--sensitive names."
			: "No column is masked in the input. Name those that "
			  "matter, as in --sensitive res_user.password.");
	else
		text = xasprintf("%s: %.*s%s.",
		    given ? "Of the columns that --sensitive names, the input "
			    "is about these"
			  : "--sensitive names none, so these are the columns "
			    "that rules mask",
		    (int)s->names.len, s->names.p, more);
	view_text(v, text);
	free(text);
	while (s->nnames > 0 &&
	    (unused = secrets_unused(s->secrets, &i)) != NULL) {
		text = xasprintf("Nothing is about %s.", unused);
		view_text(v, text);
		free(text);
	}
	if (s->unsaid == 0)
		return;
	text = xasprintf("%" PRIu64 " reads do not say which columns they "
			 "read: they are only in Access.",
	    s->unsaid);
	view_text(v, text);
	free(text);
}

int
sensitive_end(struct sensitive *s, struct view *v)
{
	if (sensitive_add_up(s) == -1)
		return -1;
	put_texts(s, v);
	kept_table(s->rows, v, "Who read or changed which column", columns,
	    "pairs of a column and somebody");
	kept_table(s->accesses, v, "Each access, the newest first", accesses,
	    "accesses");
	return 0;
}
