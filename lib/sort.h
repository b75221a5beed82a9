/* sort - records in the order of their keys, more than memory holds
 *
 * What does not fit goes, sorted, to a file without a name in TMPDIR, and is
 * merged when it is read. A record may be larger than the memory: it alone is
 * held then. It keeps its first failure: every later call fails. */
#ifndef AUDIT_SORT_H
#define AUDIT_SORT_H

#include <stddef.h>

struct sort;

struct sort_record {
	const char *key, *data;
	size_t keylen, len;
};

/* memory: bytes to hold before they go to the file. ways: how many sorted runs
 * are merged at a time, at least 2; each takes 64 kB more. */
struct sort *sort_new(size_t memory, size_t ways);
void sort_free(struct sort *); /* accepts NULL */

/* Add a record; its bytes are copied. Keys are compared as bytes. Returns 0, or
 * -1 with sort_error() set. */
int sort_add(struct sort *, const struct sort_record *);
/* The next one, those with equal keys in the order in which they were added;
 * nothing can be added any more. Returns 1 with it, borrowed until the next
 * call; 0 at the end; -1 with sort_error() set. */
int sort_next(struct sort *, struct sort_record *);
/* "/tmp: No space left on device"; borrowed until sort_free() */
const char *sort_error(const struct sort *);

#endif
