/* mark - a number for bytes, the same in every run
 *
 * What is remembered in a state file is found by it again, and a replay has to
 * give the same alerts: it has no secret (lib/hash.h has one). */
#ifndef AUDIT_WATCH_MARK_H
#define AUDIT_WATCH_MARK_H

#include <stddef.h>
#include <stdint.h>

/* It goes on from another one, or from 0; it is never 0. */
uint64_t mark_bytes(uint64_t from, const char *, size_t len);
/* Of two of them, one after the other */
uint64_t mark_pair(uint64_t, uint64_t);

#endif
