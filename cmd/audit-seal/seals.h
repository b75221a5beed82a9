/* seals - the seals in the database, and what proofs are made of */
#ifndef AUDIT_SEAL_SEALS_H
#define AUDIT_SEAL_SEALS_H

#include <stdint.h>
#include <stdio.h>

#include "digest.h"
#include "merkle.h"
#include "run.h"
#include "seal.h"

/* These print what is wrong and return TOOL_OK, or the status to end with. */

/* Connect, and begin a transaction that reads; of an archive database, the one
 * trail that is meant. */
enum tool_status seals_open(struct run *);

/* A seal as it was printed, and read; nothing about it is checked. */
struct seals_one { /* starts as { 0 } */
	char *line;
	struct seal seal;
};
#define SEALS_NEWEST (-1)
enum tool_status seals_get(struct run *, long long no, struct seals_one *);
void seals_free(struct seals_one *);

/* The hashes of the seals before one, one after the other; free() it. */
enum tool_status seals_hashes(struct run *, uint64_t no, uint8_t **hashes);

/* "keys" of a proof: the seals before last, without this one, that name another
 * key than their own; if they are too many, none. */
enum tool_status seals_put_keys(struct run *, FILE *, uint64_t no,
    uint64_t last);
/* "log" of a proof: from a seal to the log that so many hashes make */
void seals_put_log(FILE *, struct digest *, const uint8_t *hashes,
    uint64_t size, uint64_t no);
void seals_put_path(FILE *, const struct merkle_path *);

/* Check a proof as its reader will, and write it where -o says; what names it
 * for a message. */
enum tool_status seals_print(struct run *, const char *what, const char *proof,
    size_t len);

#endif
