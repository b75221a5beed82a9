/* tally - counters by key, more keys than memory holds
 *
 * What does not fit goes to a file without a name in TMPDIR (lib/sort.h) and is
 * added up when it is read. It keeps its first failure. */
#ifndef AUDIT_TALLY_H
#define AUDIT_TALLY_H

#include <stddef.h>

struct tally;

/* size: bytes of a key's counters, which begin as zeros; add: adds up two of
 * them, or is NULL where only the keys matter; memory: about how many bytes may
 * be held. */
struct tally *tally_new(size_t size, void (*add)(void *sum, const void *),
    size_t memory);
void tally_free(struct tally *); /* accepts NULL */

/* The counters of a key, to be added to at once: they are borrowed until the
 * next call, and may be zeros again if they have been laid aside meanwhile.
 * NULL: tally_error() says why. */
void *tally_at(struct tally *, const char *key, size_t len);
/* The next key in the order of bytes, with all that was counted of it, borrowed
 * until the next call; nothing can be counted any more. Returns 1; 0 at the
 * end; -1 with tally_error() set. */
int tally_next(struct tally *, const char **key, size_t *len,
    const void **counters);
const char *tally_error(const struct tally *);

#endif
