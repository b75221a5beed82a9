/* apply - rules from lines as list prints them */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "ddl.h"
#include "line.h"
#include "mem.h"
#include "run.h"

static enum tool_status
read_lines(struct change *c, FILE *fp, const char *name)
{
	struct line *in = line_new(fp);
	enum tool_status status = TOOL_OK;
	const char *file = name != NULL ? name : "";
	const char *colon = name != NULL ? ": " : "";
	char *place;
	int got;

	while ((got = line_next(in)) != 0) {
		if (got == -1) {
			warnx("%s%s%s", file, colon, line_error(in));
			status = TOOL_MISUSE;
			continue;
		}
		place = xasprintf("%s%sline %zu", file, colon, line_number(in));
		words_add(&c->lines, line_text(in));
		words_add(&c->places, place);
		free(place);
	}
	if (ferror(fp)) {
		warn("%s", name != NULL ? name : "standard input");
		status = TOOL_FAILED;
	}
	line_free(in);
	return status;
}

static enum tool_status
read_file(struct change *c, const char *name)
{
	enum tool_status status;
	FILE *fp;

	if (strcmp(name, "-") == 0)
		return read_lines(c, stdin, NULL);
	if ((fp = fopen(name, "r")) == NULL) {
		warn("%s", name);
		return TOOL_FAILED;
	}
	status = read_lines(c, fp, name);
	fclose(fp);
	return status;
}

/* --missing alone does not wait for a terminal's or a job's stdin. */
static enum tool_status
read_all(const struct run *run, struct change *c, int argc, char *argv[])
{
	enum tool_status one, status = TOOL_OK;
	int i;

	if (argc == 0 && run->given[OPT_MISSING] == NULL)
		status = read_file(c, "-");
	for (i = 0; i < argc && status != TOOL_FAILED; i++)
		if ((one = read_file(c, argv[i])) != TOOL_OK)
			status = one;
	/* a pipe whose other end has failed looks like this */
	if (status == TOOL_OK && c->prune && c->lines.n == 0) {
		warnx("--prune: no rule to keep; remove takes rules away");
		status = TOOL_MISUSE;
	}
	return status;
}

enum tool_status
run_apply(struct run *run, int argc, char *argv[])
{
	struct change c = { .prune = run->given[OPT_PRUNE] != NULL };
	enum tool_status status;

	status = read_all(run, &c, argc, argv);
	if (status == TOOL_OK)
		status = run_open_writer(run);
	if (status == TOOL_OK && c.lines.n > 0)
		status = change_run(run, &c);
	if (status == TOOL_OK && run->given[OPT_MISSING] != NULL)
		status = change_mend(run);
	if (status == TOOL_OK && run->given['n'] == NULL) {
		ddl_tidy(run);
		run_tidy(run);
	}
	change_free(&c);
	return status;
}
