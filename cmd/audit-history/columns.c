/* columns - which columns a table had when, and which is which */

#include "columns.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "sql.h"
#include "tool.h"

#define NONE ((size_t)-1)

/* The elements of an array that the server has sent. */
static struct json
parse(struct columns *c, const char *text)
{
	struct json j;
	size_t where;

	words_add(&c->texts, text == NULL ? "[]" : text);
	text = c->texts.v[c->texts.n - 1];
	if (json_parse(&j, text, strlen(text), &where) != NULL)
		errx(TOOL_FAILED, "the server sends columns in another form");
	return j;
}

/* The columns of the shape that was read last */
struct reading {
	struct columns *c;
	long *nums;
	struct json *types;
};

static size_t
find_same(const struct reading *r, bool by_num, long num, struct json name)
{
	const struct shape *s = &r->c->v[r->c->n - 1];
	size_t i;

	for (i = 0; i < s->n; i++)
		if (by_num ? r->nums[i] == num : json_same(s->name[i], name))
			return i;
	return NONE;
}

/* A new column; or one that was another before its type was altered */
static size_t
add_column(struct columns *c, size_t was)
{
	c->root = xreallocarray(c->root, c->ncols + 1, sizeof(*c->root));
	c->root[c->ncols] = was != NONE ? c->root[was] : c->ncols;
	c->nroots = c->ncols + 1;
	return c->ncols++;
}

static size_t
find_name(const struct shape *s, struct json name)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (json_same(s->name[i], name))
			return s->col[i];
	return NONE;
}

/* A column is known by its number; by its name, where the table was restored
 * and they are numbered anew. One whose type was altered is another one: what
 * it held before, nobody can tell from what it holds since. */
static int
add_shape(int ncols, char *const cols[], void *arg)
{
	struct reading *r = arg;
	struct columns *c = r->c;
	struct json nums = parse(c, cols[2]), names = parse(c, cols[3]);
	struct json types = parse(c, cols[4]);
	struct shape s = { .since = xstrdup(cols[0]) }, *was = NULL;
	struct json_iter i, j, k;
	struct json none, num, name, type, *typed = NULL;
	long *now = NULL;

	(void)ncols;
	if (c->n > 0)
		was = &c->v[c->n - 1];
	if (cols[1] != NULL)
		s.relid = strtoll(cols[1], NULL, 10);
	json_begin(&i, nums);
	json_begin(&j, names);
	json_begin(&k, types);
	while (json_next(&i, &none, &num) && json_next(&j, &none, &name) &&
	    json_next(&k, &none, &type)) {
		size_t col = NONE, i_was = NONE;

		s.col = xreallocarray(s.col, s.n + 1, sizeof(*s.col));
		s.name = xreallocarray(s.name, s.n + 1, sizeof(*s.name));
		now = xreallocarray(now, s.n + 1, sizeof(*now));
		typed = xreallocarray(typed, s.n + 1, sizeof(*typed));
		now[s.n] = strtol(num.p, NULL, 10);
		typed[s.n] = type;
		if (was != NULL)
			i_was =
			    find_same(r, was->relid == s.relid, now[s.n], name);
		if (i_was != NONE)
			col = was->col[i_was];
		if (i_was == NONE || !json_same(r->types[i_was], type))
			col = add_column(c, col);
		s.col[s.n] = col;
		s.name[s.n++] = name;
	}
	free(r->nums);
	free(r->types);
	r->nums = now;
	r->types = typed;
	c->v = xreallocarray(c->v, c->n + 1, sizeof(*c->v));
	c->v[c->n++] = s;
	if (strcmp(cols[0], COLUMNS_NOW) != 0)
		return 0;
	c->live = true;
	c->read = xstrdup_null(cols[5]);
	c->partition = xstrdup_null(cols[6]);
	c->schema = xstrdup(cols[7]);
	c->table = xstrdup(cols[8]);
	c->deferrable = cols[9] != NULL && cols[9][0] == 't';
	return 0;
}

int
columns_read(struct columns *c, struct db *db, const char *rel,
    const char *root)
{
	char *params[] = { (char *)rel, (char *)root };
	struct reading r = { c, NULL, NULL };
	int rc;

	rc = db_query(db, sql_history_columns, 2, params, add_shape, &r);
	free(r.nums);
	free(r.types);
	return rc;
}

void
columns_free(struct columns *c)
{
	size_t i;

	for (i = 0; i < c->n; i++) {
		free(c->v[i].since);
		free(c->v[i].col);
		free(c->v[i].name);
	}
	free(c->v);
	free(c->read);
	free(c->partition);
	free(c->schema);
	free(c->table);
	free(c->strays);
	free(c->root);
	words_free(&c->texts);
	memset(c, 0, sizeof(*c));
}

const struct shape *
columns_at(const struct columns *c, const char *id)
{
	size_t i;

	for (i = c->n; i > 0; i--)
		if (strcmp(c->v[i - 1].since, id) <= 0)
			return &c->v[i - 1];
	return c->n > 0 ? &c->v[0] : NULL;
}

size_t
columns_find(struct columns *c, const struct shape *s, struct json name)
{
	size_t i, col = s == NULL ? NONE : find_name(s, name);

	if (col != NONE)
		return col;
	for (i = 0; i < c->nstrays; i++)
		if (json_same(c->strays[i].name, name))
			return c->strays[i].col;
	c->strays =
	    xreallocarray(c->strays, c->nstrays + 1, sizeof(*c->strays));
	c->strays[c->nstrays++] = (struct stray){ name, c->ncols };
	return c->ncols++;
}

static size_t
root_of(const struct columns *c, size_t col)
{
	return col < c->nroots ? c->root[col] : col;
}

struct json
columns_now(const struct columns *c, size_t col)
{
	const struct shape *now = c->n == 0 ? NULL : &c->v[c->n - 1];
	size_t i;

	for (i = 0; now != NULL && i < now->n; i++)
		if (root_of(c, now->col[i]) == root_of(c, col))
			return now->name[i];
	return (struct json){ NULL, 0 };
}

char *
columns_rename(struct columns *c, const struct shape *s, struct json object)
{
	const char *lead = "{";
	struct json_iter i;
	struct json name, value;
	char *text = NULL;
	size_t len;
	FILE *fp = xmemstream(&text, &len);

	json_begin(&i, object);
	while (json_next(&i, &name, &value)) {
		name = columns_now(c, columns_find(c, s, name));
		if (name.p == NULL)
			continue;
		fprintf(fp, "%s%.*s: ", lead, (int)name.len, name.p);
		fwrite(value.p, 1, value.len, fp);
		lead = ", ";
	}
	fputs(*lead == '{' ? "{}" : "}", fp);
	xclose(fp);
	return text;
}
