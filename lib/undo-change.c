/* undo-change - what has to become of a record so that an event is undone */

#include "undo-change.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "mem.h"
#include "safe.h"
#include "tool.h"

bool
undo_is_change(const struct event *e)
{
	return json_says(e->v[E_OP], "insert") ||
	    json_says(e->v[E_OP], "update") || json_says(e->v[E_OP], "delete");
}

char *
undo_text(struct json j)
{
	size_t len;

	return json_kind(j) == '"' ? json_text(j, &len) : NULL;
}

/* What a string says, anything else as it is written, fit for a terminal */
static char *
plain(struct json j)
{
	size_t len;
	char *safe, *text;

	text = json_kind(j) == '"' ? json_text(j, &len) : xstrndup(j.p, j.len);
	safe = safe_text(text, false);
	free(text);
	text = safe_cut(safe, 200);
	free(safe);
	return text;
}

char *
undo_name(const struct event *e)
{
	static const struct json none = { "\"\"", 2 };
	char *op = plain(e->v[E_OP]), *name, *schema, *table, *key;

	if (json_kind(e->v[E_TABLE]) == 'n')
		return op;
	schema =
	    plain(json_kind(e->v[E_SCHEMA]) == 'n' ? none : e->v[E_SCHEMA]);
	table = plain(e->v[E_TABLE]);
	key = json_kind(e->v[E_KEY]) == 'n' ? NULL : plain(e->v[E_KEY]);
	name = xasprintf("%s of %s.%s%s%s", op, schema, table,
	    key == NULL ? "" : " ", key == NULL ? "" : key);
	free(op);
	free(schema);
	free(table);
	free(key);
	return name;
}

static void __attribute__((format(printf, 3, 4)))
add(struct words *why, const struct event *e, const char *fmt, ...)
{
	char *name = undo_name(e), *text = NULL, *whole;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) == -1)
		err(TOOL_FAILED, NULL);
	va_end(ap);
	whole = xasprintf("%s: %s", name, text);
	words_add(why, whole);
	free(name);
	free(text);
	free(whole);
}

static bool
has(struct json object, struct json field)
{
	struct json value;

	return json_get(object, field, &value);
}

/* A value that is to be restored */
static void
refuse_value(const struct event *e, struct json field, struct json value,
    struct words *why)
{
	enum change_mark mark = change_mark(value);
	char *name = plain(field);

	if (change_redacted(e, field))
		add(why, e, "%s has been erased: it cannot be restored", name);
	else if (mark == CHANGE_MASKED)
		add(why, e, "%s is masked: it cannot be restored", name);
	else if (mark == CHANGE_DIGEST && has(e->v[E_KEY], field) &&
	    json_says(e->v[E_OP], "delete"))
		; /* the key has it */
	else if (mark == CHANGE_DIGEST)
		add(why, e,
		    "of %s only size and digest are known: it cannot be "
		    "restored",
		    name);
	free(name);
}

/* What has been erased may be missing from old and new */
static void
refuse_redacted(const struct event *e, struct words *why)
{
	struct json_iter i;
	struct json none, field;
	char *name;

	json_begin(&i, e->v[E_REDACTED]);
	while (json_next(&i, &none, &field))
		if (change_is_key(field))
			continue;
		else if (!has(e->v[E_OLD], field) ||
		    (json_says(e->v[E_OP], "update") &&
			!has(e->v[E_NEW], field))) {
			name = plain(field);
			add(why, e, "%s has been erased: it cannot be restored",
			    name);
			free(name);
		}
}

/* Without a key a row is found by all its values. */
static void
refuse_unfound(const struct event *e, struct words *why)
{
	struct json_iter i, key;
	struct json none, field;

	json_begin(&key, e->v[E_KEY]);
	json_begin(&i, e->v[E_REDACTED]);
	while (key.p == key.end && json_next(&i, &none, &field))
		if (!change_is_key(field)) {
			add(why, e,
			    "values have been erased: without a key it cannot "
			    "be found");
			return;
		}
}

static void
refuse_update(const struct event *e, struct words *why)
{
	struct json_iter i;
	struct json field, new, old;
	char *name;

	json_begin(&i, e->v[E_NEW]);
	while (json_next(&i, &field, &new)) {
		name = plain(field);
		if (!json_get(e->v[E_OLD], field, &old))
			add(why, e, "no old value of %s", name);
		else
			refuse_value(e, field, old, why);
		if (has(e->v[E_KEY], field) && change_mark(new) != CHANGE_VALUE)
			add(why, e,
			    "the new value of %s is not known: the record "
			    "cannot be found",
			    name);
		free(name);
	}
}

static void
refuse_truncate(const struct event *e, struct words *why)
{
	static const struct json unread = { "\"unread\"", 8 };
	struct json n;

	if (json_get(e->v[E_NEW], unread, &n) && (n.len != 1 || *n.p != '0'))
		add(why, e, "%.*s rows were not read: they cannot be restored",
		    (int)n.len, n.p);
}

static bool
is_whole(const struct event *e, struct words *why)
{
	bool insert = json_says(e->v[E_OP], "insert");
	bool delete = json_says(e->v[E_OP], "delete");
	const char *name = json_kind(e->v[E_SCHEMA]) == 'n' ? "schema"
	    : json_kind(e->v[E_TABLE]) == 'n'		    ? "table"
	    : !insert && json_kind(e->v[E_OLD]) == 'n'	    ? "old"
	    : !delete &&json_kind(e->v[E_NEW]) == 'n'	    ? "new"
							    : NULL;

	if (name != NULL)
		add(why, e, "no \"%s\" field", name);
	return name == NULL;
}

void
undo_refuse(const struct event *e, struct words *why)
{
	struct json_iter i;
	struct json field, old;

	if (json_says(e->v[E_OP], "gap"))
		add(why, e, "what happened is not known");
	else if (json_says(e->v[E_OP], "truncate"))
		refuse_truncate(e, why);
	if (!undo_is_change(e) || !is_whole(e, why))
		return;
	if (change_erased(e, E_KEY)) {
		add(why, e, "its key has been erased: it cannot be found");
		return;
	}
	if (json_says(e->v[E_OP], "insert")) {
		refuse_unfound(e, why);
		return;
	}
	refuse_redacted(e, why);
	if (json_says(e->v[E_OP], "update")) {
		refuse_update(e, why);
		return;
	}
	json_begin(&i, e->v[E_OLD]);
	while (json_next(&i, &field, &old))
		refuse_value(e, field, old, why);
}

/* An object that is being written */
struct object {
	FILE *fp;
	char *text;
	size_t len;
	bool any;
};

static void
begin(struct object *o)
{
	*o = (struct object){ NULL, NULL, 0, false };
	o->fp = xmemstream(&o->text, &o->len);
	putc('{', o->fp);
}

static void
put(struct object *o, struct json field, struct json value)
{
	fputs(o->any ? ", " : "", o->fp);
	fwrite(field.p, 1, field.len, o->fp);
	fputs(": ", o->fp);
	fwrite(value.p, 1, value.len, o->fp);
	o->any = true;
}

static char *
end(struct object *o)
{
	putc('}', o->fp);
	xclose(o->fp);
	return o->text;
}

/* base, with the values of over where it has some; only: and nothing else */
static char *
overlay(struct json base, struct json over, bool only)
{
	struct json_iter i;
	struct json field, value, other;
	struct object o;

	begin(&o);
	json_begin(&i, base);
	while (json_next(&i, &field, &value))
		if (json_get(over, field, &other))
			put(&o, field, other);
		else if (!only)
			put(&o, field, value);
	return end(&o);
}

/* What can be compared of a row: base, with the values of over */
static char *
comparable(const struct event *e, struct json base, struct json over)
{
	struct json_iter i;
	struct json field, value;
	struct object o;

	begin(&o);
	json_begin(&i, base);
	while (json_next(&i, &field, &value)) {
		json_get(over, field, &value);
		if (!change_redacted(e, field) &&
		    change_mark(value) != CHANGE_MASKED)
			put(&o, field, value);
	}
	return end(&o);
}

/* The whole row; what it is known of only by a digest the key may have. */
static char *
deleted_row(const struct event *e)
{
	struct json_iter i;
	struct json field, value;
	struct object o;

	begin(&o);
	json_begin(&i, e->v[E_OLD]);
	while (json_next(&i, &field, &value)) {
		if (change_mark(value) != CHANGE_VALUE)
			json_get(e->v[E_KEY], field, &value);
		put(&o, field, value);
	}
	return end(&o);
}

void
undo_change(struct undo_change *c, const struct event *e)
{
	static const struct json none = { "{}", 2 };
	struct json_iter i;
	struct json key = e->v[E_KEY], old = e->v[E_OLD], new = e->v[E_NEW];
	bool update = json_says(e->v[E_OP], "update");

	*c = (struct undo_change){ NULL, NULL, NULL };
	json_begin(&i, key);
	if (i.p != i.end)
		c->key = overlay(key, update ? new : none, false);
	if (update) {
		c->now_is = c->key != NULL ? comparable(e, new, none)
					   : comparable(e, old, new);
		c->shall_be = overlay(new, old, true);
	} else if (json_says(e->v[E_OP], "insert"))
		c->now_is = comparable(e, new, none);
	else
		c->shall_be = deleted_row(e);
}

void
undo_change_free(struct undo_change *c)
{
	free(c->key);
	free(c->now_is);
	free(c->shall_be);
}
