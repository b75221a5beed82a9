/* audit-diff - show which fields the events on stdin change */

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit-diff/format.h"
#include "audit-diff/names.h"
#include "audit-diff/net.h"
#include "audit-diff/script.h"
#include "line.h"
#include "tool.h"

static const char help[] =
    "usage: audit-diff [-hV] [-d conninfo] [--names] [--titles] [-f format]\n"
    "                  [-o file] [--net]\n"
    "\n"
    "Reads events, as audit-log prints them, and shows each changed field.\n"
    "\n"
    "  -f, --format FORMAT    text: for people, default on a terminal;\n"
    "                         json: a JSON line a field, default elsewhere;\n"
    "                         html: a page;\n"
    "                         sql: a script that undoes the events; with -d,\n"
    "                         its statements written out\n"
    "      --names            say what foreign keys refer to, as a database "
    "knows it\n"
    "      --titles           columns by their comments in a database\n"
    "  -o, --output FILE      into this file instead of stdout\n"
    "      --net              what each record went through, as one change\n" TOOL_HELP;

enum { OPT_NET = 256, OPT_NAMES, OPT_TITLES };

static const char opts[] = TOOL_OPTS "f:o:";
static const struct option longopts[] = {
	{ "names", no_argument, NULL, OPT_NAMES },
	{ "titles", no_argument, NULL, OPT_TITLES },
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
flush_before_waiting(const struct show *s, const struct line *in)
{
	if ((line_waits(in) && fflush(s->fp) == EOF) || ferror_unlocked(s->fp))
		write_failed(s->path);
}

static void
show_event(const struct format *f, struct show *s, const struct event *e)
{
	change_list(&s->changes, e);
	f->event(s, e, &s->changes);
	s->events++;
}

/* Who gets what a database had something to say of */
struct sink {
	const struct format *format;
	struct show *show;
};

static void
show_named(const struct event *e, const struct changes *c, void *arg)
{
	struct sink *k = arg;

	k->format->event(k->show, e, c);
	k->show->events++;
}

/* Show an event or, where a database is asked, have it shown. */
static int
put_event(const struct format *f, struct show *s, struct names *names,
    const struct event *e)
{
	if (names != NULL)
		return names_put(names, e);
	show_event(f, s, e);
	return 0;
}

/* Now that all have been read. */
static enum tool_status
show_net(const struct format *f, struct show *s, struct names *names,
    struct net *net, enum tool_status status)
{
	struct event e;
	int got;

	while ((got = net_next(net, &e)) == 1) {
		if (put_event(f, s, names, &e) == -1)
			return status;
		if (ferror_unlocked(s->fp))
			write_failed(s->path);
	}
	if (got == 0)
		return status;
	warnx("%s", net_error(net));
	return TOOL_FAILED;
}

/* What was kept back. */
static enum tool_status
end_names(struct names *names, enum tool_status status)
{
	if (names == NULL ||
	    (names_error(names) == NULL && names_flush(names) == 0))
		return status;
	warnx("%s", names_error(names));
	return TOOL_FAILED;
}

/* names: NULL, or what asks a database; net: NULL, or what each record went
 * through is asked for. */
static enum tool_status
show_all(const struct format *f, struct show *s, struct names *names,
    struct net *net)
{
	struct line *in = line_new(stdin);
	enum tool_status status = TOOL_OK;
	struct one_trail trail = { false, NULL };
	struct event e;
	const char *wrong;
	bool mixed = false;
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
		if (names != NULL &&
		    !one_trail(&trail, &e, line_number(in),
			"what a column refers to")) {
			mixed = true;
			break;
		}
		if (net == NULL) {
			if (put_event(f, s, names, &e) == -1 ||
			    (names != NULL && line_waits(in) &&
				names_flush(names) == -1))
				break;
			flush_before_waiting(s, in);
		} else if (net_add(net, &e, line_text(in),
			       strlen(line_text(in))) == -1)
			break;
	}
	if (ferror(stdin)) {
		warn("standard input");
		status = TOOL_FAILED;
	}
	line_free(in);
	one_trail_free(&trail);
	if (mixed)
		status = TOOL_NO;
	else if (net != NULL && status != TOOL_FAILED)
		status = show_net(f, s, names, net, status);
	status = end_names(names, status);
	if (f->end != NULL && (names == NULL || names_error(names) == NULL))
		f->end(s);
	change_free(&s->changes);
	return status;
}

/* Before anything is written. */
static struct names *
open_names(const char *conninfo, struct sink *k)
{
	struct names *n;

	if (!k->show->names && !k->show->titles)
		return NULL;
	n = names_open(conninfo, k->show->names, k->show->titles, show_named,
	    k);
	if (names_error(n) != NULL)
		errx(TOOL_FAILED, "%s", names_error(n));
	return n;
}

/* What goes together */
static void
check(const struct show *s, bool sql, bool net, const char *conninfo)
{
	if (conninfo != NULL && !sql && !s->names && !s->titles)
		tool_misuse("-d goes with --names, --titles and -f sql");
	if (sql && net)
		tool_misuse("--net: undo goes event by event");
	if (sql && (s->names || s->titles))
		tool_misuse("--%s: a script has none",
		    s->names ? "names" : "titles");
}

int
main(int argc, char *argv[])
{
	const struct format *format = NULL;
	struct show s = { .fp = stdout };
	struct sink sink = { NULL, &s };
	const char *conninfo = NULL;
	struct names *names;
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
		case OPT_NAMES: s.names = true; break;
		case OPT_TITLES: s.titles = true; break;
		case OPT_NET: want_net = true; break;
		case 'h': tool_help(help);
		case 'V': tool_version();
		default: tool_usage(help);
		}
	if (optind < argc)
		tool_usage(help);
	check(&s, format == &format_sql, want_net, conninfo);
	names = open_names(conninfo, &sink);
	if (s.path != NULL && (s.fp = fopen(s.path, "w")) == NULL)
		write_failed(s.path);
	s.color = tool_colors(s.fp);
	if (format == NULL)
		format = isatty(fileno(s.fp)) ? &format_text : &format_json;
	sink.format = format;
	net = want_net ? net_new() : NULL;
	status = format == &format_sql ? sql_undo(&s, conninfo)
				       : show_all(format, &s, names, net);
	net_free(net);
	names_close(names);
	if (s.path != NULL && fclose(s.fp) == EOF)
		write_failed(s.path);
	return status;
}
