/* stream - the rows of a query one by one, when they are asked for
 *
 * While one is open its connection can do nothing else. The server goes on
 * meanwhile until what nobody reads fills the socket: two streams over two
 * connections come at the same time, and memory stays flat. */
#ifndef AUDIT_STREAM_H
#define AUDIT_STREAM_H

#include <stdbool.h>

#include "db.h"

struct stream;

/* Run a query, with its parameters' values in it: a COPY, which costs least
 * where rows are many. Never NULL: a failure shows as an end. */
struct stream *stream_open(struct db *, const char *sql, int n,
    char *const params[]);
/* The row whose turn it is, in binary, borrowed until stream_next(); NULL at
 * the end, or where that failed: ask db_error(). A text is terminated. */
const struct db_field *stream_row(struct stream *);
int stream_ncols(const struct stream *); /* of that row */
void stream_next(struct stream *);
/* Read ahead, and give the first columns of the rows from the one whose turn it
 * is on: of some, unless this is the end. How many; not again before these have
 * had their turn, and borrowed until then. */
size_t stream_ahead(struct stream *, const struct db_field **firsts);
/* What is left is not wanted: the server is asked to stop, and the transaction
 * may have failed. Accepts NULL. */
void stream_close(struct stream *);

#endif
