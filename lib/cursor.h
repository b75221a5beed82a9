/* cursor - the rows of a cursor one by one, some of them fetched ahead */
#ifndef AUDIT_CURSOR_H
#define AUDIT_CURSOR_H

#include <stdbool.h>

#include "buf.h"
#include "db.h"

#define CURSOR_COLS 8

struct cursor { /* starts with db and fetch set */
	struct db *db;
	const char *fetch; /* the statement that gets the next rows */
	struct buf bytes;
	struct cursor_row {
		struct db_field cols[CURSOR_COLS];
		size_t at; /* where its bytes lie */
	} * rows;
	size_t n, size, next;
	bool ended;
};

/* The row whose turn it is, borrowed until cursor_next(); NULL at the end, or
 * where that failed: ask db_error(). */
const struct db_field *cursor_row(struct cursor *);
void cursor_next(struct cursor *);
void cursor_free(struct cursor *);

#endif
