/* mark - a number for bytes, the same in every run */

#include "mark.h"

#include <string.h>

/* The end of splitmix64: each bit of x changes half of the others. */
static uint64_t
mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

uint64_t
mark_bytes(uint64_t from, const char *p, size_t len)
{
	uint64_t h = from * 0x9e3779b97f4a7c15 + len, word;

	for (; len >= sizeof(word); p += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		h = mix(h ^ word) + 0x9e3779b97f4a7c15;
	}
	word = 0;
	if (len > 0)
		memcpy(&word, p, len);
	h = mix(h ^ word);
	return h == 0 ? 1 : h;
}

uint64_t
mark_pair(uint64_t a, uint64_t b)
{
	uint64_t h = mix(a * 0x9e3779b97f4a7c15 ^ mix(b));

	return h == 0 ? 1 : h;
}
