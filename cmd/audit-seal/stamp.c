/* stamp - */

#include <err.h>

#include "run.h"

enum tool_status
run_stamp(struct run *run, int argc, char *argv[])
{
	(void)run;
	(void)argc;
	(void)argv;
	warnx("stamp: not there yet");
	return TOOL_MISUSE;
}
