/* table - which tables of the trail the user means */

#include "table.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "sql.h"
#include "typed.h"

/* Who gets the rows of table-find.sql */
struct finding {
	struct tables *tables;
	const char *oid;
	bool known; /* a table that has or had a rule */
};

static void
add_name(struct tables *t, const char *schema, const char *table)
{
	int last = t->tables.n - 1;

	if (last >= 0 && strcmp(t->schemas.v[last], schema) == 0 &&
	    strcmp(t->tables.v[last], table) == 0)
		return;
	words_add(&t->schemas, schema);
	words_add(&t->tables, table);
}

static void
add_table(struct finding *f, const char *rel, const char *root)
{
	struct tables *t = f->tables;

	f->known = true;
	t->v = xreallocarray(t->v, (size_t)t->n + 1, sizeof(*t->v));
	t->v[t->n++] = (struct table){
		.rel = xstrdup(rel),
		.oid = xstrdup_null(f->oid),
		.root = xstrdup_null(root),
	};
}

static int
add_found(int ncols, char *const cols[], void *arg)
{
	struct finding *f = arg;
	struct tables *t = f->tables;

	(void)ncols;
	if (cols[0] == NULL)
		t->anywhere = true;
	else
		add_table(f, cols[0], cols[3]);
	if (cols[1] != NULL)
		add_name(t, cols[1], cols[2]);
	else
		words_add(&t->whole, cols[0]);
	return 0;
}

/* Who gets the rows of table-known.sql */
struct known {
	struct words rels, roots;
	bool strange;
};

static int
add_known(int ncols, char *const cols[], void *arg)
{
	struct known *k = arg;

	(void)ncols;
	if (cols[0] == NULL) {
		k->strange = true;
		return 1;
	}
	words_add(&k->rels, cols[0]);
	words_add(&k->roots, cols[1]);
	return 0;
}

/* Most tables are where they were, with their triggers on them. */
static int
find_known(struct finding *f, struct db *db)
{
	struct known k = { .strange = false };
	char *params[] = { (char *)f->oid };
	int i, rc = 0;

	if (f->oid != NULL)
		rc = db_query(db, sql_table_known, 1, params, add_known, &k);
	for (i = 0; rc == 0 && !k.strange && i < k.rels.n; i++) {
		add_table(f, k.rels.v[i], k.roots.v[i]);
		words_add(&f->tables->whole, k.rels.v[i]);
	}
	words_free(&k.rels);
	words_free(&k.roots);
	return rc;
}

/* A name means what it means in psql: along the user's search_path, which
 * db_open() has put aside. Going back to the savepoint puts it aside again. */
static enum tool_status
live_oid(struct db *db, const char *name, char **oid)
{
	char *params[] = { (char *)name };

	if (db_script(db, "reset search_path") == -1 ||
	    db_value(db, sql_table_oid, 1, params, oid) == -1) {
		/* an event may be read without a right on the table's schema */
		if (strcmp(db_sqlstate(db), "42501") != 0)
			return typed_refused(db, "-t", name);
	}
	return typed_forget(db) == -1 ? typed_failed(db) : TOOL_OK;
}

static void
doubt(struct tables *t, char *text)
{
	words_add(t->unknown, text);
	free(text);
}

/* Whether there are events of a table that never had a rule */
static enum tool_status
find_events(struct tables *t, struct db *db, const char *name, bool live)
{
	const char *what = live ? "this table has neither a rule nor an event"
				: "no such table, and no event of one";
	int last = t->tables.n - 1;
	char *params[] = { t->schemas.v[last], t->tables.v[last] };
	char *any;

	if (db_value(db, sql_event_named, 2, params, &any) == -1)
		return typed_failed(db);
	if (any == NULL && t->unknown == NULL) {
		warnx("-t %s: %s", name, what);
		return TOOL_MISUSE;
	}
	if (any == NULL)
		doubt(t, xasprintf("-t %s: %s", name, what));
	free(any);
	return TOOL_OK;
}

/* A reader is told why there is nothing, instead of that there is nothing. */
static enum tool_status
find_closed(const struct tables *t, int first, struct db *db, const char *name)
{
	struct words rels = { NULL, 0 };
	char *list, *role;
	int i, rc;

	for (i = first; i < t->n; i++)
		words_add(&rels, t->v[i].rel);
	list = db_array(rels.n, rels.v);
	rc = db_value(db, sql_table_closed, 1, &list, &role);
	free(list);
	words_free(&rels);
	if (rc == -1)
		return typed_failed(db);
	if (role == NULL)
		return TOOL_OK;
	warnx(
	    "-t %s: role \"%s\" may not read its events: that takes SELECT "
	    "on the table and audit-rule grant, with --table where it has row "
	    "security; of a dropped table, an auditor",
	    name, role);
	free(role);
	return TOOL_FAILED;
}

enum tool_status
table_find(struct tables *t, struct db *db, const char *name)
{
	struct finding f = { .tables = t };
	enum tool_status status = TOOL_OK;
	char *oid = NULL;
	int first = t->n;

	/* an archive's tables are elsewhere, whatever is beside it */
	if (!db_is_archive(db) &&
	    (status = live_oid(db, name, &oid)) != TOOL_OK)
		return status;
	f.oid = oid;
	if (find_known(&f, db) == -1)
		status = typed_failed(db);
	else if (!f.known &&
	    db_query(db, sql_table_find, 3,
		(char *[]){ oid, (char *)name,
		    db_is_archive(db) ? "true" : "false" },
		add_found, &f) == -1)
		status = typed_refused(db, "-t", name);
	else if (!f.known)
		status = find_events(t, db, name, oid != NULL);
	else if (db_is_reader(db) && t->unknown == NULL)
		status = find_closed(t, first, db, name);
	free(oid);
	return status;
}

/* Who gets the rows of table-named.sql */
static int
add_named(int ncols, char *const cols[], void *arg)
{
	struct tables *t = arg;

	(void)ncols;
	t->v = xreallocarray(t->v, (size_t)t->n + 1, sizeof(*t->v));
	t->v[t->n++] = (struct table){
		.rel = xstrdup(cols[0]),
		.root = xstrdup_null(cols[1]),
	};
	words_add(&t->whole, cols[0]);
	return 0;
}

enum tool_status
table_named(struct tables *t, struct db *db, const char *name)
{
	char *params[] = { (char *)name };

	return db_query(db, sql_table_named, 1, params, add_named, t) == 0
	    ? TOOL_OK
	    : typed_refused(db, "-t", name);
}

static int
keep_key(int ncols, char *const cols[], void *arg)
{
	struct table *t = arg;

	(void)ncols;
	t->columns = xstrdup(cols[0]);
	t->find = xstrdup(cols[1]);
	return 0;
}

enum tool_status
table_find_keys(struct tables *t, struct db *db)
{
	int i, nkeys = 0;

	for (i = 0; i < t->n; i++) {
		char *params[] = { t->v[i].rel, t->v[i].oid, t->v[i].root };

		if (db_query(db, sql_key_statement, 3, params, keep_key,
			&t->v[i]) == -1)
			return typed_failed(db);
		nkeys += t->v[i].find != NULL;
	}
	if (nkeys > 0)
		return TOOL_OK;
	if (t->unknown != NULL) {
		doubt(t, xstrdup("-k: the table has no primary key"));
		return TOOL_OK;
	}
	warnx("-k: the table has no primary key");
	return TOOL_MISUSE;
}

void
table_free(struct tables *t)
{
	while (t->n > 0) {
		t->n--;
		free(t->v[t->n].rel);
		free(t->v[t->n].oid);
		free(t->v[t->n].root);
		free(t->v[t->n].columns);
		free(t->v[t->n].find);
	}
	free(t->v);
	words_free(&t->whole);
	words_free(&t->schemas);
	words_free(&t->tables);
}
