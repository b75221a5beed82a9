/* audit-export - the events on stdin as a workbook, a page or in other forms */

#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit-export/column.h"
#include "audit-export/format.h"
#include "audit-export/input.h"
#include "audit-export/output.h"
#include "line.h"
#include "mem.h"
#include "tool.h"
#include "zone.h"

static const char help[] =
    "usage: audit-export [-hqvV] [-f format] [-o file] [--report report,...]\n"
    "                    [--rows field|event] [--columns column,...]\n"
    "                    [--tz zone] [--theme theme] [--title text]\n"
    "                    [--logo file] [--note text]\n"
    "                    [--sensitive table.column,...] [--exact]\n"
    "                    [--excel-safe]\n"
    "\n"
    "Makes a report of the events on stdin, as audit-log prints them. Lines\n"
    "of audit-seal, audit-rule, audit-session, audit-purge and audit-watch\n"
    "may be among them.\n"
    "\n"
    "  -f, --format FORMAT    xlsx, html, csv, jsonl, ocsf, ecs or cef;\n"
    "                         default: as the file's name ends\n"
    "  -o, --output FILE      into this file instead of stdout\n"
    "      --report REPORT,...\n"
    "                         of xlsx and html: events, the default; access,\n"
    "                         compliance, activity, alerts\n"
    "      --rows ROWS        a row a changed field: field, default of xlsx\n"
    "                         and csv; a row an event: event, that of html\n"
    "      --columns COLUMN,...\n"
    "                         these columns of the events\n"
    "      --tz ZONE          show times in this zone\n"
    "      --theme THEME      colours: light, dark, blue, green,\n"
    "                         high-contrast, colour-blind; or a file\n"
    "      --title TEXT       at the head of the report\n"
    "      --logo FILE        a picture at its head, PNG or JPEG\n"
    "      --note TEXT        what was asked for, to be kept with it\n"
    "      --sensitive TABLE.COLUMN,...\n"
    "                         of report access: the columns to watch\n"
    "      --exact            numbers that a double cannot hold as strings\n"
    "      --excel-safe       of csv: nothing that Excel takes for a "
    "formula\n"
    "  -q, --quiet            no remarks on stderr\n"
    "  -v, --verbose          say how many events there were\n" TOOL_HELP_ALONE;

enum {
	OPT_REPORT = 256,
	OPT_ROWS,
	OPT_COLUMNS,
	OPT_TZ,
	OPT_THEME,
	OPT_TITLE,
	OPT_LOGO,
	OPT_NOTE,
	OPT_SENSITIVE,
	OPT_EXACT,
	OPT_EXCEL_SAFE
};

static const char opts[] = TOOL_OPTS_ALONE "f:o:qv";
static const struct option longopts[] = {
	TOOL_FORMAT,
	TOOL_OUTPUT,
	{ "report", required_argument, NULL, OPT_REPORT },
	{ "rows", required_argument, NULL, OPT_ROWS },
	{ "columns", required_argument, NULL, OPT_COLUMNS },
	{ "tz", required_argument, NULL, OPT_TZ },
	{ "theme", required_argument, NULL, OPT_THEME },
	{ "title", required_argument, NULL, OPT_TITLE },
	{ "logo", required_argument, NULL, OPT_LOGO },
	{ "note", required_argument, NULL, OPT_NOTE },
	{ "sensitive", required_argument, NULL, OPT_SENSITIVE },
	{ "exact", no_argument, NULL, OPT_EXACT },
	{ "excel-safe", no_argument, NULL, OPT_EXCEL_SAFE },
	TOOL_QUIET,
	TOOL_VERBOSE,
	TOOL_LONGOPTS_ALONE,
};

/* What was asked for, before it has been looked at */
struct asked {
	const char *format, *output, *rows, *zone, *theme, *logo;
	bool verbose;
	struct theme *own; /* of a file */
	struct logo picture;
	char *found; /* the system's zone */
};

/* a,b,c as words */
static void
add_words(struct words *w, const char *opt, const char *list)
{
	const char *p;
	char *word;
	size_t len;

	for (p = list;; p += len + 1) {
		if ((len = strcspn(p, ",")) == 0)
			tool_misuse("%s %s: a name is missing", opt, list);
		word = xstrndup(p, len);
		words_add(w, word);
		free(word);
		if (p[len] == '\0')
			return;
	}
}

static void
choose_theme(struct job *job, struct asked *a)
{
	const char *name = a->theme == NULL ? "light" : a->theme;
	char *wrong;
	FILE *fp;

	job->theme = theme_find(name);
	job->theme_given = a->theme != NULL;
	if (job->theme != NULL)
		return;
	if (strchr(name, '/') == NULL && strchr(name, '.') == NULL)
		tool_misuse("--theme %s: no such theme; there are %s, or a "
			    "file's name",
		    name, theme_names());
	if ((fp = fopen(name, "r")) == NULL)
		tool_misuse("--theme %s: %s", name, strerror(errno));
	wrong = theme_read(&a->own, fp);
	fclose(fp);
	if (wrong != NULL)
		tool_misuse("--theme %s: %s", name, wrong);
	job->theme = a->own;
}

static void
choose_logo(struct job *job, struct asked *a)
{
	const char *wrong;

	if (a->logo == NULL)
		return;
	if ((wrong = logo_read(&a->picture, a->logo)) != NULL)
		tool_misuse("--logo %s: %s", a->logo, wrong);
	job->logo = &a->picture;
}

/* PGTZ, TZ or the system's zone, as the other tools have it */
static void
choose_zone(struct job *job, struct asked *a)
{
	const char *said = "--tz", *name = a->zone;

	if (name == NULL && (name = getenv("PGTZ")) != NULL)
		said = *name == '\0' ? NULL : "PGTZ";
	if (name == NULL || *name == '\0')
		name = a->found = zone_name(&said);
	if (name == NULL)
		name = "UTC";
	if (!zone_use(name)) {
		if (said != NULL)
			tool_misuse("%s %s: no such time zone", said, name);
		name = "UTC";
		zone_use(name);
	}
	/* as Debian calls it where nobody chose a zone */
	job->zone = strcmp(name, "Etc/UTC") == 0 ? "UTC" : name;
}

static void
choose_rows(struct job *job, const struct asked *a, const struct format *f)
{
	job->rows = f->rows;
	if (a->rows == NULL)
		return;
	if (f->rows == JOB_ROWS_DEFAULT)
		tool_misuse("--rows goes with xlsx, html and csv");
	if (strcmp(a->rows, "field") == 0)
		job->rows = JOB_ROWS_FIELD;
	else if (strcmp(a->rows, "event") == 0)
		job->rows = JOB_ROWS_EVENT;
	else
		tool_misuse("--rows %s: it is field or event", a->rows);
}

static bool
has_word(const struct words *w, const char *word)
{
	int i;

	for (i = 0; i < w->n; i++)
		if (strcmp(w->v[i], word) == 0)
			return true;
	return false;
}

/* What goes together */
static void
check(const struct job *job, const struct asked *a, const struct format *f)
{
	enum column_use use = f->view == NULL ? COLUMN_TEXT
	    : job->page			      ? COLUMN_PAGE
					      : COLUMN_BOOK;
	struct columns *c;
	char *wrong;
	int i;

	if (a->output != NULL && *a->output == '\0')
		tool_misuse("-o: a file's name is missing");
	if (job->columns != NULL && f->rows == JOB_ROWS_DEFAULT)
		tool_misuse("--columns goes with xlsx, html and csv");
	if (f->view == NULL && job->reports.n > 0)
		tool_misuse("--report goes with xlsx and html");
	if (f->view == NULL &&
	    (a->theme != NULL || job->title != NULL || a->logo != NULL ||
		job->note != NULL))
		tool_misuse("--theme, --title, --logo and --note go with xlsx "
			    "and html");
	for (i = 0; i < job->sensitive.n; i++)
		if (strchr(job->sensitive.v[i], '.') == NULL)
			tool_misuse("--sensitive %s: it is TABLE.COLUMN",
			    job->sensitive.v[i]);
	if (job->sensitive.n > 0 && !has_word(&job->reports, "access"))
		tool_misuse("--sensitive goes with --report access");
	if (job->exact && f->view != NULL)
		tool_misuse("--exact goes with formats for programs");
	if (job->excel_safe && (f->view != NULL || f->head == NULL))
		tool_misuse("--excel-safe goes with csv");
	if (f->rows == JOB_ROWS_DEFAULT)
		return;
	c = columns_new(use, job->rows, job->columns, job->zone, false, &wrong);
	if (c == NULL)
		tool_misuse("--columns: %s", wrong);
	columns_free(c);
}

static void
parse(int argc, char *argv[], struct job *job, struct asked *a)
{
	int c;

	while ((c = getopt_long(argc, argv, opts, longopts, NULL)) != -1)
		switch (c) {
		case 'f': a->format = optarg; break;
		case 'o': a->output = optarg; break;
		case OPT_REPORT:
			add_words(&job->reports, "--report", optarg);
			break;
		case OPT_ROWS: a->rows = optarg; break;
		case OPT_COLUMNS: job->columns = optarg; break;
		case OPT_TZ: a->zone = optarg; break;
		case OPT_THEME: a->theme = optarg; break;
		case OPT_TITLE: job->title = optarg; break;
		case OPT_LOGO: a->logo = optarg; break;
		case OPT_NOTE: job->note = optarg; break;
		case OPT_SENSITIVE:
			add_words(&job->sensitive, "--sensitive", optarg);
			break;
		case OPT_EXACT: job->exact = true; break;
		case OPT_EXCEL_SAFE: job->excel_safe = true; break;
		case 'q': job->quiet = true; break;
		case 'v': a->verbose = true; break;
		case 'h': tool_help(help);
		case 'V': tool_version();
		default: tool_usage(help);
		}
	if (optind < argc)
		tool_usage(help);
}

int
main(int argc, char *argv[])
{
	const struct format *format;
	struct asked asked = { .format = NULL };
	struct job job = { .rows = JOB_ROWS_DEFAULT };
	enum tool_status status;
	uint64_t events = 0;

	tool_start(argv[0]);
	parse(argc, argv, &job, &asked);
	format = format_find(asked.format, asked.output);
	job.page = format->view == page_new;
	choose_zone(&job, &asked);
	choose_theme(&job, &asked);
	choose_rows(&job, &asked, format);
	check(&job, &asked, format);
	choose_logo(&job, &asked);
	if (job.title == NULL)
		job.title = "Audit trail";
	status = output_write(format, &job, asked.output, &events);
	if (asked.verbose && status != TOOL_FAILED)
		warnx("%" PRIu64 " events", events);
	theme_free(asked.own);
	free(asked.picture.bytes);
	free(asked.found);
	words_free(&job.reports);
	words_free(&job.sensitive);
	return status;
}
