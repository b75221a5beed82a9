/* proof-seal - a seal in a proof: for lib/proof*.c only */
#ifndef AUDIT_PROOF_SEAL_H
#define AUDIT_PROOF_SEAL_H

#include "digest.h"
#include "json.h"
#include "seal.h"

/* Read a seal into s, which is a seal already; seal_free() it. Its months and
 * its signature, if it has one, have to fit, and nothing may stand beside what
 * a seal says. Returns NULL, or what is wrong with what; borrowed until the
 * next call. */
const char *proof_seal(struct digest *, const char *what, struct json line,
    struct seal *s);

#endif
