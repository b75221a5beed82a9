/* find - which sessions the user means */
#ifndef AUDIT_SESSION_FIND_H
#define AUDIT_SESSION_FIND_H

#include "run.h"

/* The ids of the sessions that were named, by themselves or by how they begin,
 * in that order. TOOL_OK, or the status to end with: then it has said which
 * there are not. */
enum tool_status find_sessions(struct run *, int argc, char *argv[],
    struct words *ids);

#endif
