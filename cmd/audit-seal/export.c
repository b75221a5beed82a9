/* export - what verify needs, into a file */

#include <err.h>
#include <stdio.h>

#include "export.h"
#include "progress.h"
#include "run.h"

static enum tool_status
close_file(FILE *fp, const char *path)
{
	bool failed = ferror(fp);

	if (fclose(fp) == 0 && !failed)
		return TOOL_OK;
	warn("%s", path);
	return TOOL_FAILED;
}

enum tool_status
run_export(struct run *run, int argc, char *argv[])
{
	const struct export_how how = { .partial = false };
	FILE *fp = stdout;
	const char *path = run->given['o'];
	enum tool_status status;
	struct walk w = { .db = NULL };

	(void)argc;
	(void)argv;
	status = run_open_trails(run, WALK_NEEDS);
	if (status == TOOL_OK)
		status = run_choose_only(run);
	if (status == TOOL_OK)
		status = run_walk(run, &w, run_only(run));
	if (status == TOOL_OK && w.last == -1) {
		warnx("there is no seal");
		status = TOOL_NO;
	}
	if (status == TOOL_OK && path != NULL &&
	    (fp = fopen(path, "w")) == NULL) {
		warn("%s", path);
		status = TOOL_FAILED;
	}
	if (status == TOOL_OK) {
		progress_start("export", w.events, run->given['q'] != NULL);
		status = export_write(fp, &w, &how);
		progress_hide();
		if (path != NULL && close_file(fp, path) != TOOL_OK)
			status = TOOL_FAILED;
	}
	walk_close(&w);
	return status;
}
