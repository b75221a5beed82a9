/* spool - texts laid aside in a temporary file, so that memory stays flat */
#ifndef AUDIT_SPOOL_H
#define AUDIT_SPOOL_H

#include <stddef.h>

struct spool;

struct spool *spool_new(void);	 /* NULL, with errno: no file could be made */
void spool_free(struct spool *); /* accepts NULL; removes the file */

/* Lay a text aside; its number is how many there were before. Returns 0, or -1
 * with errno. */
int spool_add(struct spool *, const char *, size_t len);
size_t spool_count(const struct spool *);
/* Read one back, in any order, with an end of its own that len does not count;
 * borrowed until the next call. NULL, with errno, if that failed. */
const char *spool_get(struct spool *, size_t number, size_t *len);

#endif
