/* add - rules from the command line */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "line.h"
#include "mem.h"
#include "run.h"

/* How an option stands in a rule's line */
static const struct {
	int opt;
	const char *key;
	enum { TEXT, LIST, YES, NO } kind;
} fields[] = {
	{ OPT_NAME, "rule", TEXT },
	{ OPT_OPS, "ops", LIST },
	{ OPT_DISABLED, "enabled", NO },
	{ OPT_GROUPS, "groups", LIST },
	{ OPT_ACTORS, "actors", LIST },
	{ OPT_EXCEPT_ACTORS, "except_actors", LIST },
	{ OPT_IGNORE, "ignore", LIST },
	{ OPT_EXCLUDE, "exclude", LIST },
	{ OPT_MASK, "mask", LIST },
	{ OPT_READ_COLUMNS, "read_columns", LIST },
	{ OPT_WHEN, "when", TEXT },
	{ OPT_LABEL, "label", TEXT },
	{ OPT_ACTOR_COLUMN, "actor_column", TEXT },
	{ OPT_RELATED, "related", YES },
	{ OPT_KEEP_BYTES, "keep_bytes", YES },
	{ OPT_REQUIRE_SESSION, "require_session", YES },
	{ OPT_ON_ERROR, "on_error", TEXT },
};

static void
put_text(FILE *fp, const char *s)
{
	line_put_string(fp, s, strlen(s));
}

/* a,b,c as ["a","b","c"] */
static void
put_list(FILE *fp, const char *list)
{
	const char *end;

	for (putc('[', fp);; list = end + 1) {
		end = list + strcspn(list, ",");
		line_put_string(fp, list, (size_t)(end - list));
		if (*end == '\0')
			break;
		putc(',', fp);
	}
	putc(']', fp);
}

static void
put_field(FILE *fp, size_t i, const char *arg)
{
	putc(',', fp);
	put_text(fp, fields[i].key);
	putc(':', fp);
	switch (fields[i].kind) {
	case TEXT: put_text(fp, arg); break;
	case LIST: put_list(fp, arg); break;
	case YES: fputs("true", fp); break;
	case NO: fputs("false", fp); break;
	}
}

/* A rule for these tables, as a line; free() it. */
static char *
make_line(const struct run *run, int n, char *const tables[])
{
	char *text = NULL;
	size_t i, size = 0;
	FILE *fp = xmemstream(&text, &size);
	int k;

	fputs("{\"table\":[", fp);
	for (k = 0; k < n; k++) {
		if (k > 0)
			putc(',', fp);
		put_text(fp, tables[k]);
	}
	putc(']', fp);
	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (run->given[fields[i].opt] != NULL)
			put_field(fp, i, run->given[fields[i].opt]);
	putc('}', fp);
	xclose(fp);
	return text;
}

/* With a name one rule for all tables, else one for each. */
enum tool_status
run_add(struct run *run, int argc, char *argv[])
{
	struct change c = { .adding = true };
	enum tool_status status;
	int i, each = run->given[OPT_NAME] != NULL ? argc : 1;
	char *line;

	for (i = 0; i < argc; i += each) {
		line = make_line(run, each, argv + i);
		words_add(&c.lines, line);
		words_add(&c.places, "");
		free(line);
	}
	status = run_open_writer(run);
	if (status == TOOL_OK)
		status = change_run(run, &c);
	if (status == TOOL_OK && run->given['n'] == NULL)
		run_tidy(run);
	change_free(&c);
	return status;
}
