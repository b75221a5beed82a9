/* set - what a transaction did to the set that a link table makes up */

#include "set.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "refer.h"

static void
free_element(struct element *e)
{
	free(e->key);
	free(e->value);
}

void
set_free(struct set *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < s->n; i++)
		free_element(&s->v[i]);
	free(s->v);
	free(s->owner);
	free(s->key);
	free(s);
}

/* Takes what the element has. */
static void
add(struct set *s, struct element e)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->v[i].came != e.came && strcmp(s->v[i].key, e.key) == 0) {
			free_element(&s->v[i]);
			free_element(&e);
			s->n--;
			memmove(&s->v[i], &s->v[i + 1],
			    (s->n - i) * sizeof(*s->v));
			return;
		}
	s->v = xreallocarray(s->v, s->n + 1, sizeof(*s->v));
	s->v[s->n++] = e;
}

static bool
add_side(struct set *s, const struct event *e, enum refer_side side)
{
	char *key = refer_key(e, side, s->link, s->link->other);

	if (key == NULL)
		return false;
	add(s,
	    (struct element){ side == REFER_NEW, key,
		refer_json(e, side, s->link, s->link->other, false) });
	return true;
}

static bool
fill(struct set *s, const struct event *e)
{
	bool old = !json_says(e->v[E_OP], "insert");
	bool new = !json_says(e->v[E_OP], "delete");
	enum refer_side side = old ? REFER_OLD : REFER_NEW;
	char *after;
	bool moved;

	s->owner = refer_key(e, side, s->link, s->link->owner);
	if (s->owner == NULL)
		return false;
	s->key = refer_json(e, side, s->link, s->link->owner, true);
	if (old && new) {
		/* a row that goes over to another owner is no matter of one */
		after = refer_key(e, REFER_NEW, s->link, s->link->owner);
		moved = after == NULL || strcmp(after, s->owner) != 0;
		free(after);
		if (moved)
			return false;
	}
	return (!old || add_side(s, e, REFER_OLD)) &&
	    (!new || add_side(s, e, REFER_NEW)) && s->n > 0;
}

/* Whether it tells of no column that the table has lost since */
static bool
has_known_columns(struct json row, const struct table *t)
{
	struct json_iter i;
	struct json key, value;

	json_begin(&i, row);
	while (json_next(&i, &key, &value))
		if (catalog_column(t, key) == t->ncolumns)
			return false;
	return true;
}

struct set *
set_of(const struct event *e, const struct table *t)
{
	struct set *s;

	if (t == NULL || t->owner == NULL ||
	    json_kind(e->v[E_REDACTED]) != 'n' ||
	    !has_known_columns(e->v[E_OLD], t) ||
	    !has_known_columns(e->v[E_NEW], t) ||
	    (!json_says(e->v[E_OP], "insert") &&
		!json_says(e->v[E_OP], "update") &&
		!json_says(e->v[E_OP], "delete")))
		return NULL;
	s = xcalloc(1, sizeof(*s));
	s->link = t;
	if (fill(s, e))
		return s;
	set_free(s);
	return NULL;
}

bool
set_same(const struct set *a, const struct set *b)
{
	return a->link == b->link && strcmp(a->owner, b->owner) == 0;
}

void
set_merge(struct set *s, struct set *later)
{
	size_t i;

	for (i = 0; i < later->n; i++)
		add(s, later->v[i]);
	later->n = 0;
	set_free(later);
}

char *
set_values(const struct set *s, bool came)
{
	char *text = xstrdup("["), *longer;
	bool first = true;
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->v[i].came == came) {
			longer = xasprintf("%s%s%s", text, first ? "" : ", ",
			    s->v[i].value);
			free(text);
			text = longer;
			first = false;
		}
	longer = xasprintf("%s]", text);
	free(text);
	return longer;
}
