/* catalog - the tables that events name, as they are in a database now */
#ifndef AUDIT_CATALOG_H
#define AUDIT_CATALOG_H

#include "db.h"
#include "event.h"
#include "words.h"

struct column {
	char *name;
	char *title;	/* NULL: none */
	bool surrogate; /* the primary key, a number that says nothing */
	bool in_partition_key;
};

/* What foreign keys refer to: records, by some of their columns */
struct target {
	char *oid, *columns;
	char *rel;	/* identity in the trail; NULL: none */
	char *label;	/* the column of that name; NULL: none */
	char *find;	/* the statement that finds live rows; NULL: none */
	bool refused;	/* that one failed */
	bool by_key;	/* the columns are the primary key */
	size_t *places; /* of each of them in that */
};

struct foreign {
	size_t n;
	size_t *columns;   /* numbers of the table's */
	struct words refs; /* the columns that they refer to */
	char *oid, *schema, *table;
	struct target *to;
};

struct table {
	char *oid;
	bool partitioned;
	struct column *columns;
	size_t ncolumns;
	struct foreign *foreign;
	size_t nforeign;
	/* of a link table, whose rows are two foreign keys and no more: who has
	 * the set, what is in it, and its name; else NULL */
	const struct foreign *owner, *other;
	char *set;
};

struct catalog;

/* What may be asked. A trail that is not there, or none of ours, knows no
 * names. */
struct catalog *catalog_new(struct db *, bool trail, bool names);
void catalog_free(struct catalog *); /* accepts NULL */

/* The table that an event names, or NULL: none that is there. id is the
 * event's, NULL if it has none. Returns 0, or -1 with db_error() set. What is
 * found lasts until catalog_forget(). */
int catalog_find(struct catalog *, const struct event *, const char *id,
    const struct table **);
/* How many tables it holds */
size_t catalog_size(const struct catalog *);
void catalog_forget(struct catalog *);

/* The number of a column, the table's count if it has none of this name */
size_t catalog_column(const struct table *, struct json name);

#endif
