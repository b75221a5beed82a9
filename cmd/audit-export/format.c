/* format - the forms that a file can have */

#include "format.h"

#include <string.h>
#include <strings.h>

#include "column.h"
#include "csv.h"
#include "exact.h"
#include "siem-alert.h"
#include "siem.h"
#include "tool.h"

static void
csv(FILE *fp, const struct job *job, struct columns *c, const struct input *in)
{
	const struct cell *cells;
	size_t n;

	columns_heads(c, &n);
	columns_begin(c, in);
	while ((cells = columns_row(c)) != NULL)
		csv_row(fp, cells, n, job->excel_safe, job->exact);
}

static void
jsonl(FILE *fp, const struct job *job, struct columns *c,
    const struct input *in)
{
	(void)c;
	if (job->exact)
		exact_write(fp, in->line.p, in->line.len);
	else
		fwrite_unlocked(in->line.p, 1, in->line.len, fp);
	putc_unlocked('\n', fp);
}

static void
ocsf(FILE *fp, const struct job *job, struct columns *c, const struct input *in)
{
	(void)c;
	ocsf_write(fp, in->event, in->at, job->exact);
}

static void
ecs(FILE *fp, const struct job *job, struct columns *c, const struct input *in)
{
	(void)c;
	ecs_write(fp, in->event, in->at, job->exact);
}

static void
cef(FILE *fp, const struct job *job, struct columns *c, const struct input *in)
{
	(void)c;
	cef_write(fp, in->event, in->at, job->exact);
}

static const struct format formats[] = {
	{ .name = "xlsx",
	    .endings = ".xlsx",
	    .rows = JOB_ROWS_FIELD,
	    .view = workbook_new },
	{ .name = "html",
	    .endings = ".html .htm",
	    .rows = JOB_ROWS_EVENT,
	    .view = page_new },
	{ .name = "csv",
	    .endings = ".csv",
	    .rows = JOB_ROWS_FIELD,
	    .head = csv_head,
	    .event = csv },
	{ .name = "jsonl",
	    .endings = ".jsonl .ndjson .json",
	    .event = jsonl,
	    .all = true },
	{ .name = "ocsf",
	    .endings = ".ocsf",
	    .event = ocsf,
	    .alert = ocsf_alert },
	{ .name = "ecs", .endings = ".ecs", .event = ecs, .alert = ecs_alert },
	{ .name = "cef", .endings = ".cef", .event = cef, .alert = cef_alert },
};
#define FORMATS (sizeof(formats) / sizeof(formats[0]))

/* Whether a name ends like one of these words; upper or lower case */
static bool
ends(const char *name, const char *endings)
{
	size_t len = strlen(name), n;
	const char *p;

	for (p = endings; *p != '\0'; p += n + strspn(p + n, " ")) {
		n = strcspn(p, " ");
		if (len > n && strncasecmp(name + len - n, p, n) == 0)
			return true;
	}
	return false;
}

const struct format *
format_find(const char *name, const char *path)
{
	const char *file;
	size_t i;

	if (name != NULL) {
		for (i = 0; i < FORMATS; i++)
			if (strcmp(formats[i].name, name) == 0)
				return &formats[i];
		tool_misuse("-f %s: no such format; there are xlsx, html, csv, "
			    "jsonl, ocsf, ecs, cef",
		    name);
	}
	if (path == NULL || strcmp(path, "-") == 0)
		tool_misuse("which format? -f xlsx, html, csv, jsonl, ocsf, "
			    "ecs or cef, or -o FILE.xlsx");
	file = strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1;
	for (i = 0; i < FORMATS; i++)
		if (ends(file, formats[i].endings))
			return &formats[i];
	tool_misuse("-o %s: its name does not tell the format; give -f", path);
}
