/* check-proof - */

#include <err.h>

#include "run.h"

enum tool_status
run_check_proof(struct run *run, int argc, char *argv[])
{
	(void)run;
	(void)argc;
	(void)argv;
	warnx("check-proof: not there yet");
	return TOOL_MISUSE;
}
