/* report - not yet */

#include <err.h>

#include "run.h"

enum tool_status
run_report(struct run *run, int argc, char *argv[])
{
	(void)run;
	(void)argc;
	(void)argv;
	errx(TOOL_FAILED, "report: not yet");
}
