/* change - which fields an event changes */

#include "change.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

static void
add(struct changes *c, struct json field, struct json old, struct json new)
{
	if (c->n == c->size) {
		c->size = c->size == 0 ? 32 : 2 * c->size;
		c->v = xreallocarray(c->v, c->size, sizeof(*c->v));
	}
	c->v[c->n++] = (struct change){ field, old, new, NULL };
}

/* The other side's value. Both sides have their keys in the same order, as a
 * rule: *hint goes along there. */
static struct json
value_of(struct json object, struct json_iter *hint, struct json field)
{
	struct json_iter was = *hint;
	struct json key, value = { NULL, 0 };

	if (json_next(hint, &key, &value) && json_same(key, field))
		return value;
	*hint = was;
	value = (struct json){ NULL, 0 };
	json_get(object, field, &value);
	return value;
}

/* as "redacted" has them */
static const struct {
	enum event_key key;
	const char *name, *quoted;
} keys[] = {
	{ E_KEY, "@key", "\"@key\"" },
	{ E_LABEL, "@label", "\"@label\"" },
	{ E_ACTOR, "@actor", "\"@actor\"" },
	{ E_SESSION, "@session", "\"@session\"" },
	{ E_APP, "@app", "\"@app\"" },
	{ E_ADDR, "@addr", "\"@addr\"" },
	{ E_REASON, "@reason", "\"@reason\"" },
	{ E_OLD, "@old", "\"@old\"" },
	{ E_NEW, "@new", "\"@new\"" },
};
#define KEYS (sizeof(keys) / sizeof(*keys))

struct json
change_column(struct json name)
{
	size_t i;

	for (i = 0; i < KEYS; i++) {
		if (json_says(name, keys[i].name))
			return (struct json){ NULL, 0 };
		if (name.len > 2 && name.p[1] == '@' && name.p[2] == '@' &&
		    name.len == strlen(keys[i].quoted) + 1 &&
		    memcmp(name.p + 2, keys[i].name, name.len - 3) == 0)
			return (struct json){ keys[i].quoted, name.len - 1 };
	}
	return name;
}

bool
change_is_key(struct json name)
{
	return change_column(name).p == NULL;
}

/* What has been erased is neither in old nor in new. */
static void
add_redacted(struct changes *c, const struct event *e)
{
	static const struct json null = { "null", 4 }, none;
	struct json_iter i;
	struct json key, name, value;

	json_begin(&i, e->v[E_REDACTED]);
	while (json_next(&i, &key, &name)) {
		name = change_column(name);
		if (name.p != NULL && !json_get(e->v[E_OLD], name, &value) &&
		    !json_get(e->v[E_NEW], name, &value))
			add(c, name,
			    json_says(e->v[E_OP], "update") ||
				    json_kind(e->v[E_NEW]) != '{'
				? null
				: none,
			    json_kind(e->v[E_NEW]) == '{' ? null : none);
	}
}

static int
by_name(const void *a, const void *b)
{
	const struct json *x = &((const struct change *)a)->field;
	const struct json *y = &((const struct change *)b)->field;
	size_t n = x->len < y->len ? x->len : y->len;
	int order = memcmp(x->p, y->p, n - 1); /* not the quotes behind */

	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

void
change_list(struct changes *c, const struct event *e)
{
	struct json old = e->v[E_OLD], new = e->v[E_NEW], key, value, other;
	struct json_iter i, hint;

	c->n = 0;
	json_begin(&i, new);
	json_begin(&hint, old);
	while (json_next(&i, &key, &value))
		add(c, key, value_of(old, &hint, key), value);
	/* a row without a primary key has all its columns in old */
	if (!json_says(e->v[E_OP], "update") || json_kind(new) != '{') {
		json_begin(&i, old);
		while (json_next(&i, &key, &value))
			if (!json_get(new, key, &other))
				add(c, key, value, (struct json){ NULL, 0 });
	}
	add_redacted(c, e);
	if (c->n > 1)
		qsort(c->v, c->n, sizeof(*c->v), by_name);
}

void
change_free(struct changes *c)
{
	free(c->v);
}

bool
change_redacted(const struct event *e, struct json field)
{
	struct json_iter i;
	struct json key, name;

	json_begin(&i, e->v[E_REDACTED]);
	while (json_next(&i, &key, &name))
		if (json_same(change_column(name), field))
			return true;
	return false;
}

bool
change_erased(const struct event *e, enum event_key key)
{
	struct json_iter i;
	struct json none, name;
	size_t k;

	json_begin(&i, e->v[E_REDACTED]);
	while (json_next(&i, &none, &name))
		for (k = 0; k < KEYS; k++)
			if (keys[k].key == key && json_says(name, keys[k].name))
				return true;
	return false;
}

bool
change_digest(struct json value, struct json *bytes, struct json *sha256)
{
	struct json_iter i;
	struct json key, v;

	*bytes = *sha256 = (struct json){ NULL, 0 };
	if (json_kind(value) != '{')
		return false;
	json_begin(&i, value);
	while (json_next(&i, &key, &v))
		if (json_says(key, "bytes"))
			*bytes = v;
		else if (json_says(key, "sha256"))
			*sha256 = v;
		else if (!json_says(key, "truncated"))
			return false;
	return bytes->p != NULL && sha256->p != NULL;
}

static bool
is_masked(struct json value)
{
	struct json_iter i;
	struct json key, v;

	if (json_kind(value) != '{')
		return false;
	json_begin(&i, value);
	return json_next(&i, &key, &v) && json_says(key, "masked") &&
	    json_kind(v) == 't' && !json_next(&i, &key, &v);
}

enum change_mark
change_mark(struct json value)
{
	struct json bytes, sha256;

	if (is_masked(value))
		return CHANGE_MASKED;
	return change_digest(value, &bytes, &sha256) ? CHANGE_DIGEST
						     : CHANGE_VALUE;
}
