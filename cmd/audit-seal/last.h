/* last - the trail as a sealer finds it: now, and the seal before */
#ifndef AUDIT_SEAL_LAST_H
#define AUDIT_SEAL_LAST_H

#include <stdbool.h>

#include "digest.h"
#include "merkle.h"
#include "run.h"
#include "seal.h"

struct last { /* starts as { 0 } */
	bool any;
	struct seal seal;
	struct merkle tree; /* over all seals */
	bool registered;
	uint8_t registered_key[SIGN_KEY_LEN];
	const char *error;
};

/* Read it, and begin the seal after it: who and where it is, and what it
 * covers of the transactions. Returns TOOL_OK, or the status to end with: then
 * it has said why. */
enum tool_status last_read(struct last *, struct run *, struct seal *,
    struct digest *);
void last_free(struct last *);

#endif
