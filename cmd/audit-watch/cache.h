/* cache - records by a key, no more than so many: who was not asked for the
 * longest time makes room
 *
 * A record begins as zeros. Memory is taken as records come. */
#ifndef AUDIT_WATCH_CACHE_H
#define AUDIT_WATCH_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cache;

struct cache *cache_new(size_t most, size_t size); /* size: bytes of one */
void cache_free(struct cache *);		   /* accepts NULL */

/* The record of a key, made if there is none; borrowed until the next call. */
void *cache_at(struct cache *, uint64_t key);
/* The same, or NULL; its age stays what it was. */
void *cache_find(struct cache *, uint64_t key);
/* Forget it, if it is there. */
void cache_drop(struct cache *, uint64_t key);
size_t cache_size(const struct cache *); /* bytes of a record */

/* Walk from the oldest to the newest, the order in which cache_at() makes the
 * same cache again: begin with *place 0; NULL at the end. */
const void *cache_next(const struct cache *, uint32_t *place, uint64_t *key);

#endif
