/* seal - its canonical bytes, and the hashes and the tree that they are in */

#include "seal.h"

#include <stdlib.h>
#include <string.h>

#include "merkle.h"
#include "tlv.h"

void
seal_bytes(struct buf *b, const struct seal *s)
{
	tlv_begin(b, "AS1");
	tlv_u64(b, 1, s->no);
	tlv_put(b, 2, s->trail, sizeof(s->trail));
	tlv_u64(b, 3, (uint64_t)s->at);
	tlv_u64(b, 4, s->system);
	tlv_u32(b, 5, s->timeline);
	tlv_u32(b, 6, s->server);
	tlv_u64(b, 7, (uint64_t)s->from);
	tlv_u64(b, 8, (uint64_t)s->to);
	tlv_u64(b, 9, (uint64_t)s->next);
	tlv_u64(b, 10, s->events);
	if (s->events > 0) {
		tlv_put(b, 11, s->first, sizeof(s->first));
		tlv_put(b, 12, s->last, sizeof(s->last));
	}
	tlv_put(b, 13, s->root, DIGEST_LEN);
	if (s->no > 0)
		tlv_put(b, 14, s->previous, DIGEST_LEN);
	tlv_put(b, 15, s->log, DIGEST_LEN);
	tlv_put(b, 16, s->state, DIGEST_LEN);
	if (s->tool != NULL)
		tlv_put(b, 17, s->tool, strlen(s->tool));
	if (s->has_key) {
		tlv_put(b, 18, s->key, SIGN_KEY_LEN);
		tlv_put(b, 19, s->next_key, SIGN_KEY_LEN);
	}
}

void
seal_hash(const struct seal *s, struct digest *d,
    uint8_t hash[static DIGEST_LEN])
{
	struct buf b = { NULL, 0, 0 };

	seal_bytes(&b, s);
	merkle_leaf(d, b.p, b.len, hash);
	buf_free(&b);
}

void
seal_month_hash(const struct seal_month *m, struct digest *d,
    uint8_t hash[static DIGEST_LEN])
{
	struct buf b = { NULL, 0, 0 };

	tlv_begin(&b, "AM1");
	tlv_put(&b, 1, m->month, strlen(m->month));
	tlv_u64(&b, 2, m->events);
	tlv_put(&b, 3, m->root, DIGEST_LEN);
	merkle_leaf(d, b.p, b.len, hash);
	buf_free(&b);
}

void
seal_root(const struct seal *s, struct digest *d,
    uint8_t root[static DIGEST_LEN])
{
	struct merkle m = { 0 };
	uint8_t hash[DIGEST_LEN];
	size_t i;

	for (i = 0; i < s->nmonths; i++) {
		seal_month_hash(&s->months[i], d, hash);
		merkle_add(&m, d, hash);
	}
	merkle_root(&m, d, root);
}

void
seal_free(struct seal *s)
{
	free(s->months);
	free(s->tool);
	*s = (struct seal){ 0 };
}
