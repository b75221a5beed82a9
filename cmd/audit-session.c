/* audit-session - who is logged in, was, and may be: the verbs and options */

#include "audit-session/run.h"
#include "grid.h"
#include "tool.h"
#include "verb.h"

static const char help[] =
    "usage: audit-session open -a actor [--addr address] [--user-agent text]\n"
    "                 [--groups group,...] [--details json]\n"
    "       audit-session use|touch|close < token\n"
    "       audit-session list [--open] [-a actor]... [-s time] [-u time]\n"
    "                 [--addr network] [-l n]\n"
    "       audit-session show session...\n"
    "       audit-session who\n"
    "       audit-session block [--why text] [--kill] [-a actor]... "
    "[session...]\n"
    "       audit-session unblock [--why text] [-a actor]... [session...]\n"
    "       audit-session expire [-n]\n"
    "       audit-session policy [list]\n"
    "       audit-session policy [--group group] [--idle interval]\n"
    "                 [--max-age interval] [--max-per-actor n]\n"
    "                 [--on-limit refuse|replace]\n"
    "       audit-session policy unset [--group group]\n"
    "       audit-session device [--regexes file] [file...]\n"
    "\n"
    "Says who is logged in to the application, who was, and who may be.\n"
    "A session is its id, or the beginning of one that fits no other; the\n"
    "token, which lets in whoever has it, is read from stdin.\n"
    "block and unblock without arguments print the actors who are blocked;\n"
    "device says what user agents mean, a line each.\n"
    "\n"
    "open:\n"
    "      --addr ADDRESS     the user's address; list: from this network\n"
    "      --user-agent TEXT  what his browser says of itself\n"
    "      --groups GROUP,... what he is a member of\n"
    "      --details JSON     an object of whatever else is to be kept\n"
    "\n"
    "list:\n"
    "      --open             only those that have not ended\n"
    "  -s, --since TIME       that were open at this time or later\n"
    "  -u, --until TIME       that were opened before this time\n"
    "  -l, --limit N          only the newest N\n"
    "\n"
    "block, unblock, expire:\n"
    "      --why TEXT         the reason, for the trail\n"
    "      --kill             end the database connections that use them, too\n"
    "  -n, --dry-run          only print what would be closed\n"
    "\n"
    "policy:\n"
    "      --group GROUP      for the members of this group, not for all\n"
    "      --idle INTERVAL    how long a session may be unused; or none\n"
    "      --max-age INTERVAL how long it may last; or none\n"
    "      --max-per-actor N  how many an actor may have open; or none\n"
    "      --on-limit HOW     refuse the newest, replace the oldest; or none\n"
    "\n"
    "common:\n"
    "  -a, --actor ACTOR      of this user of the application\n"
    "      --regexes FILE     newer rules of uap-core, to tell browsers by\n"
    "  -f, --format FORMAT    json: JSON lines; table: what a terminal gets\n"
    "  -q, --quiet            no remarks on stderr\n"
    "  -v, --verbose          say what was done\n" TOOL_HELP;

static const struct option longopts[] = {
	{ "addr", required_argument, NULL, OPT_ADDR },
	{ "details", required_argument, NULL, OPT_DETAILS },
	{ "group", required_argument, NULL, OPT_GROUP },
	{ "groups", required_argument, NULL, OPT_GROUPS },
	{ "idle", required_argument, NULL, OPT_IDLE },
	{ "kill", no_argument, NULL, OPT_KILL },
	{ "max-age", required_argument, NULL, OPT_MAX_AGE },
	{ "max-per-actor", required_argument, NULL, OPT_MAX_PER_ACTOR },
	{ "on-limit", required_argument, NULL, OPT_ON_LIMIT },
	{ "open", no_argument, NULL, OPT_OPEN },
	{ "regexes", required_argument, NULL, OPT_REGEXES },
	{ "user-agent", required_argument, NULL, OPT_USER_AGENT },
	{ "why", required_argument, NULL, OPT_WHY },
	TOOL_ACTOR,
	TOOL_SINCE,
	TOOL_UNTIL,
	TOOL_LIMIT,
	TOOL_FORMAT,
	TOOL_DRY_RUN,
	TOOL_QUIET,
	TOOL_VERBOSE,
	TOOL_LONGOPTS,
};

/* every verb takes the options in verbs.shared, and -h and -V */
static const struct verb list[] = {
	{ "open", run_open, 0, 0,
	    { 'a', OPT_ADDR, OPT_USER_AGENT, OPT_GROUPS, OPT_DETAILS } },
	{ "use", run_use, 0, -1, { 0 } },
	{ "touch", run_use, 0, -1, { 0 } },
	{ "close", run_close, 0, -1, { 0 } },
	{ "list", run_list, 0, 0,
	    { OPT_OPEN, 'a', 's', 'u', 'l', OPT_ADDR, OPT_REGEXES, 'f' } },
	{ "show", run_show, 1, -1, { OPT_REGEXES, 'f' } },
	{ "who", run_who, 0, 0, { OPT_REGEXES, 'f' } },
	{ "block", run_block, 0, -1, { OPT_WHY, OPT_KILL, 'a', 'f' } },
	{ "unblock", run_unblock, 0, -1, { OPT_WHY, 'a', 'f' } },
	{ "expire", run_expire, 0, 0, { 'n' } },
	{ "policy", run_policy, 0, 1,
	    { OPT_GROUP, OPT_IDLE, OPT_MAX_AGE, OPT_MAX_PER_ACTOR, OPT_ON_LIMIT,
		'f' } },
	{ "device", run_device, 0, -1, { OPT_REGEXES, 'f' } },
};

static void
keep(struct run *run, int opt, char *arg)
{
	if (opt == 'a')
		words_add(&run->actors, arg);
	run->given[opt] = arg != NULL ? arg : "";
}

static const struct verbs verbs = {
	.v = list,
	.n = sizeof(list) / sizeof(*list),
	.help = help,
	.opts = TOOL_OPTS "a:s:u:l:f:nqv",
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
	words_free(&run.actors);
	return (int)status;
}
