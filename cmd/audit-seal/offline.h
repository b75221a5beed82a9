/* offline - verify what export wrote, without a database */
#ifndef AUDIT_SEAL_OFFLINE_H
#define AUDIT_SEAL_OFFLINE_H

#include "checker.h"
#include "run.h"

/* Verify the file of --offline. Returns the status to end with. */
enum tool_status offline_verify(struct run *, struct checker_begin *,
    struct findings *);

#endif
