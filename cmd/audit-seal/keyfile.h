/* keyfile - the key that a seal is signed with, and the one that comes after
 *
 * --evolve: FILE.next holds the new key, on disk, before the seal that names it
 * is committed; afterwards it takes the place of FILE, whose bytes are
 * overwritten. Whatever happens in between, the next run sees from the last
 * seal which of the two it is to be. */
#ifndef AUDIT_SEAL_KEYFILE_H
#define AUDIT_SEAL_KEYFILE_H

#include "run.h"
#include "seal.h"
#include "sign.h"

struct keyfile { /* starts as { NULL } */
	char *path, *next_path;
	struct sign *key, *next; /* next: with --evolve */
};

/* Find the key to sign with, as --key, --evolve and --next-key say it, finish
 * what an earlier run did not, and set the seal's keys. last is the seal before
 * and registered the key that init was given; NULL: there is none. Returns
 * TOOL_OK, or the status to end with: then it has said why. */
enum tool_status keyfile_open(struct keyfile *, const struct run *,
    struct seal *, const struct seal *last, const uint8_t *registered);
/* With --evolve: after the commit, destroy the old key. */
enum tool_status keyfile_evolve(struct keyfile *);
void keyfile_close(struct keyfile *);

#endif
