/* kill - end the connections that are in a session */
#ifndef AUDIT_SESSION_KILL_H
#define AUDIT_SESSION_KILL_H

#include "run.h"

/* End those that are in one of these sessions, with the rights of the role that
 * asks, and wait until they are gone. Prints which could not be ended, and what
 * it takes. */
enum tool_status kill_backends(struct run *, const struct words *sessions);

#endif
