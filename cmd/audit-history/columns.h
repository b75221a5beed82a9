/* columns - which columns a table had when, and which is which
 *
 * A column is itself, not its name: it has a number here, under all the names
 * that it has had. */
#ifndef AUDIT_COLUMNS_H
#define AUDIT_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "db.h"
#include "json.h"
#include "words.h"

/* The columns from an event on */
struct shape {
	char *since; /* its id */
	long long relid;
	size_t n, *col;
	struct json *name; /* JSON strings */
};

/* after all events */
#define COLUMNS_NOW "ffffffff-ffff-ffff-ffff-ffffffffffff"

/* A column that is in no shape */
struct stray {
	struct json name;
	size_t col;
};

struct columns { /* starts as zeros */
	struct shape *v;
	size_t n;
	size_t ncols;	      /* their numbers are smaller */
	size_t *root, nroots; /* what each was before its type was altered */
	bool live;  /* the table is there: the last shape is that of now */
	char *read; /* the statement that reads a row as it is now; or NULL */
	bool deferrable; /* its key may be two rows' until they commit */
	char *partition; /* the columns the table is partitioned by; or NULL */
	char *schema, *table; /* its name of now, JSON strings; or NULL */
	struct words texts;
	struct stray *strays;
	size_t nstrays;
};

/* Ask for a table's, by its identity; root is its oid, NULL: it is gone. 0, or
 * -1 with db_error() set; free it either way. */
int columns_read(struct columns *, struct db *, const char *rel,
    const char *root);
void columns_free(struct columns *);

/* The shape in force when an event happened; NULL: nobody has noted any. */
const struct shape *columns_at(const struct columns *, const char *id);
/* The number of the column that had a name then. One that is not known by it
 * gets a number of its own. The name is borrowed as long as columns live. */
size_t columns_find(struct columns *, const struct shape *, struct json name);
/* The name that a column has now; p NULL: it is gone. */
struct json columns_now(const struct columns *, size_t col);
/* An object of then, its members under their columns' names of now; what is
 * gone is left out. free() it. */
char *columns_rename(struct columns *, const struct shape *,
    struct json object);

#endif
