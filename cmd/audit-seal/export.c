/* export - */

#include <err.h>

#include "run.h"

enum tool_status
run_export(struct run *run, int argc, char *argv[])
{
	(void)run;
	(void)argc;
	(void)argv;
	warnx("export: not there yet");
	return TOOL_MISUSE;
}
