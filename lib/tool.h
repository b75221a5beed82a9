/* tool - what every tool does alike: start, shared options, help, exit codes */
#ifndef AUDIT_TOOL_H
#define AUDIT_TOOL_H

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>

enum tool_status {
	TOOL_OK = 0,	 /* done, also when nothing matched */
	TOOL_NO = 1,	 /* the answer is no, or some input lines were bad */
	TOOL_MISUSE = 2, /* called wrongly: nothing on stdout */
	TOOL_FAILED = 3	 /* the database or the system failed */
};

/* A letter means one thing in every tool. TOOL_OPTS and TOOL_LONGOPTS are
 * what each tool that talks to a database has; the latter ends the list. The
 * others are taken one by one:
 *	getopt_long(argc, argv, TOOL_OPTS "t:k:", ...)
 *	longopts[] = { TOOL_TABLE, TOOL_KEY, TOOL_LONGOPTS } */
#define TOOL_OPTS "d:" TOOL_OPTS_ALONE
#define TOOL_OPTS_ALONE "hV" /* of one that needs no database */
/* clang-format off */
#define TOOL_LONGOPTS \
	{ "db", required_argument, NULL, 'd' }, \
	TOOL_LONGOPTS_ALONE
#define TOOL_LONGOPTS_ALONE \
	{ "help", no_argument, NULL, 'h' }, \
	{ "version", no_argument, NULL, 'V' }, \
	{ NULL, 0, NULL, 0 }
#define TOOL_TABLE { "table", required_argument, NULL, 't' }
#define TOOL_KEY { "key", required_argument, NULL, 'k' }
#define TOOL_SINCE { "since", required_argument, NULL, 's' }
#define TOOL_UNTIL { "until", required_argument, NULL, 'u' }
#define TOOL_ACTOR { "actor", required_argument, NULL, 'a' }
#define TOOL_LIMIT { "limit", required_argument, NULL, 'l' }
#define TOOL_FORMAT { "format", required_argument, NULL, 'f' }
#define TOOL_OUTPUT { "output", required_argument, NULL, 'o' }
#define TOOL_DRY_RUN { "dry-run", no_argument, NULL, 'n' }
#define TOOL_YES { "yes", no_argument, NULL, 'y' }
#define TOOL_QUIET { "quiet", no_argument, NULL, 'q' }
#define TOOL_VERBOSE { "verbose", no_argument, NULL, 'v' }
/* of an archive database; these have no letter: a tool numbers them */
#define TOOL_ARCHIVE { "archive", required_argument, NULL, OPT_ARCHIVE }
#define TOOL_TRAIL { "trail", required_argument, NULL, OPT_TRAIL }
/* clang-format on */

/* The last lines of a help text. The first paragraph is the usage; an option
 * has a line of its own that begins like one of these, so that a test can
 * compare the options with the man page and the completions. */
#define TOOL_HELP                                                       \
	"  -d, --db CONNINFO      connection string or URI instead of " \
	"the environment\n" TOOL_HELP_ALONE
#define TOOL_HELP_ALONE                              \
	"  -h, --help             print this help\n" \
	"  -V, --version          print the version\n"

/* Call first, with argv[0]. From here on a failed write to stdout makes the
 * program end with TOOL_FAILED and a message. */
void tool_start(const char *argv0);

/* Each of these prints and exits. */
_Noreturn void tool_help(const char *help);	 /* all of it: stdout, 0 */
_Noreturn void tool_version(void);		 /* stdout, 0 */
_Noreturn void tool_usage(const char *help);	 /* its usage: stderr, 2 */
_Noreturn void tool_misuse(const char *fmt, ...) /* warnx(), then exit 2 */
    __attribute__((format(printf, 1, 2)));

/* The number that was given to an option; outside min..max is misuse. opt is
 * the option as the user knows it: "-l". */
long long tool_number(const char *opt, const char *arg, long long min,
    long long max);

/* Whether what is written there may have colors: it is a terminal that knows
 * them, and NO_COLOR (no-color.org) does not forbid them. */
bool tool_colors(FILE *);

/* Write out what stdout holds; if that or an earlier write failed, exit 3.
 * For long outputs: stop when nobody can get them any more. */
void tool_flush(void);

#endif
