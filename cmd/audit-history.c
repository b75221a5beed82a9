/* audit-history - print the revisions of a record, or its state at a time */

#include <err.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit-history/back.h"
#include "audit-history/find.h"
#include "audit-history/show.h"
#include "audit-history/whole.h"
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
    "usage: audit-history [-hqV] [-d conninfo] [--archive conninfo]\n"
    "                     [--trail name]... [--rev n | --at time] [--before]\n"
    "                     [--related] [--sql] [--exact] [-f format] [-o file]\n"
    "                     table key\n"
    "       audit-history [-hqV] [-d conninfo] [--archive conninfo]\n"
    "                     [--trail name]... [--before] [--sql] [--exact]\n"
    "                     [-f format] [-o file] --id prefix\n"
    "       audit-history [-hqV] [-d conninfo] [--exact] [-o file]\n"
    "                     table --at time\n"
    "\n"
    "Prints each revision of a record, oldest first: an event, and the record\n"
    "after it. Without a key: the rows of the whole table as it was.\n"
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
    "      --archive CONNINFO with the events of this archive database that\n"
    "                         the trail has no more\n"
    "      --trail NAME       of this trail of an archive database; * makes\n"
    "                         a pattern\n"
    "  -f, --format FORMAT    json: JSON lines; table: what a terminal gets\n"
    "  -o, --output FILE      into this file instead of stdout\n"
    "  -q, --quiet            no remarks on stderr\n" TOOL_HELP;

enum {
	OPT_REV = 256,
	OPT_AT,
	OPT_ID,
	OPT_BEFORE,
	OPT_RELATED,
	OPT_SQL,
	OPT_EXACT,
	OPT_ARCHIVE,
	OPT_TRAIL
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
	TOOL_ARCHIVE,
	TOOL_TRAIL,
	TOOL_FORMAT,
	TOOL_OUTPUT,
	TOOL_QUIET,
	TOOL_LONGOPTS,
};

/* what the user asked for */
struct task {
	const char *conninfo, *archive, *format, *table, *key, *at, *id;
	struct words names;   /* of trails */
	struct trails trails; /* of an archive database */
	struct past past;
	struct keys keys;
	bool sql;
	struct show show;
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
			t->show.choice.rev =
			    (long)tool_number("--rev", optarg, 0, LONG_MAX);
			break;
		case OPT_AT: t->at = optarg; break;
		case OPT_ID: t->id = optarg; break;
		case OPT_BEFORE: t->show.choice.before = true; break;
		case OPT_RELATED: t->show.related = true; break;
		case OPT_SQL: t->sql = true; break;
		case OPT_EXACT: t->show.exact = true; break;
		case OPT_ARCHIVE: t->archive = optarg; break;
		case OPT_TRAIL: words_add(&t->names, optarg); break;
		case 'f': t->format = optarg; break;
		case 'o': t->show.path = optarg; break;
		case 'q': t->show.quiet = true; break;
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
	bool one = t->show.choice.rev >= 0 || t->at != NULL || t->id != NULL;

	if ((t->show.choice.rev >= 0) + (t->at != NULL) + (t->id != NULL) > 1)
		tool_misuse("--rev, --at and --id: each names one revision");
	if (t->id != NULL && (t->table != NULL || t->key != NULL))
		tool_misuse("--id with a table: the event tells the record");
	if (t->id == NULL && t->table == NULL)
		tool_usage(help);
	if (t->id == NULL && t->key == NULL && t->at == NULL)
		tool_misuse("%s: of which record? or --at TIME for all",
		    t->table);
	if (t->id == NULL && t->key == NULL &&
	    (t->show.choice.before || t->sql ||
		(t->format != NULL && strcmp(t->format, "json") != 0)))
		tool_misuse("%s: %s is for one record", t->table,
		    t->show.choice.before ? "--before"
			: t->sql	  ? "--sql"
					  : "-f");
	if (!one && t->show.choice.before)
		tool_misuse("--before needs --rev, --at or --id");
	if (!one && t->sql)
		tool_misuse("--sql needs --rev, --at or --id: back to what?");
	if (t->sql && (t->format != NULL || t->show.exact))
		tool_misuse("--sql with %s: a script has one form",
		    t->format != NULL ? "-f" : "--exact");
	if (one && t->show.related)
		tool_misuse("--related is for all revisions");
	if (t->archive != NULL && t->names.n > 0)
		tool_misuse("--archive with --trail: it adds to the record of "
			    "the live database");
	if (t->archive != NULL && t->id == NULL && t->key == NULL)
		tool_misuse("%s: --archive is for one record", t->table);
}

/* Not before it is clear what is wanted: a file is overwritten. A zone: times
 * in a table are of it. */
static void
open_output(struct show *s, const char *zone)
{
	s->fp = s->path == NULL ? stdout : fopen(s->path, "w");
	if (s->fp == NULL)
		show_failed(s);
	if (zone != NULL && s->undo == NULL)
		s->rows = rows_new(s->fp, zone, s->related,
		    s->trails != NULL && s->trails->n > 1);
}

static FILE *
open_rows(void *arg)
{
	struct show *s = arg;

	open_output(s, NULL);
	return s->fp;
}

/* The whole table, which needs neither a key nor the terminal's zone */
static enum tool_status
run_whole(struct task *t, struct db *db, const struct tables *tables)
{
	if (db_is_archive(db)) {
		warnx("%s: a whole table is told from its rows of now, which "
		      "are not in an archive database: of which record?",
		    t->table);
		return TOOL_MISUSE;
	}
	return whole_print(db, tables, t->table, t->show.choice.bound,
	    open_rows, &t->show, t->show.exact, t->show.quiet);
}

/* Which trails are asked, outside of a transaction */
static enum tool_status
choose(struct task *t, struct db *db)
{
	if (t->archive != NULL) {
		t->show.past = &t->past;
		return past_open(&t->past, db, t->archive);
	}
	if (db_is_archive(db)) {
		t->show.trails = &t->trails;
		if (t->sql) {
			warnx("--sql: the table is not in an archive database: "
			      "-d its own, and this one with --archive");
			return TOOL_MISUSE;
		}
	}
	return typed_trails(db, &t->names, &t->trails);
}

static enum tool_status
run(struct task *t, struct db *db)
{
	struct tables tables = { .n = 0 };
	enum tool_status status = TOOL_OK;
	char *id = NULL, *zone = NULL;

	if (db_check_version(db) == -1)
		return typed_failed(db);
	if ((status = choose(t, db)) != TOOL_OK)
		return status;
	if (db_script(db, sql_log_begin) == -1)
		return typed_failed(db);
	if (grid_wanted(t->format, t->show.path) &&
	    db_value(db, sql_zone, 0, NULL, &zone) == -1)
		return typed_failed(db);
	/* what the user typed, in the user's time zone */
	if (t->at != NULL)
		status = typed_time(db, "--at", t->at, TYPED_AFTER,
		    &t->show.choice.bound);
	if (status == TOOL_OK && t->id != NULL)
		status = t->show.past != NULL
		    ? past_event(t->show.past, db, t->id, &id)
		    : typed_event(db, "--id", t->id, &id);
	else if (status == TOOL_OK)
		status = table_find(&tables, db, t->table);
	if (status == TOOL_OK && tables.anywhere) {
		warnx("%s: which table?", t->table);
		status = TOOL_MISUSE;
	}
	if (status == TOOL_OK && t->id == NULL && t->key == NULL) {
		status = run_whole(t, db, &tables);
		table_free(&tables);
		free(zone);
		return status;
	}
	if (status == TOOL_OK && t->id == NULL)
		status = table_find_keys(&tables, db);
	if (status == TOOL_OK &&
	    (db_script(db, sql_capture_settings) == -1 ||
		typed_savepoint(db) == -1))
		status = typed_failed(db);
	if (status == TOOL_OK && t->sql &&
	    (t->show.undo = undo_new()) == NULL) {
		warn("temporary file");
		status = TOOL_FAILED;
	}
	if (status == TOOL_OK) {
		open_output(&t->show, zone);
		status = t->id != NULL
		    ? find_event(&t->show, db, id)
		    : find_keys(&t->show, db, &tables, t->table, &t->keys);
	}
	if (status == TOOL_OK && t->show.undo != NULL)
		status = back_write(t->show.undo, t->show.fp, db);
	table_free(&tables);
	free(id);
	free(zone);
	return status;
}

int
main(int argc, char *argv[])
{
	struct task t = { .show = { .choice = { .rev = -1 } } };
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
	db_needs(db, DB_NEEDS_READER);
	db_takes_archive(db);
	if (t.archive != NULL)
		db_name(db, "live database");
	status = run(&t, db);
	rows_free(t.show.rows);
	undo_free(t.show.undo);
	pager_end();
	if (t.show.path != NULL && t.show.fp != NULL &&
	    fclose(t.show.fp) == EOF)
		show_failed(&t.show);
	db_close(db);
	past_close(&t.past);
	trails_free(&t.trails);
	words_free(&t.names);
	key_free(&t.keys);
	free(t.show.choice.bound);
	free(t.show.name);
	return status == TOOL_OK && t.keys.bad ? TOOL_NO : status;
}
