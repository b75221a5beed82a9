/* consistency - */

#include <err.h>

#include "run.h"

enum tool_status
run_consistency(struct run *run, int argc, char *argv[])
{
	(void)run;
	(void)argc;
	(void)argv;
	warnx("consistency: not there yet");
	return TOOL_MISUSE;
}
