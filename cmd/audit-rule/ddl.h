/* ddl - put triggers on the application's tables and take them away
 *
 * Each table has a transaction of its own, which waits for its locks so
 * shortly that nobody notices who has to wait behind it, and is tried again
 * until the user's time is over. */
#ifndef AUDIT_DDL_H
#define AUDIT_DDL_H

#include "run.h"
#include "words.h"

/* Tables by oid, with their names as they are printed */
struct tables {
	struct words oids, names;
};
void tables_add(struct tables *, const char *oid, const char *name);
void tables_free(struct tables *);
/* A db_row for rows of oid and name; the argument is a struct tables. */
int tables_keep(int ncols, char *const cols[], void *arg);

/* For the i-th of these tables: put its triggers right; do so, and compile its
 * rules; take away what no rule needs; or run sql, which takes its oid and a
 * number of milliseconds. They return TOOL_OK, or print what was in the way
 * and return TOOL_FAILED; the connection can be used again. */
enum tool_status ddl_hang(struct run *, const struct tables *, int i);
enum tool_status ddl_mend(struct run *, const struct tables *, int i);
enum tool_status ddl_unhang(struct run *, const struct tables *, int i);
enum tool_status ddl_run(struct run *, const struct tables *, int i,
    const char *sql, bool exclusive);

/* Take away, as far as it can be done now, the triggers that no rule needs any
 * more. What stays does nothing: a warning. */
void ddl_tidy(struct run *);

#endif
