/* path - the path from a leaf to the root of a tree too large for memory
 *
 * The leaves come one after the other; of those beside the path only the right
 * borders of the subtrees are kept that they belong to. */
#ifndef AUDIT_SEAL_PATH_H
#define AUDIT_SEAL_PATH_H

#include <stdint.h>

#include "merkle.h"

struct path;

struct path *path_new(uint64_t size, uint64_t index); /* never NULL */
void path_free(struct path *);			      /* accepts NULL */

/* The next leaf, by its hash; false: there are more than size. */
bool path_add(struct path *, struct digest *,
    const uint8_t leaf[static DIGEST_LEN]);
/* After the last one; false: there are less than size. */
bool path_end(struct path *, struct digest *, struct merkle_path *);

#endif
