/* cover - what a seal covers: the leaves of its events, its months and root
 *
 * The leaves wait in a temporary file until the events have all been read: one
 * connection reads and writes. */
#ifndef AUDIT_SEAL_COVER_H
#define AUDIT_SEAL_COVER_H

#include "db.h"
#include "digest.h"
#include "seal.h"

struct cover;

struct cover *cover_new(void);	 /* NULL, with errno: no temporary file */
void cover_free(struct cover *); /* accepts NULL */

/* Read the events in the order of their ids. all: all that are in no leaf, for
 * the first seal of a cluster; else those of the transactions seal->from to
 * seal->to - 1. Sets what the seal says of them. Returns 0, or -1: then
 * cover_error() says why, or db_error(). */
int cover_read(struct cover *, struct db *, struct seal *, bool all,
    struct digest *);
const char *cover_error(const struct cover *); /* NULL: none of its own */
/* Keep the leaves, after the seal itself. Returns 0, or -1 likewise. */
int cover_write(struct cover *, struct db *, const struct seal *);

#endif
