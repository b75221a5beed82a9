/* merkle - the hash trees of Certificate Transparency (RFC 9162, section 2.1)
 *
 * A tree is kept as its right border: the roots of the full subtrees that it
 * consists of, the largest first. So it takes 2 kB whatever its size. */
#ifndef AUDIT_MERKLE_H
#define AUDIT_MERKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "digest.h"

#define MERKLE_DEPTH 64

struct merkle { /* starts as { 0 }: an empty tree */
	uint64_t size;
	uint8_t border[MERKLE_DEPTH][DIGEST_LEN];
};

/* SHA-256(0x00 | data) */
void merkle_leaf(struct digest *, const void *data, size_t len,
    uint8_t hash[static DIGEST_LEN]);

/* Add a leaf, by its hash. */
void merkle_add(struct merkle *, struct digest *,
    const uint8_t leaf[static DIGEST_LEN]);
/* The root; of an empty tree SHA-256 of nothing. */
void merkle_root(const struct merkle *, struct digest *,
    uint8_t root[static DIGEST_LEN]);
/* How many hashes the border of a tree of this size has. */
size_t merkle_borders(uint64_t size);

/* A path of hashes, as proofs have it. */
struct merkle_path { /* starts as { 0 } */
	size_t n;
	uint8_t hash[MERKLE_DEPTH * 2][DIGEST_LEN];
};

/* Proofs over leaf hashes that lie one after the other, DIGEST_LEN bytes each:
 * that the one with this index is among them (2.1.3.1); that the tree of the
 * first ones is the beginning of the tree of all (2.1.4.1). */
void merkle_inclusion(struct merkle_path *, struct digest *,
    const uint8_t *leaves, uint64_t n, uint64_t index);
void merkle_consistency(struct merkle_path *, struct digest *,
    const uint8_t *leaves, uint64_t n, uint64_t first);

/* Whether a path proves it (2.1.3.2 and 2.1.4.2). */
bool merkle_includes(const struct merkle_path *, struct digest *,
    const uint8_t leaf[static DIGEST_LEN], uint64_t index, uint64_t size,
    const uint8_t root[static DIGEST_LEN]);
bool merkle_consistent(const struct merkle_path *, struct digest *,
    uint64_t first, const uint8_t first_root[static DIGEST_LEN], uint64_t size,
    const uint8_t root[static DIGEST_LEN]);

#endif
