/* audit-purge - what must be kept, and what must go: the verbs and options */

#include "audit-purge/run.h"
#include "grid.h"
#include "tool.h"
#include "verb.h"

static const char help[] =
    "usage: audit-purge policy [list]\n"
    "       audit-purge policy set [-t table]... [--op op,...]\n"
    "                 --keep interval\n"
    "       audit-purge policy unset [-t table]... [--op op,...]\n"
    "       audit-purge policy set --require-approval\n"
    "       audit-purge policy unset --require-approval [--act id]\n"
    "       audit-purge run [-ny] [--archive dir] [--unsealed | --shipped]\n"
    "                 [--wait interval]\n"
    "                 [--before time -t table... [--op op,...]]\n"
    "                 [--prepare]\n"
    "       audit-purge run [-ny] [--archive dir] [--wait interval] --act id\n"
    "       audit-purge hold [list]\n"
    "       audit-purge hold add [-t table [-k key [--related]]] [-a actor]\n"
    "                 [--session id] [-s time] [-u time] --why text\n"
    "       audit-purge hold release hold... [--why text]\n"
    "       audit-purge erase [-ny] -t table -k key [--fields column,...]\n"
    "                 [--with what,...] [--related] --why text\n"
    "                 [--archive dir] [--prepare]\n"
    "       audit-purge erase [-ny] -a actor --why text [--archive dir]\n"
    "                 [--prepare]\n"
    "       audit-purge erase [-ny] [--archive dir] --act id\n"
    "       audit-purge report -a actor\n"
    "       audit-purge report -t table -k key [--related]\n"
    "       audit-purge approve [act]\n"
    "\n"
    "Removes what no policy keeps any more, holds what must stay, and erases\n"
    "personal data; the proof of what remains stays whole. Nothing goes\n"
    "without -y, or a yes at a terminal.\n"
    "\n"
    "policy, run:\n"
    "  -t, --table TABLE      of this table; * makes a pattern\n"
    "      --op OP,...        of these kinds: insert, update, login, ...\n"
    "      --keep INTERVAL    how long events are kept\n"
    "      --require-approval no act without another role's approval\n"
    "      --before TIME      what happened before this time\n"
    "      --unsealed         also what no seal covers\n"
    "      --shipped          only what an archive database has verified\n"
    "      --archive DIR      write it there first; erase: there, too\n"
    "      --prepare          only prepare the act, for approve\n"
    "      --act ACT          carry out the act that was approved\n"
    "      --wait INTERVAL    for months that are in use; default: 1 min\n"
    "  -n, --dry-run          only print what would go\n"
    "  -y, --yes              do not ask\n"
    "\n"
    "hold, erase, report:\n"
    "  -k, --key KEY          the record with this key\n"
    "      --related          and what belongs to it\n"
    "  -a, --actor ACTOR      of this user of the application\n"
    "      --session ID       of this session\n"
    "  -s, --since TIME       from this time on\n"
    "  -u, --until TIME       before this time\n"
    "      --fields COLUMN,... the values of these columns alone\n"
    "      --with WHAT,...    and of the events: key, reason, actor, ...\n"
    "      --why TEXT         the reason, for the trail\n"
    "\n"
    "common:\n"
    "  -f, --format FORMAT    json: JSON lines; table: what a terminal gets\n"
    "  -q, --quiet            no remarks on stderr\n"
    "  -v, --verbose          say what was done\n" TOOL_HELP;

static const struct option longopts[] = {
	{ "act", required_argument, NULL, OPT_ACT },
	{ "archive", required_argument, NULL, OPT_ARCHIVE },
	{ "before", required_argument, NULL, OPT_BEFORE },
	{ "fields", required_argument, NULL, OPT_FIELDS },
	{ "keep", required_argument, NULL, OPT_KEEP },
	{ "op", required_argument, NULL, OPT_OP },
	{ "prepare", no_argument, NULL, OPT_PREPARE },
	{ "related", no_argument, NULL, OPT_RELATED },
	{ "require-approval", no_argument, NULL, OPT_REQUIRE_APPROVAL },
	{ "session", required_argument, NULL, OPT_SESSION },
	{ "shipped", no_argument, NULL, OPT_SHIPPED },
	{ "unsealed", no_argument, NULL, OPT_UNSEALED },
	{ "wait", required_argument, NULL, OPT_WAIT },
	{ "why", required_argument, NULL, OPT_WHY },
	{ "with", required_argument, NULL, OPT_WITH },
	TOOL_TABLE,
	TOOL_KEY,
	TOOL_ACTOR,
	TOOL_SINCE,
	TOOL_UNTIL,
	TOOL_FORMAT,
	TOOL_DRY_RUN,
	TOOL_YES,
	TOOL_QUIET,
	TOOL_VERBOSE,
	TOOL_LONGOPTS,
};

/* every verb takes the options in verbs.shared, and -h and -V */
static const struct verb list[] = {
	{ "policy", run_policy, 0, 1,
	    { 't', OPT_OP, OPT_KEEP, OPT_REQUIRE_APPROVAL, OPT_ACT, 'f' } },
	{ "run", run_run, 0, 0,
	    { 'n', 'y', OPT_BEFORE, 't', OPT_OP, OPT_UNSEALED, OPT_SHIPPED,
		OPT_ARCHIVE, OPT_WAIT, OPT_PREPARE, OPT_ACT, 'f' } },
	{ "hold", run_hold, 0, -1,
	    { 't', 'k', OPT_RELATED, 'a', OPT_SESSION, 's', 'u', OPT_WHY,
		'f' } },
	{ "erase", run_erase, 0, 0,
	    { 'n', 'y', 't', 'k', 'a', OPT_FIELDS, OPT_WITH, OPT_RELATED,
		OPT_WHY, OPT_ARCHIVE, OPT_PREPARE, OPT_ACT } },
	{ "report", run_report, 0, 0, { 't', 'k', 'a', OPT_RELATED } },
	{ "approve", run_approve, 0, 1, { 'f' } },
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
	.opts = TOOL_OPTS "t:k:a:s:u:f:nyqv",
	.longopts = longopts,
	.shared = "dqv",
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
	return (int)status;
}
