/* audit-log - print the events of the trail that match, as JSON lines */

#include <err.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit-log/filter.h"
#include "db.h"
#include "event.h"
#include "mem.h"
#include "sql.h"
#include "tool.h"

#define NEWEST_ON_TERMINAL "50"

static const char help[] =
    "usage: audit-log [-hqvV] [-d conninfo] [-t table]... [-k key]...\n"
    "                 [-s time] [-u time] [-a actor]... [--op op,...]\n"
    "                 [--role role] [--session id] [--txid n] [--id prefix]\n"
    "                 [--field column] [--value text] [--rule rule]\n"
    "                 [--app name] [--addr address] [--grep regexp]\n"
    "                 [-l n] [--reverse] [--exact] [-f format] [-o file]\n"
    "\n"
    "Prints the events that match all of these, oldest first, "
    "as JSON lines.\n"
    "\n"
    "  -t, --table TABLE      of this table; * makes a pattern\n"
    "  -k, --key KEY          of the record with this key, before or after; "
    "for -,\n"
    "                         of those with the keys on stdin, one a line\n"
    "  -s, --since TIME       from this time on; or an interval back from now\n"
    "  -u, --until TIME       before this time; likewise\n"
    "  -a, --actor ACTOR      done by this user of the application\n"
    "      --op OP,...        of these kinds: insert, update, delete, ...\n"
    "      --role ROLE        done by this role of the database\n"
    "      --session ID       done in this session\n"
    "      --txid N           done in this transaction\n"
    "      --id PREFIX        the one event whose id begins so\n"
    "      --field COLUMN     where this column changed\n"
    "      --value TEXT       where this was a value before or after;\n"
    "                         with --field, of that column\n"
    "      --rule RULE        recorded because of this rule\n"
    "      --app NAME         done by this application (application_name)\n"
    "      --addr ADDRESS     done from this address or network\n"
    "      --grep REGEXP      where a value before or after matches\n"
    "  -l, --limit N          only the newest N\n"
    "      --reverse          newest first\n"
    "      --exact            numbers that a double cannot hold as strings\n"
    "  -f, --format FORMAT    json: JSON lines\n"
    "  -o, --output FILE      into this file instead of stdout\n"
    "  -q, --quiet            no remarks on stderr\n"
    "  -v, --verbose          say how many events there were\n" TOOL_HELP;

/* what a role needs to run this: each part stands after GRANT */
static const char grants[] =
    "usage on schema audit; select on audit.event, audit.live, "
    "audit.partition, audit.relation, audit.relation_name, audit.rule; "
    "select (version) on audit.trail; execute on function audit.first_id, "
    "audit.id_time, audit.record(int, text), audit.record(int, text[])";

enum {
	OPT_OP = 256,
	OPT_ROLE,
	OPT_SESSION,
	OPT_TXID,
	OPT_ID,
	OPT_FIELD,
	OPT_VALUE,
	OPT_RULE,
	OPT_APP,
	OPT_ADDR,
	OPT_GREP,
	OPT_REVERSE,
	OPT_EXACT
};

static const char opts[] = TOOL_OPTS "t:k:s:u:a:l:f:o:qv";
static const struct option longopts[] = {
	TOOL_TABLE,
	TOOL_KEY,
	TOOL_SINCE,
	TOOL_UNTIL,
	TOOL_ACTOR,
	{ "op", required_argument, NULL, OPT_OP },
	{ "role", required_argument, NULL, OPT_ROLE },
	{ "session", required_argument, NULL, OPT_SESSION },
	{ "txid", required_argument, NULL, OPT_TXID },
	{ "id", required_argument, NULL, OPT_ID },
	{ "field", required_argument, NULL, OPT_FIELD },
	{ "value", required_argument, NULL, OPT_VALUE },
	{ "rule", required_argument, NULL, OPT_RULE },
	{ "app", required_argument, NULL, OPT_APP },
	{ "addr", required_argument, NULL, OPT_ADDR },
	{ "grep", required_argument, NULL, OPT_GREP },
	TOOL_LIMIT,
	{ "reverse", no_argument, NULL, OPT_REVERSE },
	{ "exact", no_argument, NULL, OPT_EXACT },
	TOOL_FORMAT,
	TOOL_OUTPUT,
	TOOL_QUIET,
	TOOL_VERBOSE,
	TOOL_LONGOPTS,
};

/* the options whose argument is a parameter as it stands */
static const struct {
	int opt, param;
} plain[] = {
	{ OPT_ROLE, F_ROLE },
	{ OPT_SESSION, F_SESSION },
	{ OPT_FIELD, F_FIELD },
	{ OPT_VALUE, F_VALUE },
	{ OPT_RULE, F_RULE },
	{ OPT_APP, F_APP },
	{ OPT_ADDR, F_ADDR },
	{ OPT_GREP, F_GREP },
};

struct output {
	const char *path; /* NULL: stdout */
	FILE *fp;
	bool exact, quiet, verbose, unknown;
	unsigned long long lines;
};

static void
add_ops(struct words *ops, const char *list)
{
	char *copy = xstrdup(list), *rest = copy, *op;

	while ((op = strsep(&rest, ",")) != NULL)
		if (*op != '\0')
			words_add(ops, op);
	free(copy);
	if (ops->n == 0)
		tool_misuse("--op %s: names no kind of event", list);
}

static void
add_key(struct filter *f, const char *key)
{
	f->by_key = true;
	if (strcmp(key, "-") == 0)
		f->keys_on_stdin = true;
	else
		key_add(&f->keys, key);
}

static void
set_plain(struct filter *f, int opt)
{
	size_t i;

	for (i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (plain[i].opt == opt) {
			filter_set(f, plain[i].param, optarg);
			return;
		}
	tool_usage(help);
}

static void
parse(int argc, char *argv[], struct filter *f, struct output *o,
    const char **conninfo)
{
	int c;

	while ((c = getopt_long(argc, argv, opts, longopts, NULL)) != -1)
		switch (c) {
		case 'd': *conninfo = optarg; break;
		case 't': words_add(&f->tables, optarg); break;
		case 'k': add_key(f, optarg); break;
		case 's': f->since = optarg; break;
		case 'u': f->until = optarg; break;
		case 'a': words_add(&f->actors, optarg); break;
		case OPT_OP: add_ops(&f->ops, optarg); break;
		case OPT_ID: f->id = optarg; break;
		case OPT_TXID:
			tool_number("--txid", optarg, 0, INT64_MAX);
			filter_set(f, F_TXID, optarg);
			break;
		case 'l':
			tool_number("-l", optarg, 1, INT64_MAX);
			filter_set(f, F_LIMIT, optarg);
			break;
		case OPT_REVERSE: filter_set(f, F_REVERSE, "true"); break;
		case OPT_EXACT: o->exact = true; break;
		case 'f':
			if (strcmp(optarg, "json") != 0)
				tool_misuse("-f %s: no such format", optarg);
			break;
		case 'o': o->path = optarg; break;
		case 'q': o->quiet = true; break;
		case 'v': o->verbose = true; break;
		case 'h': tool_help(help);
		case 'V': tool_version();
		default: set_plain(f, c);
		}
	if (optind < argc)
		tool_usage(help);
	if (f->by_key && f->tables.n == 0)
		tool_misuse("-k needs -t: a key is a table's");
}

/* The order in which events are found: the newest of a number are the first
 * ones from behind. */
static void
set_order(struct filter *f, const struct output *o)
{
	if (filter_is_empty(f) && f->params[F_LIMIT] == NULL &&
	    o->path == NULL && isatty(STDOUT_FILENO)) {
		filter_set(f, F_LIMIT, NEWEST_ON_TERMINAL);
		if (!o->quiet)
			warnx("the newest " NEWEST_ON_TERMINAL
			      " events: -l and the filters show others");
	}
	if (f->params[F_REVERSE] == NULL)
		filter_set(f, F_REVERSE, "false");
	filter_set(f, F_NEWEST,
	    f->params[F_LIMIT] != NULL ? "true" : f->params[F_REVERSE]);
}

/* Nobody gets what comes after a failed write. */
static _Noreturn void
write_failed(const struct output *o)
{
	warn("%s", o->path == NULL ? "standard output" : o->path);
	_exit(TOOL_FAILED);
}

static int
put(int ncols, const struct db_field cols[], void *arg)
{
	struct output *o = arg;

	if (event_write(o->fp, ncols, cols, o->exact) == -1) {
		o->unknown = true;
		return 1;
	}
	if (ferror_unlocked(o->fp))
		write_failed(o);
	o->lines++;
	return 0;
}

static enum tool_status
print(struct db *db, struct filter *f, struct output *o)
{
	enum tool_status status = f->keys.bad ? TOOL_NO : TOOL_OK;

	o->fp = o->path == NULL ? stdout : fopen(o->path, "w");
	if (o->fp == NULL)
		write_failed(o);
	if (db_query_binary(db, sql_events, F_NPARAMS, NULL, f->params, put,
		o) == -1 ||
	    db_commit(db) == -1) {
		warnx("%s", db_error(db));
		/* what was typed is no text */
		status = strcmp(db_sqlstate(db), "22021") == 0 ? TOOL_MISUSE
							       : TOOL_FAILED;
	} else if (o->unknown) {
		warnx("the server sends events in an unknown form");
		status = TOOL_FAILED;
	}
	if (fflush(o->fp) == EOF || (o->path != NULL && fclose(o->fp) == EOF))
		write_failed(o);
	if (o->verbose && status <= TOOL_NO)
		warnx("%llu event%s", o->lines, o->lines == 1 ? "" : "s");
	return status;
}

int
main(int argc, char *argv[])
{
	struct filter f = { .since = NULL };
	struct output o = { .path = NULL };
	const char *conninfo = NULL;
	enum tool_status status;
	struct db *db;

	tool_start(argv[0]);
	parse(argc, argv, &f, &o, &conninfo);
	set_order(&f, &o);
	/* now, so that no transaction waits for whoever writes them */
	if (f.keys_on_stdin)
		key_read(&f.keys);

	db = db_open(conninfo);
	db_needs(db, grants);
	db_verbose(db, o.verbose);
	if (db_check_version(db) == -1 || db_begin(db, DB_READ) == -1 ||
	    db_script(db, sql_log_settings) == -1) {
		warnx("%s", db_error(db));
		status = TOOL_FAILED;
	} else if ((status = filter_resolve(&f, db)) == TOOL_OK)
		status = print(db, &f, &o);
	db_close(db);
	filter_free(&f);
	return status;
}
