/* chain - whether seals follow from each other: numbers, hashes, the tree over
 * them, keys and signatures, and whether those kept elsewhere are among them */
#ifndef AUDIT_CHAIN_H
#define AUDIT_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "anchor.h"
#include "finding.h"
#include "merkle.h"
#include "seal.h"

/* What there is to believe, before the first seal. */
struct chain_begin {
	uint8_t trail[16];
	uint64_t first;	    /* the number of the first seal that is looked at */
	struct merkle log;  /* of those before it */
	struct seal before; /* the last of those, if first > 0; is freed */
	bool has_pubkey;    /* the user's: some seal has to have it */
	uint8_t pubkey[SIGN_KEY_LEN];
	bool has_registered; /* the database's word, of the first key */
	uint8_t registered[SIGN_KEY_LEN];
	struct anchors anchors; /* is freed */
};

/* What the database says of a seal beside its line. */
struct chain_row {
	uint64_t no;
	bool all; /* else only the number is known */
	int64_t at, horizon;
	const uint8_t *hash, *tree;
	size_t hash_len, tree_len;
};

struct chain;

struct chain *chain_new(const struct chain_begin *, struct findings *);
void chain_free(struct chain *); /* accepts NULL */

/* The next seal. Returns it, borrowed until the next call, or NULL where the
 * line is no seal. *before is the one before it, NULL if that is not there. */
const struct seal *chain_add(struct chain *, const struct chain_row *,
    const char *line, size_t len, const struct seal **before);
/* There are no more. */
void chain_end(struct chain *);

/* The seal added last; NULL if there is none. */
const struct seal *chain_last(const struct chain *);
/* Whether this one was added. */
bool chain_has(const struct chain *, uint64_t no);
/* Whether it is before the first one that is looked at. */
bool chain_is_before(const struct chain *, uint64_t no);
uint64_t chain_count(const struct chain *);
/* Which seal of those added covers a transaction: its number, or false. It has
 * to be of the same cluster as the last one. */
bool chain_covers(const struct chain *, int64_t txid, uint64_t *no);

#endif
