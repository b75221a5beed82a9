/* prove - */

#include <err.h>

#include "run.h"

enum tool_status
run_prove(struct run *run, int argc, char *argv[])
{
	(void)run;
	(void)argc;
	(void)argv;
	warnx("prove: not there yet");
	return TOOL_MISUSE;
}
