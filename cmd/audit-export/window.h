/* window - what was entered within the last hour, in memory that does not grow
 *
 * An entry is known by a hash of who made it, where. Events may come a little
 * out of order. Where there are more entries than there is room for, the oldest
 * ones are forgotten early, and counted. */
#ifndef AUDIT_EXPORT_WINDOW_H
#define AUDIT_EXPORT_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct window;

struct window_entry {
	uint64_t hash;	 /* hash_bytes(); 0 is nobody's */
	int64_t at;	 /* µs */
	uint64_t before; /* what there was before it, a hash */
	uint64_t txid;	 /* its transaction, a hash */
};

struct window *window_new(int64_t span); /* µs */
void window_free(struct window *);	 /* accepts NULL */

/* The entry of this hash not longer than the span before or after, or NULL;
 * borrowed until the next window_put(). */
struct window_entry *window_find(struct window *, uint64_t hash, int64_t at);
/* Remember one that is not there. */
void window_put(struct window *, const struct window_entry *);
/* How many were forgotten too early */
uint64_t window_lost(const struct window *);

#endif
