/* filter - which events: what the user asked for, as lib/sql/events.sql takes
 * it */

#include "filter.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "both.h"
#include "mem.h"
#include "sql.h"
#include "table.h"
#include "typed.h"

void
filter_set(struct filter *f, int param, const char *text)
{
	free(f->params[param]);
	f->params[param] = xstrdup_null(text);
}

bool
filter_is_empty(const struct filter *f)
{
	int i;

	for (i = 0; i < F_NEWEST; i++)
		if (f->params[i] != NULL)
			return false;
	return f->tables.n == 0 && f->actors.n == 0 && f->ops.n == 0 &&
	    !f->by_session && f->since == NULL && f->until == NULL &&
	    f->id == NULL;
}

bool
filter_asks(const struct filter *f)
{
	int i;

	for (i = F_LOW; i < F_NEWEST; i++)
		if (f->params[i] != NULL)
			return true;
	return false;
}

static int
keep_id(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	words_add(arg, cols[0]);
	return 0;
}

/* Whether there is one event of this id is seen when all have been asked. */
static enum tool_status
find_ids(struct filter *f, struct db *db)
{
	char first[33], last[33];

	if (typed_id_range(f->id, first, last) == -1) {
		warnx("--id %s: not the beginning of an id", f->id);
		return TOOL_MISUSE;
	}
	if (db_query(db, sql_event_id, 2, (char *[]){ first, last }, keep_id,
		&f->ids) == -1)
		return typed_failed(db);
	/* where there is none, there is none of all zeros either */
	filter_set(f, F_ID,
	    f->ids.n > 0 ? f->ids.v[0]
			 : "00000000-0000-0000-0000-000000000000");
	return TOOL_OK;
}

static enum tool_status
resolve_id(struct filter *f, struct db *db)
{
	if (f->id == NULL || f->from.n > 0)
		return TOOL_OK;
	if (f->shared)
		return find_ids(f, db);
	return typed_event(db, "--id", f->id, &f->params[F_ID]);
}

static void
set_list(struct filter *f, int param, const struct words *w)
{
	free(f->params[param]);
	f->params[param] = db_array(w->n, w->v);
}

/* A table's records are those between its identity and the next, shifted. */
static void
set_tables(struct filter *f, const struct tables *t)
{
	long long id, low = 0, high = 0;
	int i;

	for (i = 0; i < t->n; i++) {
		id = strtoll(t->v[i].rel, NULL, 10);
		low = i == 0 || id < low ? id : low;
		high = i == 0 || id > high ? id : high;
	}
	if (!t->anywhere) {
		f->params[F_LOW] = xasprintf("%lld", low << 32);
		f->params[F_HIGH] = xasprintf("%lld", ((high + 1) << 32) - 1);
	}
	if (t->anywhere || low != high || t->tables.n > 0)
		set_list(f, F_TABLES, &t->whole);
	if (t->tables.n > 0) {
		set_list(f, F_LIKE_SCHEMA, &t->schemas);
		set_list(f, F_LIKE_TABLE, &t->tables);
	}
}

static enum tool_status
resolve_keys(struct filter *f, struct db *db, struct tables *t)
{
	struct words records = { NULL, 0 }, values = { NULL, 0 };
	enum tool_status status;

	/* what the server makes of a key must read as in the trail */
	if (db_script(db, sql_capture_settings) == -1 ||
	    typed_savepoint(db) == -1)
		return typed_failed(db);
	if ((status = table_find_keys(t, db)) == TOOL_OK && key_is_any(t))
		status = key_find(&f->keys, t, db, &records, &values, NULL);
	set_list(f, F_RECORDS, &records);
	set_list(f, F_KEYS, &values);
	words_free(&records);
	words_free(&values);
	return status;
}

static enum tool_status
resolve_tables(struct filter *f, struct db *db)
{
	struct tables t = { .n = 0 };
	enum tool_status status = TOOL_OK;
	int i;

	if (f->tables.n == 0)
		return TOOL_OK;
	t.unknown = f->shared ? &f->doubts : NULL;
	for (i = 0; i < f->tables.n && status == TOOL_OK; i++)
		status = table_find(&t, db, f->tables.v[i]);
	if (status == TOOL_OK) {
		set_tables(f, &t);
		if (f->by_key)
			status = resolve_keys(f, db, &t);
	}
	table_free(&t);
	return status;
}

static enum tool_status
unknown(struct filter *f, const char *opt, const char *text, const char *what)
{
	char *doubt = xasprintf("%s %s: %s", opt, text, what);

	if (f->shared)
		words_add(&f->doubts, doubt);
	else
		warnx("%s", doubt);
	free(doubt);
	return f->shared ? TOOL_OK : TOOL_MISUSE;
}

/* Let the server have a look at what it would else stumble over mid-stream,
 * or take for something that never happened. */
static enum tool_status
check(struct filter *f, struct db *db)
{
	const struct {
		int param;
		const char *opt, *sql, *unknown;
	} checks[] = {
		{ F_ADDR, "--addr", sql_check_addr, NULL },
		{ F_GREP, "--grep", sql_check_regexp, NULL },
		{ F_RULE, "--rule", sql_known_rule, "no such rule" },
		{ F_FIELD, "--field", sql_known_field, "no such column" },
	};
	enum tool_status status = TOOL_OK;
	size_t i;

	for (i = 0; i < sizeof(checks) / sizeof(*checks); i++) {
		char *text = f->params[checks[i].param], *found = NULL;
		char *params[] = { text, f->params[F_LOW], f->params[F_HIGH] };
		bool field = checks[i].param == F_FIELD;

		if (text == NULL || status != TOOL_OK)
			continue;
		if (db_value(db, checks[i].sql, field ? 3 : 1, params,
			&found) == -1)
			status = typed_refused(db, checks[i].opt, text);
		else if (found == NULL)
			status =
			    unknown(f, checks[i].opt, text, checks[i].unknown);
		free(found);
	}
	return status;
}

static int
clip(int ncols, char *const cols[], void *arg)
{
	struct filter *f = arg;

	(void)ncols;
	/* as text, ids sort like ids */
	if (f->params[F_FROM] == NULL || strcmp(f->params[F_FROM], cols[0]) < 0)
		filter_set(f, F_FROM, cols[0]);
	if (f->params[F_BEFORE] == NULL ||
	    strcmp(f->params[F_BEFORE], cols[1]) > 0)
		filter_set(f, F_BEFORE, cols[1]);
	return 0;
}

int
filter_clip(struct filter *f, struct db *db)
{
	return db_query(db, sql_log_range, 0, NULL, clip, f);
}

enum tool_status
filter_resolve(struct filter *f, struct db *db)
{
	enum tool_status status;

	if (f->actors.n > 0)
		set_list(f, F_ACTORS, &f->actors);
	if (f->ops.n > 0)
		set_list(f, F_OPS, &f->ops);
	if (f->by_session)
		set_list(f, F_SESSIONS, &f->sessions);
	(void)((status = typed_time(db, "-s", f->since, TYPED_FROM,
		    &f->params[F_FROM])) ||
	    (status = typed_time(db, "-u", f->until, TYPED_FROM,
		 &f->params[F_BEFORE])) ||
	    (status = resolve_tables(f, db)) || (status = check(f, db)) ||
	    (status = resolve_id(f, db)));
	return status;
}

void
filter_free(struct filter *f)
{
	int i;

	for (i = 0; i < F_NPARAMS; i++)
		free(f->params[i]);
	words_free(&f->tables);
	key_free(&f->keys);
	words_free(&f->actors);
	words_free(&f->ops);
	words_free(&f->sessions);
	words_free(&f->from);
	words_free(&f->doubts);
	words_free(&f->ids);
}

struct filter *
filter_share(const struct filter *from)
{
	struct filter *f = xcalloc(1, sizeof(*f));
	int i;

	*f = *from;
	f->since = f->until = NULL; /* the other one has said when that is */
	f->doubts = f->ids = (struct words){ NULL, 0 };
	f->both = NULL;
	/* what a database has to tell the meaning of, it is asked again */
	for (i = 0; i < F_NPARAMS; i++) {
		f->params[i] = NULL;
		if (i <= F_BEFORE || i == F_ROLE || i == F_TXID ||
		    (i >= F_FIELD && i <= F_LIMIT) || i == F_REVERSE)
			filter_set(f, i, from->params[i]);
	}
	return f;
}

void
filter_unshare(struct filter *f)
{
	int i;

	if (f == NULL)
		return;
	for (i = 0; i < F_NPARAMS; i++)
		free(f->params[i]);
	words_free(&f->doubts);
	words_free(&f->ids);
	free(f);
}

/* The same query of audit.matching_given(), or another such; n: the number of
 * its last parameter, of this type, which is what is given. */
static char *
of(const char *what, const char *type, const char *sql, int n)
{
	static const char name[] = "audit.matching", last[] = "$27::uuid)";
	/* comments name it, too */
	const char *call = strstr(sql, "audit.matching($1");
	const char *end = strstr(call, last);
	size_t head = (size_t)(call - sql) + sizeof(name) - 1;
	size_t args = (size_t)(end - sql) + sizeof(last) - 2 - head;

	return xasprintf("%.*s_%s%.*s, $%d::%s%s", (int)head, sql, what,
	    (int)args, sql + head, n, type, sql + head + args);
}

int
filter_query(const struct filter *f, struct db *db, const char *sql, int n,
    char *params[], db_row *row, db_fields *fields, void *arg)
{
	char *text = NULL;
	int rc;

	if (f->both != NULL)
		return both_query(f->both, f, sql, n, params, row, fields, arg);
	if (f->given != NULL) {
		params[n++] = (char *)f->given;
		sql = text = of("given", "json", sql, n);
	} else if (f->seal != NULL) {
		params[n++] = (char *)f->seal;
		sql = text = of("sealed", "bigint", sql, n);
	}
	rc = fields == NULL
	    ? db_query(db, sql, n, params, row, arg)
	    : db_query_binary(db, sql, n, NULL, params, fields, arg);
	free(text);
	return rc;
}
