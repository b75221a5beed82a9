/* merkle - the hash trees of Certificate Transparency (RFC 9162, section 2.1)
 */

#include "merkle.h"

#include <string.h>

void
merkle_leaf(struct digest *d, const void *data, size_t len,
    uint8_t hash[static DIGEST_LEN])
{
	digest_begin(d);
	digest_add(d, "\0", 1);
	digest_add(d, data, len);
	digest_end(d, hash);
}

/* The hash of two subtrees; it may replace one of them. */
static void
join(struct digest *d, const uint8_t left[static DIGEST_LEN],
    const uint8_t right[static DIGEST_LEN], uint8_t hash[static DIGEST_LEN])
{
	uint8_t node[1 + 2 * DIGEST_LEN];

	node[0] = 1;
	memcpy(node + 1, left, DIGEST_LEN);
	memcpy(node + 1 + DIGEST_LEN, right, DIGEST_LEN);
	digest_of(d, node, sizeof(node), hash);
}

size_t
merkle_borders(uint64_t size)
{
	size_t n = 0;

	for (; size > 0; size &= size - 1)
		n++;
	return n;
}

void
merkle_add(struct merkle *m, struct digest *d,
    const uint8_t leaf[static DIGEST_LEN])
{
	uint8_t hash[DIGEST_LEN];
	size_t n = merkle_borders(m->size);
	uint64_t size;

	memcpy(hash, leaf, DIGEST_LEN);
	/* two subtrees of the same size are one */
	for (size = m->size; (size & 1) != 0; size >>= 1)
		join(d, m->border[--n], hash, hash);
	memcpy(m->border[n], hash, DIGEST_LEN);
	m->size++;
}

void
merkle_root(const struct merkle *m, struct digest *d,
    uint8_t root[static DIGEST_LEN])
{
	size_t n = merkle_borders(m->size);

	if (n == 0) {
		digest_of(d, NULL, 0, root);
		return;
	}
	memcpy(root, m->border[--n], DIGEST_LEN);
	while (n > 0)
		join(d, m->border[--n], root, root);
}

/* Making proofs */

/* The largest power of two below n, which is at least 2 */
static uint64_t
half(uint64_t n)
{
	uint64_t k = 1;

	while (k < n - k)
		k *= 2;
	return k;
}

static const uint8_t *
leaf_at(const uint8_t *leaves, uint64_t i)
{
	return leaves + i * DIGEST_LEN;
}

/* The root of n leaves goes onto the path. */
static void
put_root(struct merkle_path *path, struct digest *d, const uint8_t *leaves,
    uint64_t n)
{
	struct merkle m = { 0 };
	uint64_t i;

	for (i = 0; i < n; i++)
		merkle_add(&m, d, leaf_at(leaves, i));
	merkle_root(&m, d, path->hash[path->n++]);
}

/* It is made from the root down and read from the leaf up. */
static void
turn(struct merkle_path *path)
{
	uint8_t hash[DIGEST_LEN];
	size_t i;

	for (i = 0; i < path->n / 2; i++) {
		memcpy(hash, path->hash[i], DIGEST_LEN);
		memcpy(path->hash[i], path->hash[path->n - 1 - i], DIGEST_LEN);
		memcpy(path->hash[path->n - 1 - i], hash, DIGEST_LEN);
	}
}

void
merkle_inclusion(struct merkle_path *path, struct digest *d,
    const uint8_t *leaves, uint64_t n, uint64_t index)
{
	uint64_t k;

	path->n = 0;
	if (index >= n)
		return;
	while (n > 1) {
		k = half(n);
		if (index < k) {
			put_root(path, d, leaf_at(leaves, k), n - k);
			n = k;
		} else {
			put_root(path, d, leaves, k);
			leaves = leaf_at(leaves, k);
			index -= k;
			n -= k;
		}
	}
	turn(path);
}

void
merkle_consistency(struct merkle_path *path, struct digest *d,
    const uint8_t *leaves, uint64_t n, uint64_t first)
{
	uint64_t k;
	bool known = true; /* these leaves are the whole of the first tree */

	path->n = 0;
	if (first == 0 || first >= n)
		return;
	while (first != n) {
		k = half(n);
		if (first <= k) {
			put_root(path, d, leaf_at(leaves, k), n - k);
			n = k;
		} else {
			put_root(path, d, leaves, k);
			leaves = leaf_at(leaves, k);
			first -= k;
			n -= k;
			known = false;
		}
	}
	if (!known)
		put_root(path, d, leaves, n);
	turn(path);
}

/* Checking proofs: the steps of section 2.1.3.2 and 2.1.4.2 */

static bool
same(const uint8_t a[static DIGEST_LEN], const uint8_t b[static DIGEST_LEN])
{
	return memcmp(a, b, DIGEST_LEN) == 0;
}

/* Where the path is: the node of the leaf, and the last node of its level */
struct place {
	uint64_t node, last;
};

/* Whether the next hash of the path stands left of us */
static bool
is_right(const struct place *p)
{
	return (p->node & 1) != 0 || p->node == p->last;
}

static void
climb(struct place *p)
{
	/* a subtree at the right end may be the same on several levels */
	if (is_right(p))
		while ((p->node & 1) == 0 && p->node != 0) {
			p->node >>= 1;
			p->last >>= 1;
		}
	p->node >>= 1;
	p->last >>= 1;
}

bool
merkle_includes(const struct merkle_path *path, struct digest *d,
    const uint8_t leaf[static DIGEST_LEN], uint64_t index, uint64_t size,
    const uint8_t root[static DIGEST_LEN])
{
	struct place at = { index, size - 1 };
	uint8_t hash[DIGEST_LEN];
	size_t i;

	if (index >= size || path->n > MERKLE_DEPTH)
		return false;
	memcpy(hash, leaf, DIGEST_LEN);
	for (i = 0; i < path->n; i++) {
		if (at.last == 0)
			return false;
		if (is_right(&at))
			join(d, path->hash[i], hash, hash);
		else
			join(d, hash, path->hash[i], hash);
		climb(&at);
	}
	return at.last == 0 && same(hash, root);
}

/* What needs no path: an empty tree, and the same one */
static bool
is_trivial(const struct merkle_path *path, struct digest *d, uint64_t first,
    const uint8_t first_root[static DIGEST_LEN], uint64_t size,
    const uint8_t root[static DIGEST_LEN])
{
	uint8_t empty[DIGEST_LEN];

	if (path->n != 0)
		return false;
	if (first == size)
		return same(first_root, root);
	digest_of(d, NULL, 0, empty);
	return same(first_root, empty);
}

bool
merkle_consistent(const struct merkle_path *path, struct digest *d,
    uint64_t first, const uint8_t first_root[static DIGEST_LEN], uint64_t size,
    const uint8_t root[static DIGEST_LEN])
{
	struct place at = { first - 1, size - 1 };
	uint8_t was[DIGEST_LEN], is[DIGEST_LEN];
	size_t i = 0;

	if (first == 0 || first == size)
		return is_trivial(path, d, first, first_root, size, root);
	if (first > size || path->n == 0 || path->n > MERKLE_DEPTH + 1)
		return false;
	while ((at.node & 1) != 0) {
		at.node >>= 1;
		at.last >>= 1;
	}
	/* a full first tree is itself the subtree to begin with */
	memcpy(was, at.node == 0 ? first_root : path->hash[i++], DIGEST_LEN);
	memcpy(is, was, DIGEST_LEN);
	for (; i < path->n; i++) {
		if (at.last == 0)
			return false;
		if (is_right(&at)) {
			join(d, path->hash[i], was, was);
			join(d, path->hash[i], is, is);
		} else
			join(d, is, path->hash[i], is);
		climb(&at);
	}
	return at.last == 0 && same(was, first_root) && same(is, root);
}
