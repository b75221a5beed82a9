/* path - the path from a leaf to the root of a tree too large for memory */

#include "path.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* A subtree beside the path: the leaves from .. to - 1 */
struct side {
	uint64_t from, to;
	struct merkle tree;
};

struct path {
	uint64_t size, index;
	uint64_t n; /* leaves so far */
	struct side sides[MERKLE_DEPTH];
	size_t nsides; /* the first one is below the root */
	size_t at;     /* the one that the leaf before was of */
};

/* Split the tree as RFC 9162, section 2.1.3.1 does, on the way to the leaf. */
struct path *
path_new(uint64_t size, uint64_t index)
{
	struct path *p = xcalloc(1, sizeof(*p));
	uint64_t from = 0, n = size, k;
	struct side *s;

	p->size = size;
	p->index = index;
	while (n > 1) {
		for (k = 1; k < n - k;)
			k *= 2;
		s = &p->sides[p->nsides++];
		if (index - from < k) {
			s->from = from + k;
			s->to = from + n;
			n = k;
		} else {
			s->from = from;
			s->to = from += k;
			n -= k;
		}
	}
	return p;
}

void
path_free(struct path *p)
{
	free(p);
}

static bool
is_in(const struct side *s, uint64_t leaf)
{
	return leaf >= s->from && leaf < s->to;
}

bool
path_add(struct path *p, struct digest *d,
    const uint8_t leaf[static DIGEST_LEN])
{
	const uint64_t n = p->n++;

	if (n >= p->size)
		return false;
	if (n == p->index)
		return true;
	if (!is_in(&p->sides[p->at], n))
		for (p->at = 0; !is_in(&p->sides[p->at], n);)
			p->at++;
	merkle_add(&p->sides[p->at].tree, d, leaf);
	return true;
}

bool
path_end(struct path *p, struct digest *d, struct merkle_path *path)
{
	size_t i;

	if (p->n != p->size)
		return false;
	path->n = p->nsides;
	for (i = 0; i < p->nsides; i++)
		merkle_root(&p->sides[i].tree, d,
		    path->hash[p->nsides - 1 - i]);
	return true;
}
