/* audit-diff - show which fields the events on stdin change */

#include <err.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit-diff/format.h"
#include "audit-diff/net.h"
#include "audit-diff/sql.h"
#include "line.h"
#include "tool.h"

static const char help[] =
    "usage: audit-diff [-hV] [-d conninfo] [-f format] [-o file] [--net]\n"
    "\n"
    "Reads events, as audit-log prints them, and shows each changed field.\n"
    "\n"
    "  -f, --format FORMAT    text: for people, default on a terminal;\n"
    "                         json: a JSON line a field, default elsewhere;\n"
    "                         html: a page;\n"
    "                         sql: a script that undoes the events; with -d,\n"
    "                         its statements written out\n"
    "  -o, --output FILE      into this file instead of stdout\n"
    "      --net              what each record went through, as one change\n" TOOL_HELP;

enum { OPT_NET = 256 };

static const char opts[] = TOOL_OPTS "f:o:";
static const struct option longopts[] = {
	TOOL_FORMAT,
	TOOL_OUTPUT,
	{ "net", no_argument, NULL, OPT_NET },
	TOOL_LONGOPTS,
};

static const struct format *const formats[] = {
	&format_text,
	&format_json,
	&format_html,
	&format_sql,
	NULL,
};

static const struct format *
find_format(const char *name)
{
	const struct format *const *f;

	for (f = formats; *f != NULL; f++)
		if (strcmp((*f)->name, name) == 0)
			return *f;
	tool_misuse("-f %s: no such format", name);
}

/* Nobody gets what comes after a failed write. */
static _Noreturn void
write_failed(const char *path)
{
	warn("%s", path == NULL ? "standard output" : path);
	_exit(TOOL_FAILED);
}

/* Whoever reads along waits for what there is before we wait for more. */
static void
flush_before_waiting(const struct show *s)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };

	if ((poll(&in, 1, 0) == 0 && fflush(s->fp) == EOF) ||
	    ferror_unlocked(s->fp))
		write_failed(s->path);
}

static void
show_event(const struct format *f, struct show *s, const struct event *e)
{
	change_list(&s->changes, e);
	f->event(s, e, &s->changes);
	s->events++;
}

/* Now that all have been read. */
static enum tool_status
show_net(const struct format *f, struct show *s, struct net *net,
    enum tool_status status)
{
	struct event e;
	int got;

	while ((got = net_next(net, &e)) == 1) {
		show_event(f, s, &e);
		if (ferror_unlocked(s->fp))
			write_failed(s->path);
	}
	if (got == 0)
		return status;
	warnx("%s", net_error(net));
	return TOOL_FAILED;
}

/* net: NULL, or what each record went through is asked for. */
static enum tool_status
show_all(const struct format *f, struct show *s, struct net *net)
{
	struct line *in = line_new(stdin);
	enum tool_status status = TOOL_OK;
	struct event e;
	const char *wrong;
	int got;

	if (f->begin != NULL)
		f->begin(s);
	while ((got = line_next(in)) != 0) {
		wrong = got == -1
		    ? NULL
		    : event_read(&e, line_text(in), strlen(line_text(in)));
		if (got == -1)
			warnx("%s", line_error(in));
		else if (wrong != NULL)
			warnx("line %zu: %s", line_number(in), wrong);
		if (got == -1 || wrong != NULL) {
			status = TOOL_NO;
			continue;
		}
		if (event_is_none(&e))
			continue;
		if (net == NULL) {
			show_event(f, s, &e);
			flush_before_waiting(s);
		} else if (net_add(net, &e, line_text(in),
			       strlen(line_text(in))) == -1)
			break;
	}
	if (ferror(stdin)) {
		warn("standard input");
		status = TOOL_FAILED;
	}
	line_free(in);
	if (net != NULL && status != TOOL_FAILED)
		status = show_net(f, s, net, status);
	if (f->end != NULL)
		f->end(s);
	change_free(&s->changes);
	return status;
}

int
main(int argc, char *argv[])
{
	const struct format *format = NULL;
	struct show s = { .fp = stdout };
	const char *conninfo = NULL;
	struct net *net;
	bool want_net = false;
	enum tool_status status;
	int c;

	tool_start(argv[0]);
	while ((c = getopt_long(argc, argv, opts, longopts, NULL)) != -1)
		switch (c) {
		case 'd': conninfo = optarg; break;
		case 'f': format = find_format(optarg); break;
		case 'o': s.path = optarg; break;
		case OPT_NET: want_net = true; break;
		case 'h': tool_help(help);
		case 'V': tool_version();
		default: tool_usage(help);
		}
	if (optind < argc)
		tool_usage(help);
	if (conninfo != NULL && format != &format_sql)
		tool_misuse("-d goes with -f sql");
	if (want_net && format == &format_sql)
		tool_misuse("--net: undo goes event by event");
	if (s.path != NULL && (s.fp = fopen(s.path, "w")) == NULL)
		write_failed(s.path);
	s.color = tool_colors(s.fp);
	if (format == NULL)
		format = isatty(fileno(s.fp)) ? &format_text : &format_json;
	net = want_net ? net_new() : NULL;
	status = format == &format_sql ? sql_undo(&s, conninfo)
				       : show_all(format, &s, net);
	net_free(net);
	if (s.path != NULL && fclose(s.fp) == EOF)
		write_failed(s.path);
	return status;
}
