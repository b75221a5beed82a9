/* column - what a table of events has in its columns */

#include <stdlib.h>
#include <string.h>

#include "column-state.h"
#include "mem.h"

/* Where a column is by default: the use, and rows of fields or of events */
#define BOOK_FIELD 1
#define BOOK_EVENT 2
#define PAGE_FIELD 4
#define PAGE_EVENT 8
#define TEXT_FIELD 16
#define TEXT_EVENT 32
#define BOOK (BOOK_FIELD | BOOK_EVENT)
#define PAGE (PAGE_FIELD | PAGE_EVENT)
#define TEXT (TEXT_FIELD | TEXT_EVENT)
#define FIELD (BOOK_FIELD | PAGE_FIELD)

/* In the order in which they stand */
static const struct column_kind kinds[] = {
	{ "time", "Time", COL_TIME, 24, FIND_TIME, BOOK | PAGE },
	{ "id", "Event", E_ID, 37, FIND_DETAIL, TEXT },
	{ "at", "At (UTC)", E_AT, 28, FIND_DETAIL, TEXT },
	{ "op", "Operation", E_OP, 0, FIND_WORD, BOOK | PAGE | TEXT },
	{ "trail", "Trail", E_TRAIL, 0, FIND_WORD, BOOK | PAGE },
	{ "relation", "Table", COL_TABLE, 0, FIND_WORD, BOOK | PAGE },
	{ "schema", "Schema", E_SCHEMA, 0, FIND_WORD, TEXT },
	{ "table", "Table name", E_TABLE, 0, FIND_WORD, TEXT },
	{ "key", "Key", E_KEY, 0, FIND_TEXT, BOOK | PAGE | TEXT },
	{ "label", "Record", E_LABEL, 0, FIND_TEXT, BOOK | PAGE | TEXT },
	{ "actor", "Actor", E_ACTOR, 0, FIND_WORD, BOOK | PAGE | TEXT },
	{ "field", "Field", COL_FIELD, 0, FIND_TEXT, FIELD | TEXT_FIELD },
	{ "changes", "Changes", COL_CHANGES, 60, FIND_TEXT,
	    BOOK_EVENT | PAGE_EVENT },
	{ "old", "Old value", E_OLD, 0, FIND_TEXT, FIELD | TEXT },
	{ "new", "New value", E_NEW, 0, FIND_TEXT, FIELD | TEXT },
	{ "reason", "Reason", E_REASON, 0, FIND_DETAIL, BOOK | PAGE | TEXT },
	{ "role", "Role", E_ROLE, 0, FIND_DETAIL, BOOK | PAGE | TEXT },
	{ "as_role", "As role", E_AS_ROLE, 0, FIND_DETAIL, PAGE | TEXT },
	{ "session", "Session", E_SESSION, 0, FIND_DETAIL, BOOK | PAGE | TEXT },
	{ "txid", "Transaction", E_TXID, 0, FIND_DETAIL, BOOK | PAGE | TEXT },
	{ "app", "Application", E_APP, 0, FIND_DETAIL, BOOK | PAGE | TEXT },
	{ "addr", "Address", E_ADDR, 0, FIND_DETAIL, BOOK | PAGE | TEXT },
	{ "rules", "Rules", E_RULES, 0, FIND_DETAIL, PAGE | TEXT },
	{ "redacted", "Redacted", E_REDACTED, 0, FIND_DETAIL, TEXT },
	{ "trail", "Trail", E_TRAIL, 0, FIND_WORD, TEXT },
	{ "id", "Event", E_ID, 37, FIND_DETAIL, BOOK | PAGE },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

const char *
column_names(void)
{
	return "time, id, at, op, relation, schema, table, key, label, actor, "
	       "field, changes, old, new, reason, role, as_role, session, "
	       "txid, app, addr, rules, redacted, trail";
}

/* Whether a column differs from one row of an event to another */
static bool
differs(const struct columns *c, const struct column_kind *k)
{
	return c->fields &&
	    (k->what == COL_FIELD || k->what == E_OLD || k->what == E_NEW);
}

void
columns_begin(struct columns *c, const struct input *in)
{
	size_t i;

	column_forget(c, 0);
	c->in = in;
	c->row = 0;
	for (i = 0; i < c->n; i++)
		if (!differs(c, c->kind[i]))
			c->cell[i] = column_common(c, c->kind[i]);
	c->lasting = c->ntexts;
}

const struct cell *
columns_row(struct columns *c)
{
	const struct changes *all = c->in->changes;
	size_t i, rows = c->fields && all->n > 1 ? all->n : 1;

	if (c->row == rows)
		return NULL;
	column_forget(c, c->lasting);
	for (i = 0; i < c->n; i++)
		if (differs(c, c->kind[i]))
			c->cell[i] = c->row < all->n
			    ? column_field(c, c->kind[i], &all->v[c->row])
			    : cell_text(NULL);
	c->row++;
	return c->cell;
}

static void
add(struct columns *c, const struct column_kind *k)
{
	struct view_column *head = &c->head[c->n];

	head->name = k->what == COL_TIME ? c->time : k->title;
	head->width = k->width;
	head->find = k->find;
	c->kind[c->n++] = k;
}

static const struct column_kind *
find(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < KINDS; i++)
		if (strlen(kinds[i].name) == len &&
		    memcmp(kinds[i].name, name, len) == 0)
			return &kinds[i];
	return NULL;
}

/* Those that the user names */
static int
add_named(struct columns *c, const char *names_, char **wrong)
{
	const struct column_kind *k;
	const char *p;
	size_t len, i;

	for (p = names_;; p += len + 1) {
		len = strcspn(p, ",");
		if ((k = find(p, len)) == NULL) {
			*wrong = xasprintf("no column \"%.*s\"; there are %s",
			    (int)len, p, column_names());
			return -1;
		}
		for (i = 0; i < c->n; i++)
			if (c->kind[i] == k) {
				*wrong = xasprintf("\"%s\" twice", k->name);
				return -1;
			}
		add(c, k);
		if (p[len] == '\0')
			return 0;
	}
}

struct columns *
columns_new(enum column_use use, enum job_rows rows, const char *names_,
    const char *zone, bool trail, char **wrong)
{
	static const unsigned int where[][2] = {
		[COLUMN_BOOK] = { BOOK_FIELD, BOOK_EVENT },
		[COLUMN_PAGE] = { PAGE_FIELD, PAGE_EVENT },
		[COLUMN_TEXT] = { TEXT_FIELD, TEXT_EVENT },
	};
	struct columns *c = xcalloc(1, sizeof(*c));
	size_t i;

	c->use = use;
	c->fields = rows == JOB_ROWS_FIELD;
	c->time = xasprintf("Time (%s)", zone);
	if (names_ != NULL) {
		if (add_named(c, names_, wrong) == -1) {
			columns_free(c);
			return NULL;
		}
		return c;
	}
	for (i = 0; i < KINDS; i++)
		if (kinds[i].where & where[use][c->fields ? 0 : 1] &&
		    (kinds[i].what != E_TRAIL || trail))
			add(c, &kinds[i]);
	return c;
}

void
columns_free(struct columns *c)
{
	if (c == NULL)
		return;
	column_forget(c, 0);
	free(c->texts);
	free(c->changes);
	free(c->time);
	free(c);
}

const struct view_column *
columns_heads(const struct columns *c, size_t *n)
{
	*n = c->n;
	return c->head;
}

const char *
columns_name(const struct columns *c, size_t i)
{
	return c->kind[i]->name;
}
