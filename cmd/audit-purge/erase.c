/* erase - not yet */

#include <err.h>

#include "run.h"

enum tool_status
run_erase(struct run *run, int argc, char *argv[])
{
	(void)run;
	(void)argc;
	(void)argv;
	errx(TOOL_FAILED, "erase: not yet");
}
