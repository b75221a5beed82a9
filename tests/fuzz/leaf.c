/* fuzz/leaf - any bytes as an event's old and new; where they are JSON, the
 * canonical form has the same leaf, and so have the parts */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "canon.h"
#include "leaf.h"
#include "mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_parts(struct leaf *l, const struct leaf_event *ev,
    const uint8_t hash[static DIGEST_LEN])
{
	const struct leaf_part *part;
	struct leaf_part *copy;
	uint8_t again[DIGEST_LEN];
	size_t i, n;

	part = leaf_parts(l, &n);
	copy = xreallocarray(NULL, n, sizeof(*copy));
	for (i = 0; i < n; i++) {
		copy[i] = part[i];
		memset(copy[i].commitment, 0, DIGEST_LEN);
		leaf_commit(l, &copy[i]);
	}
	leaf_from_parts(l, ev, copy, n, again);
	if (memcmp(hash, again, DIGEST_LEN) != 0)
		abort();
	free(copy);
}

/* A value in canonical form; the text goes on after it. */
static struct leaf_value
canonical(struct buf *b, struct leaf_value v)
{
	struct json j;
	size_t where;

	if (json_parse(&j, v.p, v.len, &where) != NULL)
		abort();
	canon_put(b, j);
	return (struct leaf_value){ b->p, b->len };
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct leaf *l;
	struct buf old = { NULL, 0, 0 }, new = { NULL, 0, 0 };
	struct leaf_event ev = { .txid = 1 };
	uint8_t hash[DIGEST_LEN], again[DIGEST_LEN];
	const size_t half = size == 0 ? 0 : data[0] * size / 256;
	/* copies of their own, so that reading behind them is seen */
	char *a = xmalloc(half), *b = xmalloc(size - half);

	if (l == NULL)
		l = leaf_new();
	memcpy(a, data, half);
	memcpy(b, data + half, size - half);
	ev.old = (struct leaf_value){ a, half };
	ev.new = (struct leaf_value){ b, size - half };
	ev.canonical = true;
	if (leaf_hash(l, &ev, hash) == 0)
		check_parts(l, &ev, hash);
	/* one value that is JSON, in two places */
	ev.old = ev.new;
	ev.canonical = false;
	if (leaf_hash(l, &ev, hash) == 0) {
		check_parts(l, &ev, hash);
		ev.old = canonical(&old, ev.old);
		ev.new = canonical(&new, ev.new);
		ev.canonical = true;
		if (leaf_hash(l, &ev, again) == -1 ||
		    memcmp(hash, again, DIGEST_LEN) != 0)
			abort();
	}
	buf_free(&old);
	buf_free(&new);
	free(a);
	free(b);
	return 0;
}
