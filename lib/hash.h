/* hash - a number for bytes, to find them by
 *
 * It is keyed by a secret of the process: nobody can choose bytes that all have
 * the same one. It is no proof of anything: see lib/digest.h. */
#ifndef AUDIT_HASH_H
#define AUDIT_HASH_H

#include <stddef.h>
#include <stdint.h>

/* It goes on from another one, or from 0; each bit of it is good. */
uint64_t hash_bytes(uint64_t from, const char *, size_t len);

#endif
