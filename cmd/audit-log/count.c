/* count - how many events there are, not which */

#include "count.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rows.h"
#include "sql.h"

/* audit.dimension() makes values of these */
static const char *const names[] = {
	"op",
	"schema",
	"table",
	"key",
	"label",
	"actor",
	"role",
	"as_role",
	"session",
	"txid",
	"app",
	"addr",
	"reason",
	"rules",
	"trail",
};
static const char *const times[] = {
	"minute",
	"hour",
	"day",
	"week",
	"month",
	"year",
};

bool
count_is_time(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(times) / sizeof(*times); i++)
		if (strcmp(times[i], name) == 0)
			return true;
	return false;
}

static void
check(const struct words *by, const char *name)
{
	size_t i;
	int j;

	for (j = 0; j < by->n; j++)
		if (strcmp(by->v[j], name) == 0)
			tool_misuse("--by: %s is there twice", name);
	if (by->n == COUNT_MAX)
		tool_misuse("--by: no more than %d at once", COUNT_MAX);
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i], name) == 0)
			return;
	if (count_is_time(name))
		return;
	tool_misuse("--by %s: not what events can be counted by", name);
}

void
count_by(struct count *c, const char *list)
{
	char *copy = xstrdup(list), *rest = copy, *name;

	c->on = true;
	while ((name = strsep(&rest, ",")) != NULL) {
		check(&c->by, name);
		words_add(&c->by, name);
	}
	free(copy);
}

static int
put(int ncols, char *const cols[], void *arg)
{
	struct output *o = arg;

	(void)ncols;
	fputs(cols[0], o->fp);
	putc('\n', o->fp);
	o->lines++;
	return 0;
}

enum tool_status
count_print(const struct count *c, struct db *db, const struct filter *f,
    struct output *o)
{
	char *params[F_REVERSE + COUNT_MAX] = { NULL };
	int i;

	if (f->both != NULL)
		return count_both(c, db, f, o) == -1 || db_commit(db) == -1
		    ? TOOL_FAILED
		    : TOOL_OK;
	if (o->rows != NULL)
		return rows_count(o, db, f, &c->by, NULL) == -1 ||
			db_commit(db) == -1
		    ? TOOL_FAILED
		    : TOOL_OK;
	memcpy(params, f->params, F_REVERSE * sizeof(*params));
	for (i = 0; i < c->by.n; i++)
		params[F_REVERSE + i] = c->by.v[i];
	if (db_query(db, sql_counts, F_REVERSE + COUNT_MAX, params, put, o) ==
		-1 ||
	    db_commit(db) == -1)
		return TOOL_FAILED;
	/* no group has an event */
	if (c->by.n == 0 && o->lines == 0)
		fputs("{\"count\":0}\n", o->fp);
	return TOOL_OK;
}

static int
put_part(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	fprintf(arg, "%s,", cols[0]);
	return 0;
}

int
count_part(const struct count *c, struct db *db, const struct filter *f,
    struct output *o, FILE *parts)
{
	char *params[F_REVERSE + COUNT_MAX + 1] = { NULL };
	int i;

	if (o->rows != NULL)
		return rows_count_part(o, db, f, &c->by, parts);
	memcpy(params, f->params, F_REVERSE * sizeof(*params));
	for (i = 0; i < c->by.n; i++)
		params[F_REVERSE + i] = c->by.v[i];
	return filter_query(f, db, sql_counts, F_REVERSE + COUNT_MAX, params,
	    put_part, NULL, parts);
}

int
count_sum(const struct count *c, struct db *db, const char *parts,
    struct output *o)
{
	char *params[1 + COUNT_MAX] = { (char *)parts };
	int i;

	if (o->rows != NULL)
		return rows_count(o, db, NULL, &c->by, parts);
	for (i = 0; i < c->by.n; i++)
		params[1 + i] = c->by.v[i];
	return db_query(db, sql_counts_sum, 1 + COUNT_MAX, params, put, o);
}
