/* hold - what no policy and no erasure may touch */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "key.h"
#include "mem.h"
#include "print.h"
#include "run.h"
#include "sql.h"
#include "table.h"
#include "typed.h"

#define MOST_HOLDS 2147483647

static const struct grid_column columns[] = {
	{ "HOLD", 4, 0, GRID_RIGHT },
	{ "WHAT", 20, 0, GRID_WRAP },
	{ "WHY", 16, 0, GRID_WRAP },
	{ "BY", 6, 40, GRID_CUT },
	{ "AT (", 16, 0, GRID_CUT },
};
#define COLUMNS ((int)(sizeof(columns) / sizeof(*columns)))

/* the parameters of hold-put.sql */
enum {
	P_TABLE,
	P_REL,
	P_RECORD,
	P_KEY,
	P_RELATED,
	P_ACTOR,
	P_SESSION,
	P_SINCE,
	P_UNTIL,
	P_WHY,
	NPARAMS
};

/* One run of hold add: what it prints when all of it is there for good */
struct adding {
	struct run *run;
	struct keys keys;
	struct words lines;
	int before; /* how many of them were held before */
};

static int
keep_hold(int ncols, char *const cols[], void *arg)
{
	struct adding *a = arg;

	(void)ncols;
	words_add(&a->lines, cols[0]);
	a->before += *cols[1] == 'f';
	return 0;
}

static enum tool_status
put(struct adding *a, char *params[])
{
	return db_query(a->run->db, sql_hold_put, NPARAMS, params, keep_hold,
		   a) == 0
	    ? TOOL_OK
	    : run_failed(a->run, "hold");
}

static enum tool_status
put_tables(struct adding *a, const struct tables *t, char *params[])
{
	enum tool_status status = TOOL_OK;
	int i;

	for (i = 0; i < t->n && status == TOOL_OK; i++) {
		params[P_REL] = t->v[i].rel;
		status = put(a, params);
	}
	return status;
}

/* A key may have been found twice, see key_find(). */
static bool
is_repeated(const struct words *records, const struct words *objects, int i)
{
	int j;

	for (j = 0; j < i; j++)
		if (strcmp(records->v[j], records->v[i]) == 0 &&
		    strcmp(objects->v[j], objects->v[i]) == 0)
			return true;
	return false;
}

static enum tool_status
put_records(struct adding *a, const struct tables *t, char *params[])
{
	struct words records = { NULL, 0 }, values = { NULL, 0 },
		     objects = { NULL, 0 };
	enum tool_status status =
	    key_find(&a->keys, t, a->run->db, &records, &values, &objects);
	int i;

	if (status == TOOL_OK && records.n == 0 && !a->keys.bad) {
		warnx("-k: no record can have this key");
		status = TOOL_MISUSE;
	}
	for (i = 0; i < records.n && status == TOOL_OK; i++) {
		if (is_repeated(&records, &objects, i))
			continue;
		params[P_RECORD] = records.v[i];
		params[P_KEY] = objects.v[i];
		status = put(a, params);
	}
	words_free(&records);
	words_free(&values);
	words_free(&objects);
	return status;
}

static enum tool_status
put_table(struct adding *a, char *params[])
{
	struct tables t = { .n = 0 };
	struct db *db = a->run->db;
	enum tool_status status = table_named(&t, db, params[P_TABLE]);

	if (status == TOOL_OK && a->keys.texts.n == 0)
		status = put_tables(a, &t, params);
	/* what the server makes of a key must read as in the trail */
	else if (status == TOOL_OK &&
	    (db_script(db, sql_capture_settings) == -1 ||
		typed_savepoint(db) == -1))
		status = typed_failed(db);
	else if (status == TOOL_OK &&
	    (status = table_find_keys(&t, db)) == TOOL_OK)
		status = put_records(a, &t, params);
	table_free(&t);
	return status;
}

/* In one transaction: all that is named or, where that is misuse, nothing. */
static enum tool_status
hold(struct adding *a, char *params[])
{
	struct run *run = a->run;
	enum tool_status status = run_connect(run, RUN_NEEDS);

	if (status != TOOL_OK)
		return status;
	if (db_begin(run->db, DB_WRITE) == -1 || typed_savepoint(run->db) == -1)
		return run_failed(run, NULL);
	if ((status = typed_moment(run->db, "-s", run->given['s'],
		 &params[P_SINCE])) == TOOL_OK &&
	    (status = typed_moment(run->db, "-u", run->given['u'],
		 &params[P_UNTIL])) == TOOL_OK)
		status = params[P_TABLE] != NULL ? put_table(a, params)
						 : put(a, params);
	if (status == TOOL_OK && db_commit(run->db) == -1)
		status = run_failed(run, NULL);
	free(params[P_SINCE]);
	free(params[P_UNTIL]);
	return status;
}

static enum tool_status
hold_and_say(struct adding *a, char *params[])
{
	enum tool_status status = hold(a, params);
	int i;

	if (status != TOOL_OK)
		return status;
	for (i = 0; i < a->lines.n; i++)
		puts(a->lines.v[i]);
	if (a->before > 0 && a->run->given['v'] != NULL)
		warnx("%s held already",
		    a->lines.n == 1 ? "it is" : "of these some are");
	return a->keys.bad ? TOOL_NO : TOOL_OK;
}

static enum tool_status
add(struct run *run)
{
	const char *key = run->given['k'];
	char *params[NPARAMS] = {
		[P_TABLE] = (char *)run->given['t'],
		[P_RELATED] =
		    run->given[OPT_RELATED] != NULL ? "true" : "false",
		[P_ACTOR] = (char *)run->given['a'],
		[P_SESSION] = (char *)run->given[OPT_SESSION],
		[P_WHY] = (char *)run->given[OPT_WHY],
	};
	struct adding a = { .run = run };
	enum tool_status status;

	if (params[P_WHY] == NULL)
		tool_misuse("hold add: say --why");
	if (run->tables.n > 1)
		tool_misuse("hold add: one -t at a time");
	if (key != NULL && params[P_TABLE] == NULL)
		tool_misuse("-k: say of which table (-t)");
	if (run->given[OPT_RELATED] != NULL && key == NULL)
		tool_misuse("--related: say to which record (-k)");
	if (key != NULL && strcmp(key, "-") == 0)
		key_read(&a.keys);
	else if (key != NULL)
		key_add(&a.keys, key);
	if (key != NULL && a.keys.texts.n == 0)
		status = a.keys.bad ? TOOL_NO : TOOL_OK;
	else
		status = hold_and_say(&a, params);
	key_free(&a.keys);
	words_free(&a.lines);
	return status;
}

static enum tool_status
release(struct run *run, int argc, char *argv[])
{
	char *params[2] = { NULL, (char *)run->given[OPT_WHY] };
	enum tool_status status;
	int i;

	if (argc == 0)
		tool_misuse("hold release: say which");
	for (i = 0; i < argc; i++)
		tool_number("hold release", argv[i], 1, MOST_HOLDS);
	if ((status = run_connect(run, RUN_NEEDS)) != TOOL_OK)
		return status;
	params[0] = db_array(argc, argv);
	if (db_query(run->db, sql_hold_release, 2, params, print_line, NULL) ==
	    -1)
		status = run_failed(run, NULL);
	free(params[0]);
	return status;
}

/* Refuse what only another form of the verb takes. */
static void
refuse(const struct run *run, const char *form, const int opts[], int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (run->given[opts[i]] != NULL)
			tool_misuse(
			    "hold %s takes nothing of what says what to "
			    "hold, or how it is shown",
			    form);
}

enum tool_status
run_hold(struct run *run, int argc, char *argv[])
{
	static const int others[] = { 'f', 't', 'k', 'a', 's', 'u', OPT_RELATED,
		OPT_SESSION, OPT_WHY };
	const char *what = argc > 0 ? argv[0] : "list";

	if (strcmp(what, "release") == 0) {
		refuse(run, what, others, 8);
		return release(run, argc - 1, argv + 1);
	}
	if (argc > 1)
		tool_misuse("hold %s takes no argument", what);
	if (strcmp(what, "add") == 0) {
		refuse(run, what, others, 1);
		return add(run);
	}
	if (strcmp(what, "list") != 0)
		tool_misuse("hold %s: list, add or release", what);
	refuse(run, what, others + 1, 8);
	return print_list(run, sql_hold_list, sql_hold_rows, COLUMNS, columns);
}
