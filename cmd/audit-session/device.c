/* device - what user agents say, a line each; for pipes */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "grid.h"
#include "json.h"
#include "line.h"
#include "mem.h"
#include "pager.h"
#include "run.h"

#define REMEMBERED 10000 /* agents that may come again */

/* What reads the lines and shows them */
struct reading {
	struct devices *devices;
	struct grid *grid; /* NULL: as JSON lines */
	FILE *fp;
	const char *file; /* NULL: standard input */
	enum tool_status status;
};

/* A line: the agent as it came, in JSON, and what it means */
struct asked {
	struct json agent;
	char *text, *hints; /* NULL: none */
};

static void
bad(struct reading *r, const struct line *in, const char *why)
{
	if (r->file != NULL)
		warnx("%s: line %zu: %s", r->file, line_number(in), why);
	else
		warnx("line %zu: %s", line_number(in), why);
	r->status = TOOL_NO;
}

/* {"user_agent": ..., "client_hints": {...}}: NULL, or what is wrong with it */
static const char *
read_object(struct asked *a, const char *text)
{
	struct json whole, hints = { NULL, 0 }, key, value;
	struct json_iter i;
	const char *wrong;
	size_t where, len;

	*a = (struct asked){ { NULL, 0 }, NULL, NULL };
	wrong = json_parse(&whole, text, strlen(text), &where);
	if (wrong != NULL)
		return wrong;
	json_begin(&i, whole);
	while (json_next(&i, &key, &value))
		if (json_says(key, "user_agent"))
			a->agent = value;
		else if (json_says(key, "client_hints"))
			hints = value;
	if (a->agent.p == NULL)
		return "no \"user_agent\" field";
	if (strchr("\"n", json_kind(a->agent)) == NULL)
		return "\"user_agent\" is not a string";
	if (strchr("{n", json_kind(hints)) == NULL)
		return "\"client_hints\" is not an object";
	if (json_kind(a->agent) == '"')
		a->text = json_text(a->agent, &len);
	if (json_kind(hints) == '{')
		a->hints = xstrndup(hints.p, hints.len);
	return NULL;
}

static void
put_line(const struct device *d, const char *text, const struct json *agent)
{
	fputs("{\"user_agent\":", stdout);
	if (agent == NULL)
		line_put_string(stdout, text, strlen(text));
	else
		fwrite(agent->p, 1, agent->len, stdout);
	putchar(',');
	device_put(stdout, d);
	puts("}");
}

/* "Firefox 125.0"; free() it */
static char *
versioned(const char *name, const char *version)
{
	if (name == NULL)
		return NULL;
	return version == NULL ? xstrdup(name)
			       : xasprintf("%s %s", name, version);
}

static void
put_row(struct reading *r, const struct device *d, const char *text)
{
	char *texts[] = { versioned(d->browser, d->browser_version),
		versioned(d->os, d->os_version), (char *)d->device,
		(char *)d->type, (char *)text };

	grid_row(r->grid, texts, NULL);
	free(texts[0]);
	free(texts[1]);
}

static void
read_line(struct reading *r, const struct line *in)
{
	const char *text = line_text(in), *wrong;
	struct asked a = { { NULL, 0 }, NULL, NULL };
	const struct device *d;
	bool object = *text == '{';

	if (object && (wrong = read_object(&a, text)) != NULL) {
		bad(r, in, wrong);
		return;
	}
	devices_forget(r->devices, REMEMBERED);
	d = devices_get(r->devices, object ? a.text : text, a.hints);
	if (r->grid != NULL)
		put_row(r, d, object ? a.text : text);
	else
		put_line(d, text, object ? &a.agent : NULL);
	free(a.text);
	free(a.hints);
}

/* Whoever reads along waits for what there is before we wait for more. */
static void
flush_before_waiting(const struct reading *r, const struct line *in)
{
	if (r->grid == NULL && (line_waits(in) || ferror_unlocked(stdout)))
		tool_flush();
}

static void
read_lines(struct reading *r)
{
	struct line *in = line_new(r->fp);
	int got;

	while ((got = line_next(in)) != 0) {
		if (got == 1)
			read_line(r, in);
		else if (r->file != NULL)
			warnx("%s: %s", r->file, line_error(in));
		else
			warnx("%s", line_error(in));
		if (got == -1)
			r->status = TOOL_NO;
		flush_before_waiting(r, in);
	}
	line_free(in);
}

/* false: it cannot be read. */
static bool
read_file(struct reading *r, const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0, good;

	r->fp = is_stdin ? stdin : fopen(path, "re");
	r->file = is_stdin ? NULL : path;
	if (r->fp != NULL)
		read_lines(r);
	good = r->fp != NULL && !ferror(r->fp);
	if (!good)
		warn("%s", is_stdin ? "standard input" : path);
	if (!is_stdin && r->fp != NULL)
		fclose(r->fp);
	return good;
}

enum tool_status
run_device(struct run *run, int argc, char *argv[])
{
	static const struct grid_column columns[] = {
		{ "BROWSER", 14, 40, GRID_CUT },
		{ "OS", 10, 30, GRID_CUT },
		{ "DEVICE", 10, 30, GRID_CUT },
		{ "TYPE", 7, 0, GRID_CUT },
		{ "AGENT", 20, 0, GRID_CUT },
	};
	struct reading r = { .status = TOOL_OK };
	bool good = true;
	char *why;
	int i;

	r.devices = devices_new(run->given[OPT_REGEXES], &why);
	if (r.devices == NULL)
		tool_misuse("--regexes: %s", why);
	if (run->table)
		r.grid = grid_new(stdout, sizeof(columns) / sizeof(*columns),
		    columns, true);
	if (argc == 0)
		good = read_file(&r, "-");
	for (i = 0; i < argc && good; i++)
		good = read_file(&r, argv[i]);
	grid_free(r.grid);
	pager_end();
	devices_free(r.devices);
	return good ? r.status : TOOL_FAILED;
}
