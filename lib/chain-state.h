/* chain-state - what lib/chain*.c share, and nobody else */
#ifndef AUDIT_CHAIN_STATE_H
#define AUDIT_CHAIN_STATE_H

#include <string.h>

#include "chain.h"

struct chain {
	struct chain_begin begin;
	struct findings *findings;
	struct digest *digest;
	struct buf bytes;

	struct seal seals[2];	  /* this one and the one before it, in turn */
	int now;		  /* which is this one */
	bool any, has_before;	  /* it; that one */
	uint8_t hash[DIGEST_LEN]; /* of this one */
	uint64_t count;

	struct merkle log; /* of those before this one */
	bool log_known;
	struct merkle stored; /* that with this one, as the database has it */
	bool has_stored;

	bool keyed; /* a seal was signed */
	bool key_known;
	uint8_t key[SIGN_KEY_LEN]; /* the next one is to be signed with it */
	bool pubkey_seen, trail_told;
	size_t anchor; /* the next one */

	struct {
		uint64_t no;
		int64_t to;
		bool begins; /* in another cluster, or after a missing one */
	} * ranges;
	size_t nranges, size;
	size_t era; /* the last of them that begins */
};

static inline bool
chain_same(const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, DIGEST_LEN) == 0;
}

/* Whether a seal stands on the tree over those before it; last is the one
 * before it that is there, or NULL. */
void chain_check_log(struct chain *, const struct seal *last,
    const struct seal *);
/* Whether the database says the same beside its line. */
void chain_check_row(struct chain *, const struct chain_row *,
    const struct seal *);

#endif
