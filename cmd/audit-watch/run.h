/* run - from standard input to alerts on standard output */
#ifndef AUDIT_WATCH_RUN_H
#define AUDIT_WATCH_RUN_H

#include <stdbool.h>

#include "config.h"
#include "tool.h"

struct run_job {
	const struct config *config;
	const char *state; /* NULL: nothing is remembered */
	bool pass, quiet, verbose;
};

enum tool_status run(const struct run_job *);

#endif
