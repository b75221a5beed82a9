/* progress - how far something is, on a terminal's last line
 *
 * It goes to standard error, and only where that is a terminal. */
#ifndef AUDIT_PROGRESS_H
#define AUDIT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* Begin: so many steps make the whole, 0: nobody knows. */
void progress_start(const char *what, uint64_t whole, bool quiet);
/* So many are done. To be called often: it looks at the clock now and then. */
void progress_at(uint64_t done);
/* The last step, of which nobody knows how long it takes: "writing". */
void progress_say(const char *what);
/* Take it away: before something else is printed, and at the end. */
void progress_hide(void);

#endif
