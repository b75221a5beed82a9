/* export - what verify needs, as lines: seals, leaves and events */
#ifndef AUDIT_EXPORT_H
#define AUDIT_EXPORT_H

#include <stdio.h>

#include "walk.h"

/* Write what the walk comes by. Returns TOOL_OK, or the status to end with:
 * then it has said why. Whether the file took it all is left to see. */
enum tool_status export_write(FILE *, struct walk *);

#endif
