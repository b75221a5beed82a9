/* audit-ingest - bring what the server's log tells into the trail */

#include <err.h>
#include <string.h>

#include "audit-ingest/run.h"
#include "tool.h"

static const char help[] =
    "usage: audit-ingest [-nqv] [-d conninfo] [--system name]\n"
    "                    [--database name]... [--statement] [--form form]\n"
    "                    [--follow dir | --server [--wait] | file...]\n"
    "\n"
    "Reads the server's log, jsonlog or csvlog, and stores the reads, logins and\n"
    "refusals that it tells of as events.\n"
    "\n"
    "      --follow DIR       the log files in this directory, on and on\n"
    "      --server           the log files of the server, through SQL\n"
    "      --wait             with --server: on and on\n"
    "      --form FORM        json or csv, where it cannot be seen\n"
    "      --system NAME      the log is of this server, not the trail's own\n"
    "      --database NAME    events of this database; *: of all\n"
    "      --statement        keep statements and their parameters\n"
    "  -n, --dry-run          print the events, store nothing\n"
    "  -q, --quiet            say nothing but what is wrong\n"
    "  -v, --verbose          say what was done\n" TOOL_HELP;

enum {
	OPT_DATABASE = 256,
	OPT_FOLLOW,
	OPT_FORM,
	OPT_SERVER,
	OPT_STATEMENT,
	OPT_SYSTEM,
	OPT_WAIT
};

static const struct option longopts[] = {
	{ "database", required_argument, NULL, OPT_DATABASE },
	{ "follow", required_argument, NULL, OPT_FOLLOW },
	{ "form", required_argument, NULL, OPT_FORM },
	{ "server", no_argument, NULL, OPT_SERVER },
	{ "statement", no_argument, NULL, OPT_STATEMENT },
	{ "system", required_argument, NULL, OPT_SYSTEM },
	{ "wait", no_argument, NULL, OPT_WAIT },
	TOOL_DRY_RUN,
	TOOL_QUIET,
	TOOL_VERBOSE,
	TOOL_LONGOPTS,
};

static enum record_form
form(const char *name)
{
	if (strcmp(name, "json") == 0)
		return RECORD_JSON;
	if (strcmp(name, "csv") == 0)
		return RECORD_CSV;
	tool_misuse("--form %s: the forms are json and csv", name);
}

static void
parse(int argc, char *argv[], struct run *run)
{
	int c;

	while ((c = getopt_long(argc, argv, TOOL_OPTS "nqv", longopts, NULL)) !=
	    -1)
		switch (c) {
		case OPT_DATABASE: words_add(&run->databases, optarg); break;
		case OPT_FOLLOW: run->follow = optarg; break;
		case OPT_FORM: run->form = form(optarg); break;
		case OPT_SERVER: run->server = true; break;
		case OPT_STATEMENT: run->want.statement = true; break;
		case OPT_SYSTEM: run->system = optarg; break;
		case OPT_WAIT: run->wait = true; break;
		case 'd':
			run->conninfo = optarg;
			run->asks = true;
			break;
		case 'n': run->dry = true; break;
		case 'q': run->quiet = true; break;
		case 'v': run->verbose = true; break;
		case 'h': tool_help(help);
		case 'V': tool_version();
		default: tool_usage(help);
		}
	run->n = argc - optind;
	run->files = argv + optind;
}

static void
check(const struct run *run)
{
	int sources = (run->follow != NULL) + run->server + (run->n > 0);

	if (sources > 1)
		tool_misuse("one of --follow, --server and files");
	if (run->wait && !run->server)
		tool_misuse("--wait goes with --server");
	if (run->system != NULL && *run->system == '\0')
		tool_misuse("--system: a name is needed");
}

int
main(int argc, char *argv[])
{
	struct run run = { .form = RECORD_UNKNOWN };
	enum tool_status status;

	tool_start(argv[0]);
	parse(argc, argv, &run);
	check(&run);
	if (run.n == 1 && strcmp(run.files[0], "-") == 0)
		run.n = 0;
	status = run_log(&run);
	words_free(&run.databases);
	return (int)status;
}
