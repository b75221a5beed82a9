/* path - JSON documents compared path by path */

#include "path.h"

#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "intern.h"
#include "mem.h"

struct elements {
	struct json *v;
	size_t *names;
	size_t n;
};

struct walk {
	path_found *fn;
	void *arg;
	int depth;
};

#define MAX_DEPTH 100 /* deeper down values count as wholes */

static void compare(struct walk *, const char *path, struct json old,
    struct json new);

/* A key as part of a path: quoted where it could be mistaken */
static char *
member_path(const char *path, struct json key)
{
	size_t i, len;
	char *name = json_text(key, &len), *longer;
	bool plain = len > 0 && strlen(name) == len;

	for (i = 0; i < len && plain; i++)
		plain = strchr(".[]\" \t\n", name[i]) == NULL;
	longer = plain ? xasprintf("%s.%s", path, name)
		       : xasprintf("%s.%.*s", path, (int)key.len, key.p);
	free(name);
	return longer;
}

static void
compare_member(struct walk *w, const char *path, struct json key,
    struct json old, struct json new)
{
	char *longer = member_path(path, key);

	compare(w, longer, old, new);
	free(longer);
}

static void
compare_objects(struct walk *w, const char *path, struct json old,
    struct json new)
{
	const struct json none = { NULL, 0 };
	struct json_iter i;
	struct json key, value, other;

	json_begin(&i, old);
	while (json_next(&i, &key, &value))
		compare_member(w, path, key, value,
		    json_get(new, key, &other) ? other : none);
	json_begin(&i, new);
	while (json_next(&i, &key, &value))
		if (!json_get(old, key, &other))
			compare_member(w, path, key, none, value);
}

static void
read_elements(struct elements *e, struct intern *names, struct json array)
{
	struct json_iter i;
	struct json key, value;
	size_t size = 16;

	e->v = xreallocarray(NULL, size, sizeof(*e->v));
	e->names = xreallocarray(NULL, size, sizeof(*e->names));
	e->n = 0;
	json_begin(&i, array);
	while (json_next(&i, &key, &value)) {
		if (e->n == size) {
			size *= 2;
			e->v = xreallocarray(e->v, size, sizeof(*e->v));
			e->names =
			    xreallocarray(e->names, size, sizeof(*e->names));
		}
		e->v[e->n] = value;
		e->names[e->n++] = intern_number(names, value.p, value.len);
	}
}

static void
compare_element(struct walk *w, const char *path, size_t index, struct json old,
    struct json new)
{
	char *longer = xasprintf("%s[%zu]", path, index);

	compare(w, longer, old, new);
	free(longer);
}

/* Elements that go and others that come in their place are compared in pairs.
 */
static void
compare_arrays(struct walk *w, const char *path, struct json old,
    struct json new)
{
	const struct json none = { NULL, 0 };
	struct intern *names = intern_new();
	struct elements a, b;
	struct diff d;
	size_t i, k, n;

	read_elements(&a, names, old);
	read_elements(&b, names, new);
	diff_lists(&d, a.names, a.n, b.names, b.n);
	for (i = 0; i < d.n; i++) {
		const struct diff_run *r = &d.v[i], *next = r + 1;

		if (r->kind == '=')
			continue;
		n = 0;
		if (r->kind == '-' && i + 1 < d.n && next->kind == '+') {
			n = r->len < next->len ? r->len : next->len;
			for (k = 0; k < n; k++)
				compare_element(w, path, next->from + k,
				    a.v[r->from + k], b.v[next->from + k]);
			for (k = n; k < next->len; k++)
				compare_element(w, path, next->from + k, none,
				    b.v[next->from + k]);
			i++;
		}
		for (k = n; k < r->len; k++)
			compare_element(w, path, r->from + k,
			    r->kind == '-' ? a.v[r->from + k] : none,
			    r->kind == '-' ? none : b.v[r->from + k]);
	}
	diff_free(&d);
	intern_free(names);
	free(a.v);
	free(a.names);
	free(b.v);
	free(b.names);
}

static void
compare(struct walk *w, const char *path, struct json old, struct json new)
{
	char kind = json_kind(old);

	if (old.p != NULL && new.p != NULL && json_same(old, new))
		return;
	if (old.p == NULL || new.p == NULL || kind != json_kind(new) ||
	    (kind != '{' && kind != '[') || w->depth == MAX_DEPTH) {
		w->fn(path, old, new, w->arg);
		return;
	}
	w->depth++;
	if (kind == '{')
		compare_objects(w, path, old, new);
	else
		compare_arrays(w, path, old, new);
	w->depth--;
}

void
path_compare(const char *name, struct json old, struct json new, path_found *fn,
    void *arg)
{
	struct walk w = { fn, arg, 0 };

	compare(&w, name, old, new);
}
