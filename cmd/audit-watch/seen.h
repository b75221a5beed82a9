/* seen - whether something was seen before, in a megabyte whatever comes
 *
 * A Bloom filter: what was seen is known; of what was not, one in a hundred is
 * taken for known when 800,000 are in it, and more and more after that. */
#ifndef AUDIT_WATCH_SEEN_H
#define AUDIT_WATCH_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#define SEEN_WORDS (1 << 17)

struct seen { /* starts as zeros */
	uint64_t word[SEEN_WORDS];
};

bool seen_has(const struct seen *, uint64_t mark);
void seen_add(struct seen *, uint64_t mark);

#endif
