/* catalog - the tables that events name, as they are in a database now */

#include "catalog.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "sql.h"

/* What the server says that a name means */
struct meaning {
	bool known, ambiguous;
	char *oid;
};

/* A name, and what it means */
struct named {
	char *schema, *table;
	struct table *is; /* NULL: nothing that is there */
	bool ambiguous;	  /* each event has to be asked what it meant */
};

struct catalog {
	struct db *db;
	bool trail, names;
	struct named *named;
	struct table **tables;
	struct target **targets;
	size_t nnamed, ntables, ntargets;
};

struct catalog *
catalog_new(struct db *db, bool trail, bool names)
{
	struct catalog *c = xcalloc(1, sizeof(*c));

	c->db = db;
	c->trail = trail;
	c->names = names;
	return c;
}

static void
free_foreign(struct foreign *f)
{
	free(f->columns);
	words_free(&f->refs);
	free(f->oid);
	free(f->schema);
	free(f->table);
}

static void
free_table(struct table *t)
{
	size_t i;

	for (i = 0; i < t->ncolumns; i++) {
		free(t->columns[i].name);
		free(t->columns[i].title);
	}
	for (i = 0; i < t->nforeign; i++)
		free_foreign(&t->foreign[i]);
	free(t->columns);
	free(t->foreign);
	free(t->oid);
	free(t->set);
	free(t);
}

static void
free_target(struct target *t)
{
	free(t->oid);
	free(t->columns);
	free(t->rel);
	free(t->label);
	free(t->find);
	free(t->places);
	free(t);
}

void
catalog_forget(struct catalog *c)
{
	size_t i;

	for (i = 0; i < c->nnamed; i++) {
		free(c->named[i].schema);
		free(c->named[i].table);
	}
	for (i = 0; i < c->ntables; i++)
		free_table(c->tables[i]);
	for (i = 0; i < c->ntargets; i++)
		free_target(c->targets[i]);
	free(c->named);
	free(c->tables);
	free(c->targets);
	*c = (struct catalog){ c->db, c->trail, c->names, NULL, NULL, NULL, 0,
		0, 0 };
}

void
catalog_free(struct catalog *c)
{
	if (c == NULL)
		return;
	catalog_forget(c);
	free(c);
}

size_t
catalog_size(const struct catalog *c)
{
	return c->nnamed;
}

size_t
catalog_column(const struct table *t, struct json name)
{
	size_t i;

	for (i = 0; i < t->ncolumns; i++)
		if (json_says(name, t->columns[i].name))
			break;
	return i;
}

/* What the server wrote as JSON is JSON. */
static struct json
json_of(const char *text)
{
	struct json j = { NULL, 0 };
	size_t where;

	if (text != NULL)
		json_parse(&j, text, strlen(text), &where);
	return j;
}

/* An array of numbers; free() it. */
static size_t *
numbers(const char *text, size_t *n)
{
	size_t *v = NULL;
	struct json_iter i;
	struct json key, value;

	*n = 0;
	json_begin(&i, json_of(text));
	while (json_next(&i, &key, &value)) {
		v = xreallocarray(v, *n + 1, sizeof(*v));
		v[(*n)++] = strtoul(value.p, NULL, 10);
	}
	return v;
}

static int
add_column(int ncols, char *const cols[], void *arg)
{
	struct table *t = arg;

	(void)ncols;
	t->columns =
	    xreallocarray(t->columns, t->ncolumns + 1, sizeof(*t->columns));
	t->columns[t->ncolumns++] = (struct column){ xstrdup(cols[0]),
		xstrdup_null(cols[1]), *cols[2] == 't', *cols[3] == 't' };
	t->partitioned = *cols[4] == 't';
	return 0;
}

static int
add_foreign(int ncols, char *const cols[], void *arg)
{
	struct table *t = arg;
	struct foreign *f;
	struct json_iter i;
	struct json key, value;
	char *name;
	size_t len;

	(void)ncols;
	t->foreign =
	    xreallocarray(t->foreign, t->nforeign + 1, sizeof(*t->foreign));
	f = &t->foreign[t->nforeign++];
	memset(f, 0, sizeof(*f));
	f->columns = numbers(cols[0], &f->n);
	json_begin(&i, json_of(cols[1]));
	while (json_next(&i, &key, &value)) {
		name = json_text(value, &len);
		words_add(&f->refs, name);
		free(name);
	}
	f->schema = xstrdup(cols[3]);
	f->table = xstrdup(cols[4]);
	f->oid = xstrdup(cols[2]);
	return 0;
}

static int
set_target(int ncols, char *const cols[], void *arg)
{
	struct target *t = arg;
	size_t n, i, *order = numbers(cols[2], &n);

	(void)ncols;
	t->rel = xstrdup_null(cols[0]);
	t->label = xstrdup_null(cols[1]);
	t->by_key = order != NULL;
	t->find = xstrdup_null(cols[3]);
	t->places = xcalloc(n + 1, sizeof(*t->places));
	for (i = 0; order != NULL && i < n; i++)
		t->places[order[i] - 1] = i;
	free(order);
	return 1;
}

/* Another foreign key may refer to the same columns. */
static struct target *
known_target(const struct catalog *c, const char *oid, const char *columns)
{
	size_t i;

	for (i = 0; i < c->ntargets; i++)
		if (strcmp(c->targets[i]->oid, oid) == 0 &&
		    strcmp(c->targets[i]->columns, columns) == 0)
			return c->targets[i];
	return NULL;
}

static int
find_target(struct catalog *c, struct foreign *f)
{
	char *params[] = { f->oid, db_array(f->refs.n, f->refs.v) };
	int rc = 0;

	if ((f->to = known_target(c, f->oid, params[1])) == NULL) {
		c->targets = xreallocarray(c->targets, c->ntargets + 1,
		    sizeof(struct target *));
		f->to = c->targets[c->ntargets++] = xcalloc(1, sizeof(*f->to));
		f->to->oid = xstrdup(f->oid);
		f->to->columns = xstrdup(params[1]);
		rc = db_query(c->db, sql_names_target, 2, params, set_target,
		    f->to);
	}
	free(params[1]);
	return rc;
}

static bool
has_column(const struct foreign *f, size_t column)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (f->columns[i] == column)
			return true;
	return false;
}

/* Whether its rows are two foreign keys, and at most a number of their own */
static bool
is_link(const struct table *t)
{
	bool a, b;
	size_t i;

	if (t->nforeign != 2 || t->partitioned)
		return false;
	for (i = 0; i < t->ncolumns; i++) {
		a = has_column(&t->foreign[0], i);
		b = has_column(&t->foreign[1], i);
		if ((a && b) || (!a && !b && !t->columns[i].surrogate))
			return false;
	}
	return t->foreign[0].to->by_key;
}

static int
set_link(struct catalog *c, struct table *t)
{
	char *params[3], *ambiguous;

	if (!is_link(t))
		return 0;
	params[0] = t->oid;
	params[1] = t->foreign[0].oid;
	params[2] = t->foreign[1].oid;
	if (db_value(c->db, sql_names_link, 3, params, &ambiguous) == -1)
		return -1;
	t->owner = &t->foreign[0];
	t->other = &t->foreign[1];
	if (*ambiguous == 'f')
		t->set = xstrdup(t->other->table);
	free(ambiguous);
	return 0;
}

static int
load(struct catalog *c, struct table *t)
{
	size_t i;

	if (db_query(c->db, sql_names_columns, 1, &t->oid, add_column, t) == -1)
		return -1;
	if (!c->names || !c->trail)
		return 0;
	if (db_query(c->db, sql_names_foreign, 1, &t->oid, add_foreign, t) ==
	    -1)
		return -1;
	for (i = 0; i < t->nforeign; i++)
		if (find_target(c, &t->foreign[i]) == -1)
			return -1;
	return set_link(c, t);
}

/* The table of an oid; NULL with db_error() set if the server refused. */
static struct table *
table_of(struct catalog *c, const char *oid)
{
	struct table *t;
	size_t i;

	for (i = 0; i < c->ntables; i++)
		if (strcmp(c->tables[i]->oid, oid) == 0)
			return c->tables[i];
	t = xcalloc(1, sizeof(*t));
	t->oid = xstrdup(oid);
	c->tables =
	    xreallocarray(c->tables, c->ntables + 1, sizeof(struct table *));
	c->tables[c->ntables++] = t;
	return load(c, t) == -1 ? NULL : t;
}

static int
keep_meaning(int ncols, char *const cols[], void *arg)
{
	struct meaning *m = arg;

	(void)ncols;
	m->known = true;
	m->oid = xstrdup_null(cols[1]);
	m->ambiguous = *cols[2] == 't';
	return 1;
}

static int
ask(struct catalog *c, struct named *n, const char *id)
{
	char *params[] = { n->schema, n->table, (char *)id };
	struct meaning m = { false, false, NULL };
	int rc = 0;

	if (c->trail)
		rc = db_query(c->db, sql_names_identity, 3, params,
		    keep_meaning, &m);
	if (rc == 0 && !m.known)
		rc = db_value(c->db, sql_names_table, 2, params, &m.oid);
	/* a name that this database's encoding has not */
	if (rc == -1 && strncmp(db_sqlstate(c->db), "22", 2) == 0) {
		db_forget(c->db);
		rc = 0;
	}
	n->is = NULL;
	n->ambiguous = m.ambiguous;
	if (rc == 0 && m.oid != NULL && (n->is = table_of(c, m.oid)) == NULL)
		rc = -1;
	free(m.oid);
	return rc;
}

int
catalog_find(struct catalog *c, const struct event *e, const char *id,
    const struct table **table)
{
	struct named *n = c->named, *end = n + c->nnamed;
	size_t len;
	int rc = 0;

	*table = NULL;
	if (json_kind(e->v[E_SCHEMA]) != '"' || json_kind(e->v[E_TABLE]) != '"')
		return 0;
	for (; n < end; n++)
		if (json_says(e->v[E_TABLE], n->table) &&
		    json_says(e->v[E_SCHEMA], n->schema))
			break;
	if (n == end) {
		c->named =
		    xreallocarray(c->named, c->nnamed + 1, sizeof(*c->named));
		n = &c->named[c->nnamed++];
		*n = (struct named){ json_text(e->v[E_SCHEMA], &len),
			json_text(e->v[E_TABLE], &len), NULL, true };
	}
	if (n->ambiguous)
		rc = ask(c, n, id);
	*table = n->is;
	return rc;
}
