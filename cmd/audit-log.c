/* audit-log - print the events of the trail that match */

#include <err.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit-log/sessions.h"
#include "audit-log/task.h"
#include "grid.h"
#include "mem.h"
#include "tool.h"

#define NEWEST_ON_TERMINAL "50"

static const char help[] =
    "usage: audit-log [-hqvV] [-d conninfo] [--archive conninfo]\n"
    "                 [--trail name]... [-t table]... [-k key]...\n"
    "                 [-s time] [-u time] [-a actor]... [--op op,...]\n"
    "                 [--role role] [--session id]... [--txid n] [--id prefix]\n"
    "                 [--field column] [--value text] [--rule rule]\n"
    "                 [--app name] [--addr address] [--grep regexp]\n"
    "                 [-l n] [--reverse] [--exact] [-f format] [-o file]\n"
    "                 [--count] [--by what,...] [--checkpoint file]\n"
    "                 [--follow [--interval time] [--reconnect]]\n"
    "                 [--from file...]\n"
    "\n"
    "Prints the events that match all of these, oldest first: on a terminal as\n"
    "a table, elsewhere as JSON lines.\n"
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
    "      --session ID       done in this session; for -, in those on stdin\n"
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
    "  -f, --format FORMAT    json: JSON lines; table: what a terminal gets\n"
    "  -o, --output FILE      into this file instead of stdout\n"
    "      --count            only how many there are\n"
    "      --by WHAT,...      how many for each op, table, actor, hour, day, "
    "...\n"
    "      --follow           go on with events as they commit\n"
    "      --interval TIME    look for them so often; default: 1 s\n"
    "      --reconnect        go on when the server is lost and back\n"
    "      --checkpoint FILE  only what is new since the last time: this file\n"
    "                         remembers it\n"
    "      --from FILE        events of this file, an archive or evidence, "
    "instead\n"
    "                         of the trail's; - is stdin\n"
    "      --archive CONNINFO the events of this archive database, too\n"
    "      --trail NAME       of this trail of an archive database; * makes\n"
    "                         a pattern\n"
    "  -q, --quiet            no remarks on stderr\n"
    "  -v, --verbose          say how many events there were\n" TOOL_HELP;

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
	OPT_EXACT,
	OPT_COUNT,
	OPT_BY,
	OPT_FOLLOW,
	OPT_INTERVAL,
	OPT_RECONNECT,
	OPT_CHECKPOINT,
	OPT_FROM,
	OPT_ARCHIVE,
	OPT_TRAIL
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
	{ "count", no_argument, NULL, OPT_COUNT },
	{ "by", required_argument, NULL, OPT_BY },
	{ "follow", no_argument, NULL, OPT_FOLLOW },
	{ "interval", required_argument, NULL, OPT_INTERVAL },
	{ "reconnect", no_argument, NULL, OPT_RECONNECT },
	{ "checkpoint", required_argument, NULL, OPT_CHECKPOINT },
	{ "from", required_argument, NULL, OPT_FROM },
	TOOL_ARCHIVE,
	TOOL_TRAIL,
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
	{ OPT_FIELD, F_FIELD },
	{ OPT_VALUE, F_VALUE },
	{ OPT_RULE, F_RULE },
	{ OPT_APP, F_APP },
	{ OPT_ADDR, F_ADDR },
	{ OPT_GREP, F_GREP },
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
add_session(struct filter *f, const char *id)
{
	f->by_session = true;
	if (strcmp(id, "-") == 0)
		f->sessions_on_stdin = true;
	else
		words_add(&f->sessions, id);
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
parse(int argc, char *argv[], struct task *t)
{
	struct filter *f = &t->filter;
	struct output *o = &t->output;
	int c;

	while ((c = getopt_long(argc, argv, opts, longopts, NULL)) != -1)
		switch (c) {
		case 'd': t->conninfo = optarg; break;
		case 't': words_add(&f->tables, optarg); break;
		case 'k': add_key(f, optarg); break;
		case 's': f->since = optarg; break;
		case 'u': f->until = optarg; break;
		case 'a': words_add(&f->actors, optarg); break;
		case OPT_OP: add_ops(&f->ops, optarg); break;
		case OPT_SESSION: add_session(f, optarg); break;
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
		case OPT_COUNT: t->count.on = true; break;
		case OPT_BY: count_by(&t->count, optarg); break;
		case OPT_FOLLOW: t->follow.on = true; break;
		case OPT_INTERVAL: t->follow.interval = optarg; break;
		case OPT_RECONNECT: t->follow.reconnect = true; break;
		case OPT_CHECKPOINT: t->follow.checkpoint = optarg; break;
		case OPT_FROM: words_add(&f->from, optarg); break;
		case OPT_ARCHIVE: t->archive = optarg; break;
		case OPT_TRAIL: words_add(&t->trails, optarg); break;
		case 'f': t->format = optarg; break;
		case 'o': o->path = optarg; break;
		case 'q': o->quiet = true; break;
		case 'v': o->verbose = true; break;
		case 'h': tool_help(help);
		case 'V': tool_version();
		default: set_plain(f, c);
		}
	if (optind < argc && f->from.n == 0)
		tool_usage(help);
	for (; optind < argc; optind++)
		words_add(&f->from, argv[optind]);
}

/* What goes into a checkpoint's file, or comes after it, is for programs. */
static void
set_format(struct task *t)
{
	bool table = grid_wanted(t->format, t->output.path);

	if (t->follow.checkpoint == NULL) {
		if (table)
			t->output.rows = rows_new(t->follow.on);
	} else if (table && t->format != NULL)
		tool_misuse("--checkpoint with -f table: it is for programs");
}

/* Standard input is read once. */
static void
check_stdin(const struct filter *f)
{
	int i, files = 0;

	for (i = 0; i < f->from.n; i++)
		files += strcmp(f->from.v[i], "-") == 0;
	if (f->keys_on_stdin + f->sessions_on_stdin + files < 2)
		return;
	if (files == 0)
		tool_misuse("-k - with --session -: there is one stdin");
	if (files > 1)
		tool_misuse("--from - twice: there is one stdin");
	tool_misuse("--from - with %s -: there is one stdin",
	    f->keys_on_stdin ? "-k" : "--session");
}

/* What goes together */
static void
check(const struct task *t)
{
	const struct filter *f = &t->filter;
	const char *how = t->follow.on ? "--follow" : "--checkpoint";

	if (f->by_key && f->tables.n == 0)
		tool_misuse("-k needs -t: a key is a table's");
	if (f->from.n > 0 && (t->archive != NULL || t->trails.n > 0))
		tool_misuse("--from with %s: a file is no database",
		    t->archive != NULL ? "--archive" : "--trail");
	check_stdin(f);
	if (!t->follow.on &&
	    (t->follow.interval != NULL || t->follow.reconnect))
		tool_misuse("%s needs --follow",
		    t->follow.reconnect ? "--reconnect" : "--interval");
	if (!task_follows(t))
		return;
	if (f->from.n > 0)
		tool_misuse("%s with --from: what is in a file has happened",
		    how);
	if (t->archive != NULL)
		tool_misuse("%s with --archive: what is new is in the live "
			    "database first",
		    how);
	if (f->until != NULL)
		tool_misuse("%s with -u: what is to come has no end", how);
	if (f->id != NULL || f->params[F_REVERSE] != NULL)
		tool_misuse("%s with %s: events come as they commit", how,
		    f->id != NULL ? "--id" : "--reverse");
	if (t->count.on)
		tool_misuse("%s with --count: each event is printed", how);
}

/* The order in which events are found: the newest of a number are the first
 * ones from behind. */
static void
set_order(struct task *t)
{
	struct filter *f = &t->filter;

	if (filter_is_empty(f) && f->params[F_LIMIT] == NULL &&
	    !task_follows(t) && !t->count.on && t->output.path == NULL &&
	    isatty(STDOUT_FILENO)) {
		filter_set(f, F_LIMIT, NEWEST_ON_TERMINAL);
		if (!t->output.quiet)
			warnx("the newest " NEWEST_ON_TERMINAL
			      " events: -l and the filters show others");
	}
	if (f->params[F_REVERSE] == NULL)
		filter_set(f, F_REVERSE, "false");
	filter_set(f, F_NEWEST,
	    f->params[F_LIMIT] != NULL ? "true" : f->params[F_REVERSE]);
}

int
main(int argc, char *argv[])
{
	struct task t = { .conninfo = NULL };
	enum tool_status status;

	tool_start(argv[0]);
	parse(argc, argv, &t);
	check(&t);
	set_format(&t);
	set_order(&t);
	/* now, so that no transaction waits for whoever writes them */
	if (t.filter.keys_on_stdin)
		key_read(&t.filter.keys);
	if (t.filter.sessions_on_stdin)
		t.filter.bad_sessions = !sessions_read(&t.filter.sessions);

	status = task_run(&t);
	filter_free(&t.filter);
	words_free(&t.count.by);
	words_free(&t.trails);
	trails_free(&t.chosen);
	rows_free(t.output.rows);
	return status;
}
