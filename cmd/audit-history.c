/* audit-history - print the revisions of a record, or its state at a time */

#include <err.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit-history/choice.h"
#include "audit-history/record.h"
#include "audit-history/related.h"
#include "audit-history/rows.h"
#include "db.h"
#include "grid.h"
#include "key.h"
#include "line.h"
#include "mem.h"
#include "pager.h"
#include "sql.h"
#include "table.h"
#include "tool.h"
#include "typed.h"

static const char help[] =
    "usage: audit-history [-hqV] [-d conninfo] [--rev n | --at time] [--before]\n"
    "                     [--related] [--sql] [--exact] [-f format] [-o file]\n"
    "                     table key\n"
    "       audit-history [-hqV] [-d conninfo] [--before] [--sql] [--exact]\n"
    "                     [-f format] [-o file] --id prefix\n"
    "\n"
    "Prints each revision of a record, oldest first: an event, and the record\n"
    "after it.\n"
    "\n"
    "  -t, --table TABLE      of this table, instead of the first argument\n"
    "  -k, --key KEY          the record with this key, instead of the last\n"
    "                         argument; for -, those with the keys on stdin,\n"
    "                         one a line\n"
    "      --rev N            only revision N\n"
    "      --at TIME          only what was in force then; or an interval back\n"
    "                         from now\n"
    "      --id PREFIX        only what the event whose id begins so has left\n"
    "      --before           the one before that\n"
    "      --related          with the records that belong to it\n"
    "      --sql              the statements that bring the record back to it\n"
    "      --exact            numbers that a double cannot hold as strings\n"
    "  -f, --format FORMAT    json: JSON lines; table: what a terminal gets\n"
    "  -o, --output FILE      into this file instead of stdout\n"
    "  -q, --quiet            no remarks on stderr\n" TOOL_HELP;

/* what a role needs to run this: each part stands after GRANT */
static const char grants[] =
    "usage on schema audit; select on audit.event, audit.live, audit.plan, "
    "audit.relation, audit.relation_columns, audit.relation_name; "
    "select (id, version) on audit.trail; execute on function "
    "audit.attributes, audit.base_type, audit.first_id, audit.has_attribute, "
    "audit.id_time, audit.is_native, audit.matching, audit.old_snapshot, "
    "audit.record(int, text), audit.record(int, text[]), audit.table_name, "
    "audit.tree, audit.trim, audit.trusted, audit.value_sql";

enum {
	OPT_REV = 256,
	OPT_AT,
	OPT_ID,
	OPT_BEFORE,
	OPT_RELATED,
	OPT_SQL,
	OPT_EXACT
};

static const char opts[] = TOOL_OPTS "t:k:f:o:q";
static const struct option longopts[] = {
	TOOL_TABLE,
	TOOL_KEY,
	{ "rev", required_argument, NULL, OPT_REV },
	{ "at", required_argument, NULL, OPT_AT },
	{ "id", required_argument, NULL, OPT_ID },
	{ "before", no_argument, NULL, OPT_BEFORE },
	{ "related", no_argument, NULL, OPT_RELATED },
	{ "sql", no_argument, NULL, OPT_SQL },
	{ "exact", no_argument, NULL, OPT_EXACT },
	TOOL_FORMAT,
	TOOL_OUTPUT,
	TOOL_QUIET,
	TOOL_LONGOPTS,
};

/* what the user asked for */
struct task {
	const char *conninfo, *format, *table, *key, *at, *id;
	struct keys keys;
	char *name; /* of the record that is being looked at */
	struct choice choice;
	bool related, sql, exact, quiet;
	const char *path; /* NULL: stdout */
	FILE *fp;
	struct rows *rows; /* a table; NULL: JSON lines */
};

static void
parse(int argc, char *argv[], struct task *t)
{
	int c;

	while ((c = getopt_long(argc, argv, opts, longopts, NULL)) != -1)
		switch (c) {
		case 'd': t->conninfo = optarg; break;
		case 't': t->table = optarg; break;
		case 'k': t->key = optarg; break;
		case OPT_REV:
			t->choice.rev =
			    (long)tool_number("--rev", optarg, 0, LONG_MAX);
			break;
		case OPT_AT: t->at = optarg; break;
		case OPT_ID: t->id = optarg; break;
		case OPT_BEFORE: t->choice.before = true; break;
		case OPT_RELATED: t->related = true; break;
		case OPT_SQL: t->sql = true; break;
		case OPT_EXACT: t->exact = true; break;
		case 'f': t->format = optarg; break;
		case 'o': t->path = optarg; break;
		case 'q': t->quiet = true; break;
		case 'h': tool_help(help);
		case 'V': tool_version();
		default: tool_usage(help);
		}
	if (t->table == NULL && optind < argc)
		t->table = argv[optind++];
	if (t->key == NULL && optind < argc)
		t->key = argv[optind++];
	if (optind < argc)
		tool_usage(help);
}

/* What goes together */
static void
check(const struct task *t)
{
	bool one = t->choice.rev >= 0 || t->at != NULL || t->id != NULL;

	if ((t->choice.rev >= 0) + (t->at != NULL) + (t->id != NULL) > 1)
		tool_misuse("--rev, --at and --id: each names one revision");
	if (t->id != NULL && (t->table != NULL || t->key != NULL))
		tool_misuse("--id with a table: the event tells the record");
	if (t->id == NULL && t->table == NULL)
		tool_usage(help);
	if (t->id == NULL && t->key == NULL && t->at == NULL)
		tool_misuse("%s: of which record? or --at TIME for all",
		    t->table);
	if (!one && t->choice.before)
		tool_misuse("--before needs --rev, --at or --id");
	if (!one && t->sql)
		tool_misuse("--sql needs --rev, --at or --id: back to what?");
	if (one && t->related)
		tool_misuse("--related is for all revisions");
}

/* Nobody gets what comes after a failed write. */
static _Noreturn void
write_failed(const struct task *t)
{
	warn("%s", t->path == NULL ? "standard output" : t->path);
	_exit(TOOL_FAILED);
}

static void
print(const struct state *s, const struct origin *o, void *arg)
{
	struct task *t = arg;

	if (t->rows != NULL)
		rows_add(t->rows, s, o);
	else
		print_state(t->fp, s, o);
	if (ferror_unlocked(t->fp))
		write_failed(t);
}

struct printing {
	struct task *task;
	const struct record *record;
};

static int
print_each(const struct state *s, void *arg)
{
	struct printing *p = arg;

	print(s, &p->record->origin, p->task);
	return 0;
}

/* Print the revision that is asked for. */
static enum tool_status
print_one(struct task *t, struct record *r, struct place *p)
{
	enum tool_status status = TOOL_OK;
	struct chosen c;

	choice_make(&t->choice, r, p, &c);
	if (c.why != NULL) {
		warnx("%s: %s", t->name, c.why);
		status = TOOL_NO;
	} else if (t->rows != NULL)
		rows_whole(t->rows, &c.state, &r->origin);
	else
		print_state(t->fp, &c.state, &r->origin);
	chosen_free(&c);
	return status;
}

static enum tool_status
failed(const struct db *db)
{
	warnx("%s", db_error(db));
	return TOOL_FAILED;
}

/* *is_there: there is something to say of it. */
static enum tool_status
print_record(struct task *t, struct place *p, const struct which *w,
    const char *object, bool *is_there)
{
	struct record r;
	struct printing printing = { t, &r };
	enum tool_status status = TOOL_OK;

	if (record_find(&r, p, w, object) == -1)
		status = failed(p->db);
	else if (record_is_none(&r))
		status = TOOL_OK;
	else if (*is_there = true, choice_is_one(&t->choice))
		status = print_one(t, &r, p);
	else if (t->related)
		status = related_each(&r, p, w, print, t) == -1 ? failed(p->db)
								: TOOL_OK;
	else
		record_each(&r, p, print_each, &printing);
	record_free(&r);
	return status;
}

/* One key in one of the tables; *is_there: its record has been found. */
static enum tool_status
print_key(struct task *t, struct place *p, const struct table *table, int i,
    bool *is_there)
{
	struct tables one = { .v = (struct table *)table, .n = 1 };
	struct words found[3] = { { NULL, 0 } };
	struct keys key = { .bad = false };
	enum tool_status status;

	words_add(&key.texts, t->keys.texts.v[i]);
	words_add(&key.places, t->keys.places.v[i]);
	status = key_find(&key, &one, p->db, &found[0], &found[1], &found[2]);
	t->keys.bad |= key.bad;
	*is_there |= key.bad; /* it has been said */
	if (status == TOOL_OK && found[0].n > 0) {
		const struct which w = { table->rel, table->root, found[0].v[0],
			found[1].v[0] };

		status = print_record(t, p, &w, found[2].v[0], is_there);
	}
	words_free(&found[0]);
	words_free(&found[1]);
	words_free(&found[2]);
	key_free(&key);
	return status;
}

/* Each key, in each of the tables that were called so */
static enum tool_status
print_keys(struct task *t, struct place *places, const struct tables *tables)
{
	enum tool_status status, worst = TOOL_OK;
	bool is_there;
	int i, k;

	for (i = 0; i < t->keys.texts.n && worst < TOOL_MISUSE; i++) {
		free(t->name);
		t->name = xasprintf("%s %s", t->table, t->keys.texts.v[i]);
		is_there = false;
		for (k = 0; k < tables->n && worst < TOOL_MISUSE; k++) {
			if (tables->v[k].find == NULL)
				continue;
			status = print_key(t, &places[k], &tables->v[k], i,
			    &is_there);
			worst = status > worst ? status : worst;
		}
		if (!is_there && worst < TOOL_MISUSE) {
			warnx("%s: no such record", t->name);
			worst = TOOL_NO;
		}
	}
	return worst;
}

static enum tool_status
print_tables(struct task *t, struct db *db, const struct tables *tables)
{
	struct place *places = xcalloc((size_t)tables->n, sizeof(*places));
	enum tool_status status = TOOL_OK;
	int i;

	for (i = 0; i < tables->n && status == TOOL_OK; i++) {
		const struct which w = { tables->v[i].rel, tables->v[i].root,
			NULL, NULL };

		if (place_open(&places[i], db, &w, t->exact) == -1)
			status = failed(db);
	}
	if (status == TOOL_OK)
		status = print_keys(t, places, tables);
	for (i = 0; i < tables->n; i++)
		place_close(&places[i]);
	free(places);
	return status;
}

static int
keep_which(int ncols, char *const cols[], void *arg)
{
	struct which *a = arg;

	(void)ncols;
	a->rel = xstrdup(cols[0]);
	a->root = cols[1] == NULL ? NULL : xstrdup(cols[1]);
	a->hash = xstrdup(cols[2]);
	a->values = xstrdup(cols[3]);
	return 0;
}

/* The record of an event */
static enum tool_status
print_event(struct task *t, struct db *db, char *id)
{
	struct which w = { .rel = NULL };
	enum tool_status status;
	bool is_there;
	struct place p;

	if (db_query(db, sql_history_event, 1, &id, keep_which, &w) == -1)
		status = failed(db);
	else if (w.rel == NULL) {
		warnx("--id %s: this event changes no record", id);
		status = TOOL_NO;
	} else {
		t->choice.id = id;
		t->name = xasprintf("--id %s", id);
		status = place_open(&p, db, &w, t->exact) == -1
		    ? failed(db)
		    : print_record(t, &p, &w, NULL, &is_there);
		place_close(&p);
	}
	which_free(&w);
	return status;
}

static enum tool_status
run(struct task *t, struct db *db)
{
	struct tables tables = { .n = 0 };
	enum tool_status status = TOOL_OK;
	char *id = NULL, *zone = NULL;

	if (db_check_version(db) == -1 || db_script(db, sql_log_begin) == -1)
		return failed(db);
	if (grid_wanted(t->format, t->path) &&
	    db_value(db, sql_zone, 0, NULL, &zone) == -1)
		return failed(db);
	if (zone != NULL)
		t->rows = rows_new(t->fp, zone, t->related);
	free(zone);
	/* what the user typed, in the user's time zone */
	if (t->at != NULL)
		status = typed_time(db, "--at", t->at, TYPED_AFTER,
		    &t->choice.bound);
	if (status == TOOL_OK)
		status = t->id != NULL ? typed_event(db, t->id, &id)
				       : table_find(&tables, db, t->table);
	if (status == TOOL_OK && tables.anywhere) {
		warnx("%s: which table?", t->table);
		status = TOOL_MISUSE;
	}
	if (status == TOOL_OK && t->id == NULL)
		status = table_find_keys(&tables, db);
	if (status == TOOL_OK &&
	    (db_script(db, sql_capture_settings) == -1 ||
		typed_savepoint(db) == -1))
		status = failed(db);
	if (status == TOOL_OK)
		status = t->id != NULL ? print_event(t, db, id)
				       : print_tables(t, db, &tables);
	table_free(&tables);
	free(id);
	return status;
}

int
main(int argc, char *argv[])
{
	struct task t = { .choice = { .rev = -1 }, .fp = stdout };
	enum tool_status status;
	struct db *db;

	tool_start(argv[0]);
	parse(argc, argv, &t);
	check(&t);
	if (t.key != NULL && strcmp(t.key, "-") == 0)
		key_read(&t.keys);
	else if (t.key != NULL)
		key_add(&t.keys, t.key);
	db = db_open(t.conninfo);
	db_needs(db, grants);
	if (t.path != NULL && (t.fp = fopen(t.path, "w")) == NULL)
		write_failed(&t);
	status = run(&t, db);
	rows_free(t.rows);
	pager_end();
	if (t.path != NULL && fclose(t.fp) == EOF)
		write_failed(&t);
	db_close(db);
	key_free(&t.keys);
	free(t.choice.bound);
	free(t.name);
	return status == TOOL_OK && t.keys.bad ? TOOL_NO : status;
}
