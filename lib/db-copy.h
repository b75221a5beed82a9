/* db-copy - binary COPY in both directions, and a statement that is waited for
 * later: for who keeps two servers busy at once */
#ifndef AUDIT_DB_COPY_H
#define AUDIT_DB_COPY_H

#include <stdbool.h>
#include <stddef.h>

#include "db.h"

/* The rows of a COPY TO STDOUT (FORMAT binary), each as it came. */
struct db_out { /* starts as { 0 } */
	struct db *db;
	char *data; /* the row, and what stands before the first one */
	bool begun, ended;
};

int db_out_begin(struct db_out *, struct db *, const char *sql);
/* The next row, borrowed until the next call: 1; 0: there are no more; -1 with
 * db_error() set. */
int db_out_next(struct db_out *, const char **row, size_t *len);
void db_out_free(struct db_out *); /* accepts one that has not ended */

/* The columns of such a row. Returns how many, -1 where they are too many. */
#define DB_COLUMNS 64
int db_columns(const char *row, size_t len, struct db_field cols[DB_COLUMNS]);

/* COPY FROM STDIN (FORMAT binary): rows as they came, any number at a time. All
 * these return 0, or -1 with db_error() set. */
int db_in_begin(struct db *, const char *sql);
int db_in_put(struct db *, const char *rows, size_t len);
int db_in_end(struct db *);

/* Send a query, and do not wait for it: nothing else goes over this connection
 * until db_wait(), which returns 0, or -1 with db_error() set; fn gets the rows
 * as that of db_query() does, and may be NULL. */
struct db_param {
	const char *p; /* NULL: SQL null */
	int len;       /* of a binary one */
	bool binary;
};
int db_send(struct db *, const char *sql, int n, const struct db_param[]);
int db_wait(struct db *, db_row *fn, void *arg);

#endif
