/* sessions - which sessions the user means, on standard input */
#ifndef AUDIT_LOG_SESSIONS_H
#define AUDIT_LOG_SESSIONS_H

#include <stdbool.h>

#include "words.h"

/* Add those on stdin, one a line: an id, or an object that has one as
 * "session", such as an event. Says which lines are neither; false: there was
 * such a line. Reading may fail: exits then. */
bool sessions_read(struct words *);

#endif
