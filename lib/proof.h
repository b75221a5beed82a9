/* proof - what audit-seal prove and consistency write, checked by itself
 *
 * The proof that an event is sealed is an object with
 *  proof	1
 *  event	as lib/evidence.h has it
 *  parts	only where values are left out: for each commitment, in order,
 *		{"field", "salt"} where the value is in the event, else
 *		{"field", "commitment"}
 *  leaf	{"month", "index", "size", "path"}: from the event's leaf to the
 *		root of its month
 *  seal	the seal, which has the roots of its months
 *  keys	an array of seals: those before the head that name another key
 *		than their own, without the seal itself
 *  log	{"index", "size", "path"}: from the seal to the head's log
 *  head	the newest seal; both are null where that is the seal itself
 * The proof that a seal is the beginning of another has
 *  consistency	1
 *  from, to	the two seals
 *  keys	as above
 *  log	as above
 *  path	that the log of the one is the beginning of the other's
 * Nothing else may be there, and nothing twice. Hashes are in hexadecimal. */
#ifndef AUDIT_PROOF_H
#define AUDIT_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json.h"
#include "leaf.h"
#include "seal.h"
#include "sign.h"

struct proof;

struct proof *proof_new(void);	 /* never NULL */
void proof_free(struct proof *); /* accepts NULL */

/* Check a proof, whose text is UTF-8. With a key (SIGN_KEY_LEN
 * bytes), the seals have to be signed
 * by it, or by one that its seals name; without one, whoever signed them is
 * believed, and nobody need have. Returns NULL, or what does not fit; borrowed
 * until the next call. */
const char *proof_check(struct proof *, const char *text, size_t len,
    const uint8_t *key);

/* What a proof says that proof_check() found good; borrowed as its text is. */
struct proof_said {
	struct json event;		/* p NULL: two seals */
	const struct leaf_event *ev;	/* the same */
	const struct seal *seal, *head; /* from and to; head NULL: none */
	uint8_t hash[DIGEST_LEN], head_hash[DIGEST_LEN];
	/* Whether the key, or one that followed it, signed this; it is enough
	 * that the head is. */
	bool seal_trusted, head_trusted;
	const uint8_t *hidden; /* the fields of what is left out */
	size_t nhidden;
};
const struct proof_said *proof_said(const struct proof *);

#endif
