/* verify - */

#include <err.h>

#include "run.h"

enum tool_status
run_verify(struct run *run, int argc, char *argv[])
{
	(void)run;
	(void)argc;
	(void)argv;
	warnx("verify: not there yet");
	return TOOL_MISUSE;
}
