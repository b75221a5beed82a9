/* state - what decided about capturing when a seal was made, read */

#include "state.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

void
state_free(struct state *s)
{
	free(s->text);
	free(s->v);
	*s = (struct state){ NULL, NULL, 0 };
}

static int
by_key(const void *a, const void *b)
{
	const struct state_entry *x = a, *y = b;
	size_t n = x->key < y->key ? x->key : y->key;
	int order = memcmp(x->line, y->line, n);

	return order != 0 ? order : (x->key > y->key) - (x->key < y->key);
}

static bool
read_entry(struct state_entry *e, const char *line, const char *end)
{
	const char *p = line, *tab;
	size_t where;
	int i;

	e->line = line;
	for (i = 0; i < STATE_PARTS; i++, p = tab + 1) {
		tab = i < STATE_VERSION ? memchr(p, '\t', (size_t)(end - p))
					: end;
		if (tab == NULL ||
		    json_parse(&e->part[i], p, (size_t)(tab - p), &where) !=
			NULL ||
		    json_kind(e->part[i]) != '"')
			return false;
		if (i == STATE_NAME)
			e->key = (size_t)(tab - line);
	}
	return true;
}

bool
state_read(struct state *s, const char *text, size_t len)
{
	const char *p, *end, *eol;
	size_t size = 0;

	s->text = xstrndup(text, len);
	s->v = NULL;
	s->n = 0;
	for (p = s->text, end = p + len; p < end; p = eol + 1) {
		if (s->n == size) {
			size = size == 0 ? 256 : size * 2;
			s->v = xreallocarray(s->v, size, sizeof(*s->v));
		}
		eol = memchr(p, '\n', (size_t)(end - p));
		if (eol == NULL || !read_entry(&s->v[s->n], p, eol))
			return false;
		s->n++;
	}
	if (s->n > 0)
		qsort(s->v, s->n, sizeof(*s->v), by_key);
	return true;
}

/* What a part says, as a text; free() it. */
char *
state_said(const struct state_entry *e, int part)
{
	size_t len;

	return json_text(e->part[part], &len);
}

/* The table that an entry's name begins with has gone as well. */
bool
state_table_went(const struct state *now, const struct state_entry *e)
{
	static const char kind[] = "\"table\"";
	char *name = state_said(e, STATE_NAME), *oid;
	size_t i;
	bool there = false;

	name[strcspn(name, " ")] = '\0';
	oid = xasprintf("\"%s\"", name);
	for (i = 0; i < now->n && !there; i++)
		there = now->v[i].part[STATE_KIND].len == sizeof(kind) - 1 &&
		    memcmp(now->v[i].part[STATE_KIND].p, kind,
			sizeof(kind) - 1) == 0 &&
		    now->v[i].part[STATE_NAME].len == strlen(oid) &&
		    memcmp(now->v[i].part[STATE_NAME].p, oid, strlen(oid)) == 0;
	free(oid);
	free(name);
	return !there;
}

bool
state_is(const struct state_entry *e, const char *kind)
{
	return json_says(e->part[STATE_KIND], kind);
}

/* Of a table: its name begins with the table's oid */
bool
state_is_tables(const struct state_entry *e)
{
	return state_is(e, "capture") || state_is(e, "trigger") ||
	    state_is(e, "default") || state_is(e, "rewrite") ||
	    state_is(e, "policy") || state_is(e, "plan");
}

/* The name of the table that an entry is about, for people */
char *
state_describe(const struct state *s, const struct state_entry *e)
{
	char *kind = state_said(e, STATE_KIND),
	     *name = state_said(e, STATE_NAME), *what, *table, *id;
	size_t i, oid = strcspn(name, " ");

	what = NULL;
	for (i = 0; state_is_tables(e) && i < s->n && what == NULL; i++) {
		if (!state_is(&s->v[i], "table"))
			continue;
		id = state_said(&s->v[i], STATE_NAME);
		if (strlen(id) == oid && strncmp(id, name, oid) == 0) {
			table = state_said(&s->v[i], STATE_CONTENT);
			what = xasprintf("%s%s%s of %s", kind,
			    name[oid] == ' ' ? " " : "",
			    name[oid] == ' ' ? name + oid + 1 : "", table);
			free(table);
		}
		free(id);
	}
	if (what == NULL)
		what = xasprintf("%s %s", kind, name);
	free(kind);
	free(name);
	return what;
}

/* A member of the object that an entry's content is, as text; free() it. */
static char *
member(const struct state_entry *e, const char *name)
{
	char *content = state_said(e, STATE_CONTENT),
	     *key = xasprintf("\"%s\"", name);
	struct json object, value, quoted = { key, strlen(key) };
	char *text = NULL;
	size_t where, len;

	if (json_parse(&object, content, strlen(content), &where) == NULL &&
	    json_kind(object) == '{' && json_get(object, quoted, &value))
		text = json_kind(value) == '"' ? json_text(value, &len)
					       : xstrndup(value.p, value.len);
	free(key);
	free(content);
	return text;
}

bool
state_member_is(const struct state_entry *e, const char *name,
    const char *begin)
{
	char *text = member(e, name);
	bool is = text != NULL && strncmp(text, begin, strlen(begin)) == 0;

	free(text);
	return is;
}

/* Whether each function is another row: the trail was restored, or installed
 * again. To name each of them would tell less. */
bool
state_is_anew(const struct state *was, const struct state *now)
{
	const struct state_entry *e;
	size_t i, both = 0;

	for (i = 0; i < was->n; i++) {
		if (!state_is(&was->v[i], "function"))
			continue;
		e = bsearch(&was->v[i], now->v, now->n, sizeof(*now->v),
		    by_key);
		if (e != NULL &&
		    json_same(e->part[STATE_VERSION],
			was->v[i].part[STATE_VERSION]))
			return false;
		both += e != NULL;
	}
	return both > 1;
}

bool
state_moved(const struct state *was, const struct state *now)
{
	const struct state_entry *e;
	size_t i;

	for (i = 0; i < was->n; i++) {
		if (!state_is(&was->v[i], "database"))
			continue;
		e = bsearch(&was->v[i], now->v, now->n, sizeof(*now->v),
		    by_key);
		return e != NULL &&
		    !json_same(e->part[STATE_CONTENT],
			was->v[i].part[STATE_CONTENT]);
	}
	return false;
}

bool
state_is_idle(const struct state_entry *e)
{
	return state_is(e, "table") || state_is(e, "database");
}

int
state_compare(const struct state_entry *a, const struct state_entry *b)
{
	return by_key(a, b);
}
