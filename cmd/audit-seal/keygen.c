/* keygen - */

#include <err.h>

#include "run.h"

enum tool_status
run_keygen(struct run *run, int argc, char *argv[])
{
	(void)run;
	(void)argc;
	(void)argv;
	warnx("keygen: not there yet");
	return TOOL_MISUSE;
}
