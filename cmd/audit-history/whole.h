/* whole - a whole table as it was */
#ifndef AUDIT_WHOLE_H
#define AUDIT_WHOLE_H

#include <stdbool.h>
#include <stdio.h>

#include "db.h"
#include "table.h"
#include "tool.h"

/* Print the table as it was before the event with the id bound: a row a line,
 * as the trail writes rows, in no order. It runs in a transaction that reads
 * one snapshot, and leaves it with settings of its own. name is what the user
 * calls the table. exact: numbers that a double does not hold become strings.
 * Says what is wrong or missing; TOOL_NO: it was not audited then, or rows are
 * missing or incomplete, printed all the same; quiet leaves remarks out. open()
 * is asked where to print, not before it is clear that there is something. */
typedef FILE *whole_open(void *arg);
enum tool_status whole_print(struct db *, const struct tables *,
    const char *name, const char *bound, whole_open *, void *arg, bool exact,
    bool quiet);

#endif
