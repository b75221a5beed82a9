/* list - */

#include <err.h>

#include "run.h"

enum tool_status
run_list(struct run *run, int argc, char *argv[])
{
	(void)run;
	(void)argc;
	(void)argv;
	warnx("list: not there yet");
	return TOOL_MISUSE;
}
