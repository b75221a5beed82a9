/* offline - verify what export wrote, without a database */
#ifndef AUDIT_OFFLINE_H
#define AUDIT_OFFLINE_H

#include <stdio.h>

#include "checker.h"
#include "tool.h"

/* Verify a file, - being standard input; quiet: no progress. What begin->chain
 * says is freed is freed. Returns the status to end with. */
enum tool_status offline_verify(const char *path, struct checker_begin *,
    struct findings *, bool quiet);
/* The same of a stream, which stays open; name is for messages. */
enum tool_status offline_read(FILE *, const char *name, struct checker_begin *,
    struct findings *, bool quiet);

#endif
