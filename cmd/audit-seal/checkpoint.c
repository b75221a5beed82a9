/* checkpoint - */

#include <err.h>

#include "run.h"

enum tool_status
run_checkpoint(struct run *run, int argc, char *argv[])
{
	(void)run;
	(void)argc;
	(void)argv;
	warnx("checkpoint: not there yet");
	return TOOL_MISUSE;
}
