/* make - */

#include <err.h>

#include "run.h"

enum tool_status
run_make(struct run *run, int argc, char *argv[])
{
	(void)run;
	(void)argc;
	(void)argv;
	warnx("make: not there yet");
	return TOOL_MISUSE;
}
