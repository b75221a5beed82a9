/* audit-rule - say what is audited: the verbs and their options */

#include <stdlib.h>

#include "audit-rule/run.h"
#include "grid.h"
#include "tool.h"
#include "verb.h"

static const char help[] =
    "usage: audit-rule init [--capture engine] [--event-trigger] [--seal-key file]\n"
    "       audit-rule init --archive\n"
    "       audit-rule add [options] table...\n"
    "       audit-rule plan [options] table...\n"
    "       audit-rule plan --archive [--events-a-day n]\n"
    "       audit-rule list\n"
    "       audit-rule show rule|table...\n"
    "       audit-rule enable|disable|remove rule...\n"
    "       audit-rule apply [-n] [--prune] [--missing] [file...]\n"
    "       audit-rule skip --why text table...\n"
    "       audit-rule check [--all] [--summary]\n"
    "       audit-rule grant [-n] [-t table,...] [role kind]\n"
    "       audit-rule revoke [-n] role kind\n"
    "       audit-rule uninstall [-n] [-y] [--drop-trail]\n"
    "\n"
    "Says what is audited. A table is what SQL takes; * makes a pattern.\n"
    "Lists are separated by commas. plan says what add would cost, and takes\n"
    "its --ops, --exclude, --mask, --label, --related and --keep-bytes.\n"
    "A kind is app, reader, auditor, operator, ingester, sealer, purger or\n"
    "admin; in an archive database auditor, shipper or admin. grant alone lists\n"
    "who was granted what.\n"
    "\n"
    "init:\n"
    "      --archive          an archive database, see audit-archive(7)\n"
    "      --capture ENGINE   native: by a module of the server; portable: by\n"
    "                         PL/pgSQL; auto: native where that can be\n"
    "      --event-trigger    cover new tables at once, record DDL\n"
    "      --seal-key FILE    the public key of the first signed seal\n"
    "\n"
    "plan:\n"
    "      --archive          what an archive database of this trail would need\n"
    "      --events-a-day N   or one of so many events\n"
    "\n"
    "add:\n"
    "      --name RULE        one rule of this name for all these tables\n"
    "      --ops OP,...       insert, update, delete, truncate, which is the\n"
    "                         default; and read, by way of pgaudit\n"
    "      --groups GROUP,... only what members of these groups do\n"
    "      --actors NAME,...  only what these users do\n"
    "      --except-actors NAME,...\n"
    "                         not what these users do\n"
    "      --ignore COLUMN,...\n"
    "                         a change of these alone is none\n"
    "      --exclude COLUMN,...\n"
    "                         never store these\n"
    "      --mask COLUMN,...  store only that these changed\n"
    "      --read-columns COLUMN,...\n"
    "                         read: only of these\n"
    "      --when SQL         only rows for which this is true\n"
    "      --label COLUMN     what people call a record\n"
    "      --actor-column COLUMN\n"
    "                         holds the user, if the application says none\n"
    "      --related          the tables that reference these, too\n"
    "      --keep-bytes       store bytea columns whole\n"
    "      --require-session  refuse what is not done in a live session\n"
    "      --on-error MODE    fail: no change without its event; or warn\n"
    "      --disabled         do not enable it yet\n"
    "\n"
    "apply, skip, check, uninstall:\n"
    "      --prune            remove the rules that are not among the lines\n"
    "      --missing          mend what check found\n"
    "      --why TEXT         why this table is left out\n"
    "      --all              tables without a rule, too\n"
    "      --summary          a last line that says how many holes there are\n"
    "      --drop-trail       drop the events and schema audit as well\n"
    "\n"
    "grant:\n"
    "  -t, --table TABLE,...  a reader: only the events of these tables\n"
    "\n"
    "all that change tables or print:\n"
    "      --wait INTERVAL    for a table's lock; default: 2 s\n"
    "  -f, --format FORMAT    json: JSON lines; table: what a terminal gets\n"
    "  -n, --dry-run          only print what would be done\n"
    "  -v, --verbose          say what was done\n"
    "  -y, --yes              do not ask\n" TOOL_HELP;

static const struct option longopts[] = {
	{ "actor-column", required_argument, NULL, OPT_ACTOR_COLUMN },
	{ "actors", required_argument, NULL, OPT_ACTORS },
	{ "all", no_argument, NULL, OPT_ALL },
	{ "archive", no_argument, NULL, OPT_ARCHIVE },
	{ "capture", required_argument, NULL, OPT_CAPTURE },
	{ "summary", no_argument, NULL, OPT_SUMMARY },
	{ "disabled", no_argument, NULL, OPT_DISABLED },
	{ "drop-trail", no_argument, NULL, OPT_DROP_TRAIL },
	{ "event-trigger", no_argument, NULL, OPT_EVENT_TRIGGER },
	{ "events-a-day", required_argument, NULL, OPT_EVENTS_A_DAY },
	{ "except-actors", required_argument, NULL, OPT_EXCEPT_ACTORS },
	{ "exclude", required_argument, NULL, OPT_EXCLUDE },
	{ "groups", required_argument, NULL, OPT_GROUPS },
	{ "ignore", required_argument, NULL, OPT_IGNORE },
	{ "keep-bytes", no_argument, NULL, OPT_KEEP_BYTES },
	{ "label", required_argument, NULL, OPT_LABEL },
	{ "mask", required_argument, NULL, OPT_MASK },
	{ "missing", no_argument, NULL, OPT_MISSING },
	{ "name", required_argument, NULL, OPT_NAME },
	{ "on-error", required_argument, NULL, OPT_ON_ERROR },
	{ "ops", required_argument, NULL, OPT_OPS },
	{ "prune", no_argument, NULL, OPT_PRUNE },
	{ "read-columns", required_argument, NULL, OPT_READ_COLUMNS },
	{ "related", no_argument, NULL, OPT_RELATED },
	{ "require-session", no_argument, NULL, OPT_REQUIRE_SESSION },
	{ "seal-key", required_argument, NULL, OPT_SEAL_KEY },
	{ "wait", required_argument, NULL, OPT_WAIT },
	{ "when", required_argument, NULL, OPT_WHEN },
	{ "why", required_argument, NULL, OPT_WHY },
	TOOL_FORMAT,
	TOOL_TABLE,
	TOOL_DRY_RUN,
	TOOL_YES,
	TOOL_VERBOSE,
	TOOL_LONGOPTS,
};

/* every verb takes the options in verbs.shared, and -h and -V */
static const struct verb list[] = {
	{ "init", run_init, 0, 0,
	    { OPT_ARCHIVE, OPT_CAPTURE, OPT_EVENT_TRIGGER, OPT_SEAL_KEY } },
	{ "add", run_add, 1, -1,
	    { OPT_NAME, OPT_OPS, OPT_GROUPS, OPT_ACTORS, OPT_EXCEPT_ACTORS,
		OPT_IGNORE, OPT_EXCLUDE, OPT_MASK, OPT_READ_COLUMNS, OPT_WHEN,
		OPT_LABEL, OPT_ACTOR_COLUMN, OPT_RELATED, OPT_KEEP_BYTES,
		OPT_REQUIRE_SESSION, OPT_ON_ERROR, OPT_DISABLED, OPT_WAIT,
		'n' } },
	{ "plan", run_plan, 0, -1,
	    { OPT_ARCHIVE, OPT_EVENTS_A_DAY, OPT_OPS, OPT_EXCLUDE, OPT_MASK,
		OPT_LABEL, OPT_RELATED, OPT_KEEP_BYTES, 'f' } },
	{ "list", run_list, 0, 0, { 'f' } },
	{ "show", run_show, 1, -1, { 'f' } },
	{ "enable", run_enable, 1, -1, { OPT_WAIT } },
	{ "disable", run_disable, 1, -1, { OPT_WAIT } },
	{ "remove", run_remove, 1, -1, { OPT_WAIT } },
	{ "apply", run_apply, 0, -1,
	    { OPT_PRUNE, OPT_MISSING, OPT_WAIT, 'n' } },
	{ "skip", run_skip, 1, -1, { OPT_WHY, OPT_WAIT } },
	{ "check", run_check, 0, 0, { OPT_ALL, OPT_SUMMARY, 'f' } },
	{ "grant", run_grant, 0, 2, { 't', 'f', 'n' } },
	{ "revoke", run_revoke, 2, 2, { 'n' } },
	{ "uninstall", run_uninstall, 0, 0,
	    { OPT_DROP_TRAIL, OPT_WAIT, 'n', 'y' } },
};

static void
keep(struct run *run, int opt, char *arg)
{
	if (opt == 't')
		words_add(&run->tables, arg);
	run->given[opt] = arg != NULL ? arg : "";
}

static const struct verbs verbs = {
	.v = list,
	.n = sizeof(list) / sizeof(*list),
	.help = help,
	.opts = TOOL_OPTS "f:nt:vy",
	.longopts = longopts,
	.shared = "dv",
	.keep = keep,
};

int
main(int argc, char *argv[])
{
	struct run run = { .db = NULL };
	const struct verb *verb;
	enum tool_status status;

	tool_start(argv[0]);
	verb = verb_parse(&verbs, &run, &argc, &argv);
	run.table = grid_wanted(run.given['f'], NULL);
	status = verb->run(&run, argc, argv);
	db_close(run.db);
	words_free(&run.tables);
	free(run.owner);
	return (int)status;
}
