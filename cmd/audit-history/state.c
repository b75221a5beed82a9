/* state - what a record was after each of its events
 *
 * An event tells of a column what it was before and after. Between two events
 * that tell of it the value is what the first one left, and what the second one
 * found; before the first one, what that found; after the last one, what is
 * there now. Where these differ, somebody changed it unseen. */

#include "state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "mem.h"
#include "tool.h"

/* What an event tells of a column; p NULL: it was or is not there. */
struct mention {
	size_t at; /* the number of the event */
	struct json old, new;
};

/* All that the events of a life tell of a column */
struct story {
	struct mention *v;
	size_t n, size;
	size_t next; /* the first one that is still to come */
};

struct telling {
	struct history *h;
	struct columns *c;
	struct story *stories; /* for each column */
	size_t n;
};

static void
mention(struct telling *t, size_t col, size_t at, struct json old,
    struct json new)
{
	struct story *s;

	if (col >= t->n) {
		t->stories =
		    xreallocarray(t->stories, col + 1, sizeof(*t->stories));
		memset(t->stories + t->n, 0,
		    (col + 1 - t->n) * sizeof(*t->stories));
		t->n = col + 1;
	}
	s = &t->stories[col];
	if (s->n == s->size) {
		s->size = s->size == 0 ? 4 : 2 * s->size;
		s->v = xreallocarray(s->v, s->size, sizeof(*s->v));
	}
	s->v[s->n++] = (struct mention){ at, old, new };
}

/* What tells of a key tells of its columns. */
static void
mention_key(struct telling *t, const struct shape *shape, size_t at,
    const struct event *e)
{
	struct json_iter i;
	struct json name, value, other;

	json_begin(&i, e->v[E_KEY]);
	while (json_next(&i, &name, &value))
		if (!json_get(e->v[E_NEW], name, &other) &&
		    !json_get(e->v[E_OLD], name, &other))
			mention(t, columns_find(t->c, shape, name), at, value,
			    value);
}

/* Whoever has a whole row and not a column of it has hidden that: what it was
 * or is cannot be told. */
static void
mention_hidden(struct telling *t, const struct shape *shape, size_t at,
    struct json row)
{
	const struct json nothing = { NULL, 0 };
	struct json value;
	size_t i;

	for (i = 0; shape != NULL && i < shape->n; i++)
		if (!json_get(row, shape->name[i], &value))
			mention(t, shape->col[i], at, nothing, nothing);
}

static void
mention_all(struct telling *t, const struct shape *shape, size_t at,
    struct json old, struct json new)
{
	const struct json nothing = { NULL, 0 };
	struct json_iter i;
	struct json name, value, other;

	json_begin(&i, new);
	while (json_next(&i, &name, &value)) {
		if (!json_get(old, name, &other))
			other = nothing;
		mention(t, columns_find(t->c, shape, name), at, other, value);
	}
	if (json_kind(old) != '{' || json_kind(new) != '{')
		mention_hidden(t, shape, at, json_kind(new) == '{' ? new : old);
	if (json_kind(new) == '{')
		return;
	json_begin(&i, old);
	while (json_next(&i, &name, &value))
		mention(t, columns_find(t->c, shape, name), at, value, nothing);
}

/* What has been erased was something, and nobody knows what. */
static void
mention_erased(struct telling *t, const struct shape *shape, size_t at,
    const struct event *e)
{
	const struct json nothing = { NULL, 0 };
	struct json_iter i;
	struct json none, name, value;

	json_begin(&i, e->v[E_REDACTED]);
	while (json_next(&i, &none, &name)) {
		name = change_column(name);
		if (name.p != NULL && !json_get(e->v[E_OLD], name, &value) &&
		    !json_get(e->v[E_NEW], name, &value))
			mention(t, columns_find(t->c, shape, name), at, nothing,
			    nothing);
	}
}

static bool
is(const struct revision *r, const char *op)
{
	return json_says(r->e.v[E_OP], op);
}

/* The number of the event after the last one of the life that begins here: a
 * life ends with a delete, and before an insert. */
static size_t
life_end(const struct history *h, size_t begin)
{
	size_t i;

	for (i = begin; i < h->n; i++) {
		if (i > begin && is(&h->v[i], "insert"))
			return i;
		if (is(&h->v[i], "delete"))
			return i + 1;
	}
	return i;
}

static void
tell_life(struct telling *t, size_t begin, size_t end, struct json live)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		t->stories[i].n = t->stories[i].next = 0;
	for (i = begin; i < end; i++) {
		const struct event *e = &t->h->v[i].e;
		const struct shape *shape = columns_at(t->c, t->h->v[i].id);

		mention_all(t, shape, i, e->v[E_OLD], e->v[E_NEW]);
		mention_key(t, shape, i, e);
		mention_erased(t, shape, i, e);
	}
	if (json_kind(live) == '{')
		mention_all(t, &t->c->v[t->c->n - 1], end, live,
		    (struct json){ NULL, 0 });
}

/* The value of a column after the first n events; false: nobody knows. */
static bool
value_after(struct story *s, size_t n, struct json *value)
{
	const struct mention *last, *next;

	while (s->next < s->n && s->v[s->next].at < n)
		s->next++;
	last = s->next > 0 ? &s->v[s->next - 1] : NULL;
	next = s->next < s->n ? &s->v[s->next] : NULL;
	if (last == NULL && next == NULL)
		return false;
	*value = last != NULL ? last->new : next->old;
	if (value->p == NULL)
		return false;
	return last == NULL || next == NULL || last->at == n - 1 ||
	    json_same(last->new, next->old);
}

/* A column of a revision */
struct cell {
	struct json name;
	size_t col;
	bool stray; /* the trail has not noted that it is there */
};

/* Rows have their keys in jsonb's order: shorter names first. */
static int
by_name(const void *a, const void *b)
{
	const struct json *x = &((const struct cell *)a)->name;
	const struct json *y = &((const struct cell *)b)->name;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(x->p, y->p, x->len);
}

static size_t
list_cells(const struct columns *c, const struct shape *s, struct cell **cells)
{
	size_t i, n = 0, size = (s == NULL ? 0 : s->n) + c->nstrays;

	*cells = xreallocarray(NULL, size + 1, sizeof(**cells));
	for (i = 0; s != NULL && i < s->n; i++)
		(*cells)[n++] = (struct cell){ s->name[i], s->col[i], false };
	for (i = 0; i < c->nstrays; i++)
		(*cells)[n++] =
		    (struct cell){ c->strays[i].name, c->strays[i].col, true };
	qsort(*cells, n, sizeof(**cells), by_name);
	return n;
}

static FILE *
open_text(char **text, size_t *len)
{
	FILE *fp = xmemstream(text, len);

	return fp;
}

static void
put_json(FILE *fp, struct json j)
{
	fwrite_unlocked(j.p, 1, j.len, fp);
}

/* Make a revision's row, and the list of what is not known of it. */
static void
make_row(struct telling *t, const struct shape *shape, size_t after,
    struct state *state)
{
	size_t i, n, len, known = 0, unknown = 0;
	FILE *row = open_text(&state->row, &len);
	FILE *list = open_text(&state->unknown, &len);
	struct cell *cells;
	struct json value;

	n = list_cells(t->c, shape, &cells);
	putc('{', row);
	putc('[', list);
	for (i = 0; i < n; i++)
		if (cells[i].col < t->n &&
		    value_after(&t->stories[cells[i].col], after, &value)) {
			fputs(known++ > 0 ? ", " : "", row);
			put_json(row, cells[i].name);
			fputs(": ", row);
			put_json(row, value);
		} else if (!cells[i].stray) {
			fputs(unknown++ > 0 ? ", " : "", list);
			put_json(list, cells[i].name);
		}
	putc('}', row);
	putc(']', list);
	free(cells);
	xclose(row);
	xclose(list);
	if (unknown == 0) {
		free(state->unknown);
		state->unknown = NULL;
	}
}

static int
hand_on(struct state *s, state_fn *fn, void *arg)
{
	int rc = fn(s, arg);

	free(s->row);
	free(s->unknown);
	s->row = s->unknown = NULL;
	return rc;
}

/* The revisions of a life; the first of all has a revision 0, if the record was
 * there before. */
static int
each_of_life(struct telling *t, size_t begin, size_t end, state_fn *fn,
    void *arg)
{
	const struct revision *v = t->h->v;
	struct state s = { NULL, 0, NULL, NULL };
	size_t i;
	int rc;

	if (begin == 0 && (end == 0 || !is(&v[0], "insert"))) {
		make_row(t, columns_at(t->c, end == 0 ? COLUMNS_NOW : v[0].id),
		    0, &s);
		if ((rc = hand_on(&s, fn, arg)) != 0)
			return rc;
	}
	for (i = begin; i < end; i++) {
		s.r = &v[i];
		s.rev = (long)i + 1;
		if (!is(&v[i], "delete"))
			make_row(t, columns_at(t->c, v[i].id), i + 1, &s);
		if ((rc = hand_on(&s, fn, arg)) != 0)
			return rc;
	}
	return 0;
}

void
state_each(struct history *h, struct columns *c, struct json live, state_fn *fn,
    void *arg)
{
	struct telling t = { h, c, NULL, 0 };
	size_t begin = 0, end;

	if (h->n == 0 && json_kind(live) != '{')
		return;
	do {
		end = life_end(h, begin);
		tell_life(&t, begin, end,
		    end == h->n && (h->n == 0 || !is(&h->v[end - 1], "delete"))
			? live
			: (struct json){ NULL, 0 });
		if (each_of_life(&t, begin, end, fn, arg) != 0)
			break;
		begin = end;
	} while (begin < h->n);
	while (t.n > 0)
		free(t.stories[--t.n].v);
	free(t.stories);
}

/* An update of a table without a key has the whole row in old. */
static void
merge(struct json old, struct json new, struct state *s)
{
	struct json_iter i;
	struct json name, value;
	const char *comma = "";
	size_t len;
	FILE *fp = open_text(&s->row, &len);

	putc('{', fp);
	json_begin(&i, json_kind(old) == '{' ? old : new);
	while (json_next(&i, &name, &value)) {
		json_get(new, name, &value);
		fputs(comma, fp);
		put_json(fp, name);
		fputs(": ", fp);
		put_json(fp, value);
		comma = ", ";
	}
	putc('}', fp);
	xclose(fp);
}

void
state_each_loose(const struct history *h, state_fn *fn, void *arg)
{
	struct state s = { .rev = -1 };
	size_t i;

	for (i = 0; i < h->n; i++) {
		s.r = &h->v[i];
		if (!is(s.r, "delete"))
			merge(s.r->e.v[E_OLD], s.r->e.v[E_NEW], &s);
		if (hand_on(&s, fn, arg) != 0)
			return;
	}
}
