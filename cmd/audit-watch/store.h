/* store - what is remembered from one run to the next: a file of lines of JSON
 *
 * Who remembers something says where it lies; all of it is written, and read
 * again, at once. It is of the machine that wrote it: its head says what
 * that was like. */
#ifndef AUDIT_WATCH_STORE_H
#define AUDIT_WATCH_STORE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cache.h"

struct store;

struct store *store_new(void);
void store_free(struct store *); /* accepts NULL */

/* The names last as long as the store does. What has another tag than it had
 * in the file begins anew: the length of a window has changed. */
void store_bytes(struct store *, const char *name, uint64_t tag, void *,
    size_t size);
void store_cache(struct store *, const char *name, uint64_t tag,
    struct cache *);

void store_write(FILE *, const struct store *);
/* NULL, or what is wrong with the file: free() it. Then what is remembered is
 * of no use. */
char *store_read(struct store *, FILE *);

#endif
