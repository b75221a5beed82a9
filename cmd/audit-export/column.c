/* column - what a table of events has in its columns */

#include "column.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* What is in a column that is no key of the event */
enum { COL_TIME = E_KEYS, COL_FIELD, COL_CHANGES, COL_RECORD, COL_TABLE };

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
static const struct kind {
	const char *name, *title;
	int what; /* an event_key, or one of the above */
	int width;
	enum view_find find;
	unsigned int where;
} kinds[] = {
	{ "time", "Time", COL_TIME, 24, FIND_TIME, BOOK | PAGE },
	{ "id", "Event", E_ID, 37, FIND_DETAIL, TEXT },
	{ "at", "At (UTC)", E_AT, 28, FIND_DETAIL, TEXT },
	{ "op", "Operation", E_OP, 0, FIND_WORD, BOOK | PAGE | TEXT },
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
	{ "id", "Event", E_ID, 37, FIND_DETAIL, BOOK | PAGE },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct columns {
	enum column_use use;
	bool fields; /* a row a field */
	size_t n;
	const struct kind *kind[KINDS + 32];
	struct view_column head[KINDS + 32];
	struct cell cell[KINDS + 32];
	char *time; /* the head of the time */
	const struct input *in;
	size_t row;		     /* the next one */
	struct cell_change *changes; /* of the event */
	size_t size;
	/* Texts that are not in the line as they are: those of this event, so
	 * many, then those of this row */
	char **texts;
	size_t ntexts, room, lasting;
};

const char *
column_names(void)
{
	return "time, id, at, op, relation, schema, table, key, label, actor, "
	       "field, changes, old, new, reason, role, as_role, session, "
	       "txid, app, addr, rules, redacted";
}

static void
forget(struct columns *c, size_t kept)
{
	while (c->ntexts > kept)
		free(c->texts[--c->ntexts]);
}

/* Take this text, until its row ends. */
static struct cell
keep(struct columns *c, char *text, size_t len)
{
	if (c->ntexts == c->room) {
		c->room = c->room == 0 ? 32 : 2 * c->room;
		c->texts = xreallocarray(c->texts, c->room, sizeof(*c->texts));
	}
	c->texts[c->ntexts++] = text;
	return (struct cell){ .kind = CELL_TEXT, .text = text, .len = len };
}

/* The text of a string: borrowed from the line, unless it has escapes */
static struct cell
string(struct columns *c, struct json j)
{
	size_t len;
	char *text;

	if (j.p == NULL)
		return cell_text(NULL);
	if (memchr(j.p, '\\', j.len) == NULL)
		return (struct cell){ .kind = CELL_TEXT,
			.text = j.p + 1,
			.len = j.len - 2 };
	text = json_text(j, &len);
	return keep(c, text, len);
}

static struct cell
as_written(struct json j)
{
	return (struct cell){ .kind = CELL_TEXT,
		.json = true,
		.text = j.p,
		.len = j.len };
}

static struct cell
mark(const char *text)
{
	struct cell cell = cell_text(text);

	cell.kind = CELL_MARK;
	return cell;
}

/* 12 bytes, sha256 0a1b... */
static struct cell
digest(struct columns *c, struct json v)
{
	struct json bytes, sha256;
	struct cell cell;
	size_t len = 0;
	char *text, *hash;

	change_digest(v, &bytes, &sha256);
	hash = json_kind(sha256) == '"' ? json_text(sha256, &len) : NULL;
	text = xasprintf("%.*s bytes%s%s", (int)bytes.len, bytes.p,
	    hash == NULL ? "" : ", sha256 ", hash == NULL ? "" : hash);
	free(hash);
	cell = keep(c, text, strlen(text));
	cell.kind = CELL_MARK;
	return cell;
}

/* A value; text is for programs: what stands for one is left as it is there. */
static struct cell
value(struct columns *c, struct json v)
{
	bool text = c->use == COLUMN_TEXT;

	switch (json_kind(v)) {
	case 'n': return v.p == NULL || text ? cell_text(NULL) : mark("NULL");
	case '"':
		return v.len == 2 && !text ? mark("empty text") : string(c, v);
	case '0':
		return (struct cell){ .kind = CELL_NUMBER,
			.text = v.p,
			.len = v.len };
	case '{':
		if (text)
			break;
		switch (change_mark(v)) {
		case CHANGE_MASKED: return mark("masked");
		case CHANGE_DIGEST: return digest(c, v);
		case CHANGE_VALUE:
		case CHANGE_REDACTED: break;
		}
	}
	return as_written(v);
}

/* A record's key: the bare value where it has one column, as -k takes it */
static struct cell
key(struct columns *c, struct json object)
{
	struct json_iter i;
	struct json name, first, other;

	json_begin(&i, object);
	if (json_kind(object) != '{' || !json_next(&i, &name, &first))
		return cell_text(NULL);
	return json_next(&i, &name, &other) ? as_written(object)
					    : value(c, first);
}

/* Names with commas between */
static struct cell
names(struct columns *c, struct json array)
{
	struct json_iter i;
	struct json name, element;
	char *all = NULL, *more, *text;
	size_t len;

	json_begin(&i, array);
	while (json_next(&i, &name, &element)) {
		text = json_kind(element) == '"'
		    ? json_text(element, &len)
		    : xstrndup(element.p, element.len);
		more = all == NULL ? xstrdup(text)
				   : xasprintf("%s, %s", all, text);
		free(all);
		free(text);
		all = more;
	}
	if (all == NULL)
		return cell_text(NULL);
	return keep(c, all, strlen(all));
}

/* schema.table, and public is not worth a word */
static struct cell
relation(struct columns *c, const struct event *e)
{
	struct json s = e->v[E_SCHEMA], t = e->v[E_TABLE];
	size_t slen, tlen;
	char *schema, *table, *both;

	if (json_kind(t) != '"')
		return cell_text(NULL);
	if (json_kind(s) != '"' || json_says(s, "public"))
		return string(c, t);
	schema = json_text(s, &slen);
	table = json_text(t, &tlen);
	both = xasprintf("%s.%s", schema, table);
	free(table);
	free(schema);
	return keep(c, both, strlen(both));
}

static struct cell
changed(struct columns *c, struct json v, bool redacted)
{
	if (redacted && v.p != NULL)
		return c->use == COLUMN_TEXT ? cell_text(NULL)
					     : mark("redacted");
	return value(c, v);
}

static struct cell
changes(struct columns *c)
{
	const struct changes *all = c->in->changes;
	struct cell cell = { .kind = CELL_CHANGES };
	bool redacted;
	size_t i;

	if (all->n > c->size) {
		c->size = all->n;
		c->changes =
		    xreallocarray(c->changes, c->size, sizeof(*c->changes));
	}
	for (i = 0; i < all->n; i++) {
		redacted = change_redacted(c->in->event, all->v[i].field);
		c->changes[i].field = string(c, all->v[i].field);
		c->changes[i].old = changed(c, all->v[i].old, redacted);
		c->changes[i].new = changed(c, all->v[i].new, redacted);
	}
	cell.changes = c->changes;
	cell.nchanges = all->n;
	return cell;
}

/* The cell of a column that all rows of an event have alike */
static struct cell
common(struct columns *c, const struct kind *k)
{
	const struct event *e = c->in->event;
	struct json v = { NULL, 0 };
	struct cell cell;

	if (k->what < E_KEYS) {
		v = e->v[k->what];
		if (c->use != COLUMN_TEXT &&
		    change_erased(e, (enum event_key)k->what))
			return mark("redacted");
	}
	switch (k->what) {
	case COL_TIME: return cell_time(c->in->at);
	case COL_TABLE: return relation(c, e);
	case COL_CHANGES: return changes(c);
	case COL_FIELD: return cell_text(NULL);
	case E_KEY: return key(c, v);
	case E_RULES:
	case E_REDACTED: return names(c, v);
	case E_OP:
		cell = json_kind(v) == '"' ? string(c, v) : as_written(v);
		if (c->use != COLUMN_TEXT) {
			char *op = xstrndup(cell.text, cell.len);

			cell.tone = cell_op_tone(op);
			free(op);
		}
		return cell;
	case E_OLD:
	case E_NEW:
		return json_kind(v) == 'n' ? cell_text(NULL) : as_written(v);
	default:
		if (json_kind(v) == 'n')
			return cell_text(NULL);
		return json_kind(v) == '"' ? string(c, v) : as_written(v);
	}
}

/* Whether a column differs from one row of an event to another */
static bool
differs(const struct columns *c, const struct kind *k)
{
	return c->fields &&
	    (k->what == COL_FIELD || k->what == E_OLD || k->what == E_NEW);
}

void
columns_begin(struct columns *c, const struct input *in)
{
	size_t i;

	forget(c, 0);
	c->in = in;
	c->row = 0;
	for (i = 0; i < c->n; i++)
		if (!differs(c, c->kind[i]))
			c->cell[i] = common(c, c->kind[i]);
	c->lasting = c->ntexts;
}

static struct cell
of_field(struct columns *c, const struct kind *k, const struct change *ch)
{
	bool redacted = change_redacted(c->in->event, ch->field);

	if (k->what == COL_FIELD)
		return string(c, ch->field);
	return changed(c, k->what == E_OLD ? ch->old : ch->new, redacted);
}

const struct cell *
columns_row(struct columns *c)
{
	const struct changes *all = c->in->changes;
	size_t i, rows = c->fields && all->n > 1 ? all->n : 1;

	if (c->row == rows)
		return NULL;
	forget(c, c->lasting);
	for (i = 0; i < c->n; i++)
		if (differs(c, c->kind[i]))
			c->cell[i] = c->row < all->n
			    ? of_field(c, c->kind[i], &all->v[c->row])
			    : cell_text(NULL);
	c->row++;
	return c->cell;
}

static void
add(struct columns *c, const struct kind *k)
{
	struct view_column *head = &c->head[c->n];

	head->name = k->what == COL_TIME ? c->time : k->title;
	head->width = k->width;
	head->find = k->find;
	c->kind[c->n++] = k;
}

static const struct kind *
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
	const struct kind *k;
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
    const char *zone, char **wrong)
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
		if (kinds[i].where & where[use][c->fields ? 0 : 1])
			add(c, &kinds[i]);
	return c;
}

void
columns_free(struct columns *c)
{
	if (c == NULL)
		return;
	forget(c, 0);
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
