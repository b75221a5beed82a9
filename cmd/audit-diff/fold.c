/* fold - the events of one record laid together */

#include "fold.h"

#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "mem.h"

struct fold_column {
	struct buf name;     /* as it is written */
	struct buf old, new; /* the first value and the last; empty: none */
};

static struct json
value(const struct buf *b)
{
	return (struct json){ b->len == 0 ? NULL : b->p, b->len };
}

static void
set(struct buf *b, struct json j)
{
	buf_reset(b);
	buf_put(b, j.p, j.len);
}

bool
fold_takes(const struct event *e)
{
	return json_says(e->v[E_OP], "insert") ||
	    json_says(e->v[E_OP], "update") || json_says(e->v[E_OP], "delete");
}

void
fold_begin(struct fold *f)
{
	int k;

	f->n = 0;
	f->any = f->before = f->after = f->whole = f->complete = false;
	for (k = 0; k < E_ALL; k++)
		buf_reset(&f->said[k]);
}

void
fold_free(struct fold *f)
{
	size_t i;
	int k;

	for (i = 0; i < f->size; i++) {
		buf_free(&f->v[i].name);
		buf_free(&f->v[i].old);
		buf_free(&f->v[i].new);
	}
	free(f->v);
	for (k = 0; k < E_ALL; k++)
		buf_free(&f->said[k]);
}

/* The column of this name, which may be new. *hint goes along: rows have their
 * columns in one order, as a rule. */
static struct fold_column *
column(struct fold *f, size_t *hint, struct json name)
{
	struct fold_column *c;
	size_t i, k;

	for (k = 0; k < f->n; k++) {
		i = (*hint + k) % f->n;
		if (json_same(value(&f->v[i].name), name)) {
			*hint = i + 1;
			return &f->v[i];
		}
	}
	if (f->n == f->size) {
		f->size = f->size == 0 ? 32 : 2 * f->size;
		f->v = xreallocarray(f->v, f->size, sizeof(*f->v));
		memset(f->v + f->n, 0, (f->size - f->n) * sizeof(*f->v));
	}
	c = &f->v[f->n++];
	*hint = f->n;
	set(&c->name, name);
	buf_reset(&c->old);
	buf_reset(&c->new);
	return c;
}

/* What the row was before is what the first event that knows it says. */
static void
add_old(struct fold *f, struct json row)
{
	struct json_iter i;
	struct json name, v;
	struct fold_column *c;
	size_t hint = 0;

	json_begin(&i, row);
	while (!f->whole && json_next(&i, &name, &v)) {
		c = column(f, &hint, name);
		if (c->old.len == 0)
			set(&c->old, v);
	}
}

static void
add_new(struct fold *f, struct json row)
{
	struct json_iter i;
	struct json name, v;
	size_t hint = 0;

	json_begin(&i, row);
	while (json_next(&i, &name, &v))
		set(&column(f, &hint, name)->new, v);
}

/* The row goes. */
static void
forget_new(struct fold *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		buf_reset(&f->v[i].new);
	f->whole = true;
}

static void
add_redacted(struct fold *f, struct json names)
{
	struct buf *b = &f->said[E_REDACTED];
	struct event known;
	struct json_iter i;
	struct json none, name;

	json_begin(&i, names);
	while (json_next(&i, &none, &name)) {
		known.v[E_REDACTED] = value(b);
		if (b->len > 0 && change_redacted(&known, name))
			continue;
		if (b->len > 0)
			b->len--; /* its ] */
		buf_byte(b, b->len > 0 ? ',' : '[');
		buf_put(b, name.p, name.len);
		buf_byte(b, ']');
	}
}

/* Who and why is said only where all say the same. */
static void
add_said(struct fold *f, const struct event *e)
{
	int k;

	for (k = 0; k < E_ALL; k++)
		switch (k) {
		case E_OLD:
		case E_NEW: break;
		case E_REDACTED: add_redacted(f, e->v[k]); break;
		case E_SCHEMA:
		case E_TABLE:
		case E_KEY:
		case E_LABEL:
			if (!f->any)
				set(&f->said[k], e->v[k]);
			break;
		case E_ID:
		case E_AT:
		case E_OP: set(&f->said[k], e->v[k]); break;
		default:
			if (!f->any)
				set(&f->said[k], e->v[k]);
			else if (!json_same(value(&f->said[k]), e->v[k]))
				buf_reset(&f->said[k]);
		}
}

void
fold_add(struct fold *f, const struct event *e)
{
	bool is_insert = json_says(e->v[E_OP], "insert");
	bool is_delete = json_says(e->v[E_OP], "delete");

	add_said(f, e);
	if (!f->any)
		f->before = !is_insert;
	f->any = true;
	f->after = !is_delete;
	if (!is_insert)
		add_old(f, e->v[E_OLD]);
	if (is_insert || is_delete) {
		forget_new(f);
		f->complete = is_insert;
	}
	if (!is_delete)
		add_new(f, e->v[E_NEW]);
}

static bool
is_redacted(const struct fold *f, struct json name)
{
	struct event e;

	e.v[E_REDACTED] = value(&f->said[E_REDACTED]);
	return f->said[E_REDACTED].len > 0 && change_redacted(&e, name);
}

/* Whether the column has another value in the end, or may have: of a value
 * that is hidden or was erased nobody knows. A column that is not in the last
 * row has gone from the table; one of which no event speaks has not changed. */
static bool
differs(const struct fold *f, const struct fold_column *c)
{
	struct json old = value(&c->old), new = value(&c->new);

	if (new.p == NULL && !f->complete)
		return false;
	if (json_kind(old) == 'n' && json_kind(new) == 'n')
		return is_redacted(f, value(&c->name));
	return !json_same(old, new) || change_mark(old) == CHANGE_MASKED;
}

static void
put_column(struct buf *row, const struct fold_column *c, const struct buf *v)
{
	buf_put(row, row->len == 0 ? "{" : ", ", row->len == 0 ? 1 : 2);
	buf_put(row, c->name.p, c->name.len);
	buf_put(row, ": ", 2);
	if (v->len == 0)
		buf_put(row, "null", 4);
	else
		buf_put(row, v->p, v->len);
}

static void
put_rows(struct fold *f)
{
	struct buf *old = &f->said[E_OLD], *new = &f->said[E_NEW];
	const struct fold_column *c;
	size_t i;

	for (i = 0; i < f->n; i++) {
		c = &f->v[i];
		if (f->before && f->after) {
			if (!differs(f, c))
				continue;
			put_column(old, c, &c->old);
			put_column(new, c, &c->new);
		} else if (f->before && c->old.len > 0)
			put_column(old, c, &c->old);
		else if (f->after && c->new.len > 0)
			put_column(new, c, &c->new);
	}
	if (old->len > 0)
		buf_byte(old, '}');
	if (new->len > 0)
		buf_byte(new, '}');
}

/* The key of an insert is the one after it. (Of bytes a row may have but a
 * digest.) */
static void
put_last_key(struct fold *f)
{
	struct buf key = { NULL, 0, 0 };
	struct json_iter i;
	struct json name, v, bytes, sha256;
	const struct fold_column *c;
	size_t hint = 0;

	json_begin(&i, value(&f->said[E_KEY]));
	while (json_next(&i, &name, &v)) {
		c = column(f, &hint, name);
		if (c->new.len > 0 &&
		    !change_digest(value(&c->new), &bytes, &sha256))
			v = value(&c->new);
		buf_put(&key, key.len == 0 ? "{" : ", ", key.len == 0 ? 1 : 2);
		buf_put(&key, name.p, name.len);
		buf_put(&key, ": ", 2);
		buf_put(&key, v.p, v.len);
	}
	buf_byte(&key, '}');
	buf_free(&f->said[E_KEY]);
	f->said[E_KEY] = key;
}

bool
fold_end(struct fold *f, struct event *e)
{
	static const char *const ops[2][2] = { { NULL, "\"insert\"" },
		{ "\"delete\"", "\"update\"" } };
	const char *op = ops[f->before][f->after];
	int k;

	if (op == NULL)
		return false;
	put_rows(f);
	if (f->before && f->after && f->said[E_NEW].len == 0)
		return false;
	if (!f->before)
		put_last_key(f);
	set(&f->said[E_OP], (struct json){ op, strlen(op) });
	for (k = 0; k < E_ALL; k++)
		e->v[k] = value(&f->said[k]);
	return true;
}
