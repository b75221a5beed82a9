/* audit-watch - events in, alerts out */

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audit-watch/config.h"
#include "audit-watch/run.h"
#include "tool.h"
#include "zone.h"

static const char help[] =
    "usage: audit-watch [-hqvV] [--config file] [--state file] [--pass]\n"
    "                   [--sensitive table.column,...] [--defaults]\n"
    "\n"
    "Prints an alert, a JSON line, for each suspicious pattern in the events\n"
    "on stdin, as audit-log prints them.\n"
    "\n"
    "      --config FILE      what differs from the defaults, as JSON\n"
    "      --defaults         print all that can be configured, as it is\n"
    "      --state FILE       remember in this file what has been learned\n"
    "      --pass             print the events, too, each before its alert\n"
    "      --sensitive TABLE.COLUMN,...\n"
    "                         columns that nobody should touch unnoticed\n"
    "  -q, --quiet            no remarks on stderr\n"
    "  -v, --verbose          say how many events and alerts there were\n" TOOL_HELP_ALONE;

enum { OPT_CONFIG = 256, OPT_DEFAULTS, OPT_STATE, OPT_PASS, OPT_SENSITIVE };

static const char opts[] = TOOL_OPTS_ALONE "qv";
static const struct option longopts[] = {
	{ "config", required_argument, NULL, OPT_CONFIG },
	{ "defaults", no_argument, NULL, OPT_DEFAULTS },
	{ "state", required_argument, NULL, OPT_STATE },
	{ "pass", no_argument, NULL, OPT_PASS },
	{ "sensitive", required_argument, NULL, OPT_SENSITIVE },
	TOOL_QUIET,
	TOOL_VERBOSE,
	TOOL_LONGOPTS_ALONE,
};

static void
read_config(struct config *config, const char *path)
{
	char *wrong;
	FILE *fp;

	if ((fp = fopen(path, "r")) == NULL)
		tool_misuse("--config %s: %s", path, strerror(errno));
	wrong = config_read(config, fp);
	fclose(fp);
	if (wrong != NULL)
		tool_misuse("--config %s: %s", path, wrong);
}

/* a.b,c.d */
static void
add_sensitive(struct config *config, const char *list)
{
	char *copy = strdup(list), *rest = copy, *one;

	while (copy != NULL && (one = strsep(&rest, ",")) != NULL) {
		if (strchr(one, '.') == NULL || *one == '.' ||
		    one[strlen(one) - 1] == '.')
			tool_misuse("--sensitive %s: it is TABLE.COLUMN", one);
		words_add(&config->sensitive, one);
	}
	free(copy);
}

/* The configured zone, else PGTZ, TZ or the system's, as the other tools */
static void
choose_zone(const struct config *config)
{
	const char *said = NULL, *pgtz = getenv("PGTZ");
	char *found = NULL;

	if (config->zone != NULL)
		return; /* reading it has used it */
	if (pgtz == NULL || *pgtz == '\0')
		found = zone_name(&said);
	if (!zone_use(found != NULL ? found : pgtz != NULL ? pgtz : "UTC")) {
		if (found == NULL || said != NULL)
			tool_misuse("%s %s: no such time zone",
			    found == NULL ? "PGTZ" : said,
			    found == NULL ? pgtz : found);
		zone_use("UTC");
	}
	free(found);
}

int
main(int argc, char *argv[])
{
	struct config *config = config_new();
	struct run_job job = { .config = config };
	const char *path = NULL;
	enum tool_status status = TOOL_OK;
	bool defaults = false;
	int c;

	tool_start(argv[0]);
	while ((c = getopt_long(argc, argv, opts, longopts, NULL)) != -1)
		switch (c) {
		case OPT_CONFIG: path = optarg; break;
		case OPT_DEFAULTS: defaults = true; break;
		case OPT_STATE: job.state = optarg; break;
		case OPT_PASS: job.pass = true; break;
		case OPT_SENSITIVE: add_sensitive(config, optarg); break;
		case 'q': job.quiet = true; break;
		case 'v': job.verbose = true; break;
		case 'h': tool_help(help);
		case 'V': tool_version();
		default: tool_usage(help);
		}
	if (optind < argc)
		tool_usage(help);
	if (path != NULL)
		read_config(config, path);
	choose_zone(config);
	if (defaults)
		config_write(stdout, config);
	else
		status = run(&job);
	config_free(config);
	return status;
}
