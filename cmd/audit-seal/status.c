/* status - */

#include <err.h>

#include "run.h"

enum tool_status
run_status(struct run *run, int argc, char *argv[])
{
	(void)run;
	(void)argc;
	(void)argv;
	warnx("status: not there yet");
	return TOOL_MISUSE;
}
