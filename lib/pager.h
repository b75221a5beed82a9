/* pager - what goes to a terminal goes through $PAGER on the way */
#ifndef AUDIT_PAGER_H
#define AUDIT_PAGER_H

#include "tool.h"

/* If standard output is a terminal and PAGER names a program, start it and let
 * standard output lead there. LESS is set to FRX for it if it is not set: less
 * then shows colours, and leaves when all fits on one screen. Only the first
 * call counts. */
void pager_start(void);

/* If its reader quits before all is printed, the program ends at once and
 * quietly with this status; TOOL_OK if nothing is said. */
void pager_quits_with(enum tool_status);

/* Write out what there is, wait until the reader has done, and let standard
 * output lead to the terminal again. Says if the pager failed; ends the program
 * with TOOL_FAILED if there was none, for then nobody has seen anything.
 * The end of the program calls it, too. */
void pager_end(void);

#endif
