/* print - lists as JSON lines, or as a table */
#ifndef AUDIT_PURGE_PRINT_H
#define AUDIT_PURGE_PRINT_H

#include "grid.h"
#include "run.h"

/* For db_query(): the row's first column is a line. arg: a bool that becomes
 * true, or NULL. */
int print_line(int ncols, char *const cols[], void *arg);

/* Print what a query without parameters gives as lines; or, as a table, what
 * another one gives, whose parameter is the time zone. The name of a column
 * that ends with " (" gets the zone's. In a transaction that only reads. */
enum tool_status print_list(struct run *, const char *lines, const char *rows,
    int n, const struct grid_column columns[]);

#endif
