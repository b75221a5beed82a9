/* output - from standard input to the file */
#ifndef AUDIT_EXPORT_OUTPUT_H
#define AUDIT_EXPORT_OUTPUT_H

#include "format.h"
#include "tool.h"

/* Write all of it; path NULL or "-" is standard output. Prints what is wrong
 * and returns the status to end with: TOOL_NO if there were lines that are not
 * understood, TOOL_FAILED: there is no file. *events: how many there were. */
enum tool_status output_write(const struct format *, struct job *,
    const char *path, uint64_t *events);

#endif
