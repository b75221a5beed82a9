/* audit-seal - seal what was written, and prove it: the verbs and options */

#include "audit-seal/run.h"
#include "tool.h"
#include "verb.h"

static const char help[] =
    "usage: audit-seal [make] [--key file [--evolve | --next-key file]]\n"
    "       audit-seal keygen dir\n"
    "       audit-seal list [--trail name]... [-s time] [-u time] [-l n]\n"
    "       audit-seal verify [--trail name]... [-s time] [--pubkey file]\n"
    "               [--anchor file] [--jobs n]\n"
    "       audit-seal verify --offline file [--pubkey file] [--anchor file]\n"
    "       audit-seal export [--trail name] [-s time] [-u time] [-o file]\n"
    "       audit-seal prove [--trail name] [--hide field]... id\n"
    "       audit-seal consistency [--trail name] seal seal\n"
    "       audit-seal check-proof [--pubkey file] file\n"
    "       audit-seal status [--trail name]... [--max-lag interval]\n"
    "               [--anchor file]\n"
    "       audit-seal checkpoint --key file [--trail name] [seal]\n"
    "       audit-seal stamp --tsq file | --tsr file [--trail name] [seal]\n"
    "       audit-seal ship --to conninfo [--trail name [--fork]] [--streams n]\n"
    "               [--follow [--interval time]] [--pubkey file] "
    "[--anchor file]\n"
    "               [-n] [--erased]\n"
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
    "      --jobs N           processes that read (verify)\n"
    "      --tsa FILE         whose time stamps to trust: certificates\n"
    "      --max-lag INTERVAL\n"
    "                         the answer is no if sealing lags more\n"
    "\n"
    "prove, stamp:\n"
    "      --hide FIELD       leave a value out: actor, old.price\n"
    "      --tsq FILE         write a request for a time stamp (RFC 3161)\n"
    "      --tsr FILE         check the reply, keep it\n"
    "\n"
    "ship:\n"
    "      --to CONNINFO      the archive database\n"
    "      --trail NAME       what it calls this trail; else: which of its "
    "trails\n"
    "      --fork             begin another trail: the source was restored\n"
    "      --streams N        so many connections at once\n"
    "      --follow           go on with what is sealed from now on\n"
    "      --interval TIME    look that often (default 1 minute)\n"
    "      --erased           erase in the archive, too\n"
    "  -n, --dry-run          say what would be shipped\n"
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
	{ "erased", no_argument, NULL, OPT_ERASED },
	{ "evolve", no_argument, NULL, OPT_EVOLVE },
	{ "follow", no_argument, NULL, OPT_FOLLOW },
	{ "fork", no_argument, NULL, OPT_FORK },
	{ "hide", required_argument, NULL, OPT_HIDE },
	{ "interval", required_argument, NULL, OPT_INTERVAL },
	{ "jobs", required_argument, NULL, OPT_JOBS },
	{ "key", required_argument, NULL, OPT_KEY },
	{ "max-lag", required_argument, NULL, OPT_MAX_LAG },
	{ "next-key", required_argument, NULL, OPT_NEXT_KEY },
	{ "offline", required_argument, NULL, OPT_OFFLINE },
	{ "pubkey", required_argument, NULL, OPT_PUBKEY },
	{ "streams", required_argument, NULL, OPT_STREAMS },
	{ "to", required_argument, NULL, OPT_TO },
	{ "trail", required_argument, NULL, OPT_TRAIL },
	{ "tsa", required_argument, NULL, OPT_TSA },
	{ "tsq", required_argument, NULL, OPT_TSQ },
	{ "tsr", required_argument, NULL, OPT_TSR },
	TOOL_DRY_RUN,
	TOOL_SINCE,
	TOOL_UNTIL,
	TOOL_LIMIT,
	TOOL_FORMAT,
	TOOL_OUTPUT,
	TOOL_QUIET,
	TOOL_VERBOSE,
	TOOL_LONGOPTS,
};

/* every verb takes the options in verbs.shared, and -h and -V */
static const struct verb list[] = {
	{ "make", run_make, 0, 0, { OPT_KEY, OPT_EVOLVE, OPT_NEXT_KEY } },
	{ "keygen", run_keygen, 1, 1, { 0 } },
	{ "list", run_list, 0, 0, { OPT_TRAIL, 's', 'u', 'l', 'f' } },
	{ "verify", run_verify, 0, 0,
	    { OPT_PUBKEY, OPT_ANCHOR, OPT_OFFLINE, OPT_TSA, OPT_JOBS, OPT_TRAIL,
		's', 'f' } },
	{ "export", run_export, 0, 0, { OPT_TRAIL, 's', 'u', 'o' } },
	{ "prove", run_prove, 1, 1, { OPT_HIDE, OPT_TRAIL, 'o' } },
	{ "consistency", run_consistency, 2, 2, { OPT_TRAIL, 'o' } },
	{ "check-proof", run_check_proof, 1, 1, { OPT_PUBKEY } },
	{ "status", run_status, 0, 0,
	    { OPT_MAX_LAG, OPT_ANCHOR, OPT_TRAIL, 'f' } },
	{ "checkpoint", run_checkpoint, 0, 1, { OPT_KEY, OPT_TRAIL } },
	{ "stamp", run_stamp, 0, 1, { OPT_TSQ, OPT_TSR, OPT_TRAIL } },
	{ "ship", run_ship, 0, 0,
	    { OPT_TO, OPT_TRAIL, OPT_ERASED, OPT_FORK, OPT_STREAMS, OPT_FOLLOW,
		OPT_INTERVAL, OPT_PUBKEY, OPT_ANCHOR, 'n' } },
};

static void
keep(struct run *run, int opt, char *arg)
{
	if (opt == OPT_HIDE) {
		if (run->nhidden == RUN_HIDDEN)
			tool_misuse("--hide: too many");
		run->hidden[run->nhidden++] = arg;
	}
	if (opt == OPT_TRAIL)
		words_add(&run->named, arg);
	if (opt == OPT_JOBS)
		run->jobs = (int)tool_number("--jobs", arg, 1, 64);
	run->given[opt] = arg != NULL ? arg : "";
}

static const struct verbs verbs = {
	.v = list,
	.n = sizeof(list) / sizeof(*list),
	.implied = true,
	.help = help,
	.opts = TOOL_OPTS "s:u:l:f:o:nqv",
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
	status = verb->run(&run, argc, argv);
	db_close(run.db);
	words_free(&run.named);
	trails_free(&run.trails);
	return (int)status;
}
