/* script - the script that undoes the events */
#ifndef AUDIT_DIFF_SCRIPT_H
#define AUDIT_DIFF_SCRIPT_H

#include "format.h"
#include "tool.h"

/* Read the events on stdin and write the script. conninfo says where to look
 * up types, NULL: nowhere, the script does it. Nothing is written unless all of
 * them can be undone. */
enum tool_status sql_undo(const struct show *, const char *conninfo);

#endif
