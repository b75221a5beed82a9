/* anchor - seals that were kept elsewhere */
#ifndef AUDIT_ANCHOR_H
#define AUDIT_ANCHOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "digest.h"

struct anchor {
	uint64_t no;
	int64_t at;
	uint8_t trail[16];
	uint8_t hash[DIGEST_LEN]; /* of the seal, as a leaf */
};

struct anchors {	  /* starts as { 0 } */
	struct anchor *v; /* in the order of their numbers */
	size_t n;
};

/* Read the seals of a file, - being standard input; lines that are none are
 * passed over. Returns false if that failed, a seal is broken, or there is
 * none: then it has said so. */
bool anchor_read(struct anchors *, const char *path);
/* A copy of those of one trail; anchor_free() it. */
void anchor_of(struct anchors *, const struct anchors *all,
    const uint8_t trail[static 16]);
void anchor_free(struct anchors *);

#endif
