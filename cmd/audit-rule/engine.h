/* engine - which code does capture: PL/pgSQL, or the server's module */
#ifndef AUDIT_ENGINE_H
#define AUDIT_ENGINE_H

#include <stdbool.h>

#include "run.h"

/* What --capture says, if it is one of its words. These functions return
 * TOOL_OK, or the status to end with: then they have said why. */
enum tool_status engine_read(const struct run *);
/* Make that the engine, in the transaction of init; a new trail takes the best
 * that it can have. */
enum tool_status engine_set(struct run *, bool new_trail);

#endif
