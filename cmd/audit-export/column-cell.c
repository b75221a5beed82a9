/* column-cell - what stands in a column of a table of events */

#include <stdlib.h>
#include <string.h>

#include "column-state.h"
#include "mem.h"

void
column_forget(struct columns *c, size_t kept)
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
struct cell
column_common(struct columns *c, const struct column_kind *k)
{
	const struct event *e = c->in->event;
	struct json v = { NULL, 0 };
	struct cell cell;

	if (k->what < E_ALL) {
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

struct cell
column_field(struct columns *c, const struct column_kind *k,
    const struct change *ch)
{
	bool redacted = change_redacted(c->in->event, ch->field);

	if (k->what == COL_FIELD)
		return string(c, ch->field);
	return changed(c, k->what == E_OLD ? ch->old : ch->new, redacted);
}
