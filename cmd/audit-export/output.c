/* output - from standard input to the file */

#include "output.h"

#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beside.h"
#include "column.h"
#include "input.h"
#include "line.h"
#include "progress.h"
#include "temp.h"

#define REPORTS 9
#define EACH 4 /* of one --report */

struct output {
	const struct format *format;
	struct job *job;
	const char *name; /* of the file, for messages */
	/* of a view */
	struct view *view;
	const struct report_ops *ops[REPORTS];
	struct report *reports[REPORTS];
	size_t n;
	/* of lines */
	FILE *fp;
	struct columns *columns;
	uint64_t alerts; /* that this format has no line for */
};

/* What --report says, and of what it consists */
static const struct {
	const char *name;
	const struct report_ops *ops[EACH];
} kinds[] = {
	{ "events",
	    { &report_overview, &report_events, &report_alerts,
		&report_sessions } },
	{ "access", { &report_access } },
	{ "compliance", { &report_compliance } },
	{ "activity", { &report_activity } },
	{ "alerts", { &report_alerts } },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void
add(struct output *o, const struct report_ops *ops)
{
	size_t i;

	for (i = 0; i < o->n; i++)
		if (o->ops[i] == ops)
			return;
	o->ops[o->n] = ops;
	o->reports[o->n++] = ops->new (o->job);
}

static void
add_named(struct output *o, const char *name)
{
	size_t i, j;

	for (i = 0; i < KINDS && strcmp(kinds[i].name, name) != 0; i++)
		;
	if (i == KINDS)
		tool_misuse("--report %s: there are events, access, "
			    "compliance, activity, alerts",
		    name);
	for (j = 0; j < EACH && kinds[i].ops[j] != NULL; j++)
		add(o, kinds[i].ops[j]);
}

static void
add_reports(struct output *o)
{
	int i;

	if (o->job->reports.n == 0)
		add_named(o, "events");
	for (i = 0; i < o->job->reports.n; i++)
		add_named(o, o->job->reports.v[i]);
	add(o, &report_about);
}

/* Hand a line to all that want it. Returns -1 after a failure, with a message.
 */
static int
put_report(struct output *o, const struct input *in)
{
	size_t i;

	for (i = 0; i < o->n; i++)
		if (o->ops[i]->line(o->reports[i], o->view, in) == -1) {
			progress_hide();
			warnx("%s", o->ops[i]->error(o->reports[i]));
			return -1;
		}
	if (o->view->error == NULL)
		return 0;
	progress_hide();
	warnx("%s: %s", o->name, o->view->error);
	return -1;
}

/* The head tells whether events name their trail, as the first one shows. */
static void
put_head(struct output *o, const struct event *first)
{
	char *wrong;

	if (o->format->head == NULL || o->columns != NULL)
		return;
	o->columns = columns_new(COLUMN_TEXT, o->job->rows, o->job->columns,
	    o->job->zone, first != NULL && json_kind(first->v[E_TRAIL]) != 'n',
	    &wrong);
	o->format->head(o->fp, o->columns);
}

static int
put_line(struct output *o, const struct input *in)
{
	const struct format *f = o->format;

	if (in->kind == INPUT_EVENT)
		put_head(o, in->event);
	if (in->kind == INPUT_EVENT || f->all)
		f->event(o->fp, o->job, o->columns, in);
	else if (in->kind == INPUT_ALERT && f->alert != NULL)
		f->alert(o->fp, in->line, in->at);
	else
		o->alerts += in->kind == INPUT_ALERT;
	if (!ferror_unlocked(o->fp))
		return 0;
	warn("%s", o->name);
	return -1;
}

static int
put(struct output *o, const struct input *in)
{
	return o->view != NULL ? put_report(o, in) : put_line(o, in);
}

/* Whoever reads along gets what there is before we wait for more. */
static void
flush_before_waiting(struct output *o, const struct line *in)
{
	if (o->view == NULL && line_waits(in))
		fflush(o->fp);
}

/* Read a line and hand it on. Returns 1; 0 if it is not understood, which has
 * been said; -1 after a failure. */
static int
take(struct output *o, struct line *lines, struct changes *changes,
    uint64_t *events)
{
	struct event e;
	struct input in = { .changes = changes };
	const char *text = line_text(lines), *wrong;

	wrong = input_read(&in, &e, text, strlen(text));
	if (wrong != NULL) {
		progress_hide();
		warnx("line %zu: %s", line_number(lines), wrong);
		return 0;
	}
	if (in.kind == INPUT_EVENT) {
		if (event_is_none(&e))
			return 1;
		if (o->format->rows != JOB_ROWS_DEFAULT)
			change_list(changes, &e);
		++*events;
	}
	return put(o, &in) == -1 ? -1 : 1;
}

static enum tool_status
read_all(struct output *o, uint64_t *events)
{
	struct line *lines = line_new(stdin);
	struct changes changes = { NULL, 0, 0 };
	int got, took = 1;

	progress_start("events", 0, o->job->quiet);
	while (took != -1 && (got = line_next(lines)) != 0) {
		if (got == -1) {
			progress_hide();
			warnx("%s", line_error(lines));
			took = 0;
		} else
			took = take(o, lines, &changes, events);
		o->job->bad += took == 0;
		progress_at(*events);
		flush_before_waiting(o, lines);
	}
	if (took != -1 && o->view != NULL)
		progress_say("writing the file");
	else
		progress_hide();
	change_free(&changes);
	line_free(lines);
	if (ferror(stdin)) {
		warn("standard input");
		return TOOL_FAILED;
	}
	if (took == -1)
		return TOOL_FAILED;
	return o->job->bad > 0 ? TOOL_NO : TOOL_OK;
}

static int
end_reports(struct output *o)
{
	size_t i;

	for (i = 0; i < o->n; i++)
		if (o->ops[i]->end(o->reports[i], o->view) == -1) {
			progress_hide();
			warnx("%s", o->ops[i]->error(o->reports[i]));
			return -1;
		}
	if (view_end(o->view) == 0)
		return 0;
	progress_hide();
	warnx("%s: %s", o->name, o->view->error);
	return -1;
}

/* Where it goes: there is no file before it is whole. */
static struct beside *
open_output(const struct output *o, const char *path)
{
	struct beside *b;
	int error;

	if (path == NULL && o->format->view != NULL && isatty(STDOUT_FILENO))
		tool_misuse("-o says which file: %s is nothing for a terminal",
		    o->format->name);
	if ((b = beside_open(path, o->format->view != NULL)) == NULL) {
		error = errno;
		if (o->format->view != NULL && access(temp_dir(), W_OK) == -1)
			warn("%s: TMPDIR %s", o->name, temp_dir());
		else {
			errno = error;
			warn("%s", o->name);
		}
		exit(TOOL_FAILED);
	}
	return b;
}

static void
begin(struct output *o, struct beside *b)
{
	size_t i;

	if (o->format->view == NULL) {
		o->fp = beside_stream(b);
		return;
	}
	o->view = o->format->view(o->job, beside_path(b));
	for (i = 0; i < o->n; i++)
		if (o->ops[i]->begin != NULL)
			o->ops[i]->begin(o->reports[i], o->view);
}

enum tool_status
output_write(const struct format *f, struct job *job, const char *path,
    uint64_t *events)
{
	struct output o = { .format = f, .job = job };
	enum tool_status status;
	struct beside *b;
	size_t i;

	o.name =
	    path == NULL || strcmp(path, "-") == 0 ? "standard output" : path;
	if (f->view != NULL)
		add_reports(&o);
	b = open_output(&o, path);
	if (isatty(STDIN_FILENO) && !job->quiet)
		warnx("reading events from the terminal; usually: audit-log | "
		      "audit-export");
	begin(&o, b);
	status = read_all(&o, events);
	if (o.view == NULL)
		put_head(&o, NULL);
	if (o.view != NULL && status != TOOL_FAILED && end_reports(&o) == -1)
		status = TOOL_FAILED;
	progress_hide();
	if (o.alerts > 0 && !job->quiet)
		warnx("%" PRIu64 " alerts are left out: %s has rows of events "
		      "alone",
		    o.alerts, f->name);
	view_free(o.view);
	for (i = 0; i < o.n; i++)
		o.ops[i]->free(o.reports[i]);
	columns_free(o.columns);
	if (status == TOOL_FAILED)
		beside_drop(b);
	else if (beside_keep(b) == -1) {
		warn("%s", o.name);
		status = TOOL_FAILED;
	}
	return status;
}
