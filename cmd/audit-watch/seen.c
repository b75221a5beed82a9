/* seen - whether something was seen before, in a megabyte whatever comes */

#include "seen.h"

#define HASHES 7

/* The ith bit of a mark: double hashing, after Kirsch and Mitzenmacher */
static uint32_t
bit_of(uint64_t mark, uint32_t i)
{
	uint32_t a = (uint32_t)mark, b = (uint32_t)(mark >> 32) | 1;

	return (a + i * b) % (SEEN_WORDS * 64);
}

bool
seen_has(const struct seen *s, uint64_t mark)
{
	uint32_t i, bit;

	for (i = 0; i < HASHES; i++) {
		bit = bit_of(mark, i);
		if ((s->word[bit / 64] >> bit % 64 & 1) == 0)
			return false;
	}
	return true;
}

void
seen_add(struct seen *s, uint64_t mark)
{
	uint32_t i, bit;

	for (i = 0; i < HASHES; i++) {
		bit = bit_of(mark, i);
		s->word[bit / 64] |= UINT64_C(1) << bit % 64;
	}
}
