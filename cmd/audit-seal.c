/* audit-seal - seal what was written, and prove it: the verbs and options */

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "audit-seal/run.h"
#include "grid.h"
#include "tool.h"

static const char help[] =
    "usage: audit-seal [make] [--key file [--evolve | --next-key file]]\n"
    "       audit-seal keygen dir\n"
    "       audit-seal list [-s time] [-u time] [-l n]\n"
    "       audit-seal verify [-s time] [--pubkey file] [--anchor file]\n"
    "       audit-seal verify --offline file [--pubkey file] [--anchor file]\n"
    "       audit-seal export [-s time] [-u time] [-o file]\n"
    "       audit-seal prove [--hide field]... id\n"
    "       audit-seal consistency seal seal\n"
    "       audit-seal check-proof [--pubkey file] file\n"
    "       audit-seal status [--max-lag interval] [--anchor file]\n"
    "       audit-seal checkpoint --key file [seal]\n"
    "       audit-seal stamp --tsq file | --tsr file [seal]\n"
    "\n"
    "Seals what was written to the trail since the last seal, prints the seal,\n"
    "and proves from it that nothing was changed, added or taken away.\n"
    "\n"
    "make, checkpoint:\n"
    "      --key FILE         sign with this private key\n"
    "      --evolve           make the next seal's key, destroy this one\n"
    "      --next-key FILE    the public key of the next seal\n"
    "\n"
    "verify, check-proof, status:\n"
    "      --pubkey FILE      the public key to trust\n"
    "      --anchor FILE      seals that were kept elsewhere\n"
    "      --offline FILE     what export wrote; - is standard input\n"
    "      --tsa FILE         whose time stamps to trust: certificates\n"
    "      --max-lag INTERVAL\n"
    "                         the answer is no if sealing lags more\n"
    "\n"
    "prove, stamp:\n"
    "      --hide FIELD       leave a value out: actor, old.price\n"
    "      --tsq FILE         write a request for a time stamp (RFC 3161)\n"
    "      --tsr FILE         check the reply, keep it\n"
    "\n"
    "all that print:\n"
    "  -s, --since TIME       from the seals of this time on\n"
    "  -u, --until TIME       to the seals before this time\n"
    "  -l, --limit N          the newest N\n"
    "  -f, --format FORMAT    json: JSON lines; table: what a terminal gets\n"
    "  -o, --output FILE      into this file instead of stdout\n"
    "  -q, --quiet            no progress on a terminal\n"
    "  -v, --verbose          say what was done\n" TOOL_HELP;

static const struct option longopts[] = {
	{ "anchor", required_argument, NULL, OPT_ANCHOR },
	{ "evolve", no_argument, NULL, OPT_EVOLVE },
	{ "hide", required_argument, NULL, OPT_HIDE },
	{ "key", required_argument, NULL, OPT_KEY },
	{ "max-lag", required_argument, NULL, OPT_MAX_LAG },
	{ "next-key", required_argument, NULL, OPT_NEXT_KEY },
	{ "offline", required_argument, NULL, OPT_OFFLINE },
	{ "pubkey", required_argument, NULL, OPT_PUBKEY },
	{ "tsa", required_argument, NULL, OPT_TSA },
	{ "tsq", required_argument, NULL, OPT_TSQ },
	{ "tsr", required_argument, NULL, OPT_TSR },
	TOOL_SINCE,
	TOOL_UNTIL,
	TOOL_LIMIT,
	TOOL_FORMAT,
	TOOL_OUTPUT,
	TOOL_QUIET,
	TOOL_VERBOSE,
	TOOL_LONGOPTS,
};

#define MAX_OPTS 10

/* -d, -h, -V, -q and -v are every verb's */
static const struct verb {
	const char *name;
	enum tool_status (*run)(struct run *, int argc, char *argv[]);
	int min, max;
	int opts[MAX_OPTS]; /* the options that it takes, ended by 0 */
} verbs[] = {
	{ "make", run_make, 0, 0, { OPT_KEY, OPT_EVOLVE, OPT_NEXT_KEY } },
	{ "keygen", run_keygen, 1, 1, { 0 } },
	{ "list", run_list, 0, 0, { 's', 'u', 'l', 'f' } },
	{ "verify", run_verify, 0, 0,
	    { OPT_PUBKEY, OPT_ANCHOR, OPT_OFFLINE, OPT_TSA, 's', 'f' } },
	{ "export", run_export, 0, 0, { 's', 'u', 'o' } },
	{ "prove", run_prove, 1, 1, { OPT_HIDE, 'o' } },
	{ "consistency", run_consistency, 2, 2, { 'o' } },
	{ "check-proof", run_check_proof, 1, 1, { OPT_PUBKEY } },
	{ "status", run_status, 0, 0, { OPT_MAX_LAG, OPT_ANCHOR, 'f' } },
	{ "checkpoint", run_checkpoint, 0, 1, { OPT_KEY } },
	{ "stamp", run_stamp, 0, 1, { OPT_TSQ, OPT_TSR } },
};

static const char *
option_name(int c)
{
	size_t i;

	for (i = 0; longopts[i].name != NULL; i++)
		if (longopts[i].val == c)
			return longopts[i].name;
	return "?";
}

static const struct verb *
find_verb(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	warnx("no such verb: %s", name);
	tool_usage(help);
}

static void
check_takes(const struct verb *verb, int c)
{
	size_t i;

	if (strchr("dqv", c) != NULL)
		return;
	for (i = 0; i < MAX_OPTS && verb->opts[i] != 0; i++)
		if (verb->opts[i] == c)
			return;
	tool_misuse("%s takes no --%s", verb->name, option_name(c));
}

static void
keep_option(struct run *run, int c, char *arg)
{
	if (c == OPT_HIDE) {
		if (run->nhidden == RUN_HIDDEN)
			tool_misuse("--hide: too many");
		run->hidden[run->nhidden++] = arg;
	}
	run->given[c] = arg != NULL ? arg : "";
}

/* Options may stand before the verb and after it. */
static const struct verb *
parse(struct run *run, int *argc, char ***argv)
{
	static const char opts[] = TOOL_OPTS "s:u:l:f:o:qv";
	const struct verb *verb;
	int c, i;

	while ((c = getopt_long(*argc, *argv, opts, longopts, NULL)) != -1)
		switch (c) {
		case 'h': tool_help(help);
		case 'V': tool_version();
		case '?': tool_usage(help);
		default: keep_option(run, c, optarg);
		}
	*argc -= optind;
	*argv += optind;
	verb = *argc == 0 ? &verbs[0] : find_verb(**argv);
	for (i = 0; i < OPT_END; i++)
		if (run->given[i] != NULL)
			check_takes(verb, i);
	if (*argc > 0) {
		--*argc;
		++*argv;
	}
	if (*argc < verb->min || *argc > verb->max)
		tool_usage(help);
	return verb;
}

int
main(int argc, char *argv[])
{
	struct run run = { .db = NULL };
	const struct verb *verb;
	enum tool_status status;

	tool_start(argv[0]);
	verb = parse(&run, &argc, &argv);
	status = verb->run(&run, argc, argv);
	db_close(run.db);
	return (int)status;
}
