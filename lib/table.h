/* table - which tables of the trail the user means */
#ifndef AUDIT_TABLE_H
#define AUDIT_TABLE_H

#include <stdbool.h>

#include "db.h"
#include "tool.h"
#include "words.h"

/* One table whose events may match */
struct table {
	char *rel;     /* its identity */
	char *oid;     /* the live table that was named, NULL for none */
	char *root;    /* where it is now; NULL: it is gone */
	char *columns; /* its key's, as an array; NULL: none */
	char *find;    /* the statement that finds records by their keys */
};

/* What one or several -t mean; starts as zeros */
struct tables {
	struct table *v;
	int n;
	struct words whole; /* identities; the other tables only by name */
	struct words schemas, tables; /* names, as patterns of LIKE, in pairs */
	bool anywhere; /* the names may stand in events of no table in v */
	/* Not NULL: a name that the trail does not know is none, but what to
	 * say of it is added there; likewise of a table without a key. */
	struct words *unknown;
};

/* These work in a transaction with a savepoint, see typed.h. They print what is
 * wrong and return TOOL_OK, or the status to end with. */

/* Add what -t NAME means. */
enum tool_status table_find(struct tables *, struct db *, const char *name);
/* The same for one that has or had a rule, no pattern, as audit-purge may ask
 * without seeing an event. */
enum tool_status table_named(struct tables *, struct db *, const char *name);
/* Look up the tables' keys; that none has one is misuse. */
enum tool_status table_find_keys(struct tables *, struct db *);
void table_free(struct tables *);

#endif
