/* run - records that lie in a file one after another, sorted by their keys
 *
 * A record lies there as its two lengths, its key and its data; so it does in
 * the memory of a sort. */
#ifndef AUDIT_RUN_H
#define AUDIT_RUN_H

#include <sys/types.h>

#include "buf.h"
#include "sort.h"

#define RUN_HEAD (2 * sizeof(size_t)) /* the lengths */
#define RUN_CHUNK ((size_t)64 * 1024) /* how much is read at a time */

void run_put(struct buf *, const struct sort_record *);
/* The record that lies at p, which it borrows. */
void run_get(const char *p, struct sort_record *);
/* Less than, equal to or greater than 0, as memcmp() */
int run_compare(const struct sort_record *, const struct sort_record *);

struct run {
	int fd;
	off_t at, end;	      /* what of it has not been read */
	struct buf chunk;     /* what has, */
	size_t from, size;    /* and where the record lies in it */
	struct sort_record r; /* whose turn it is; borrowed until run_next() */
};

/* Take the next record; the first time, the first one. Returns 1; 0 at the
 * end; -1 with errno set. */
int run_next(struct run *);

#endif
