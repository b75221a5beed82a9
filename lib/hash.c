/* hash - a number for bytes, to find them by */

#include "hash.h"

#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

static uint64_t secret[2];

static uint64_t
fold(uint64_t a)
{
	wide product = (wide)a * secret[1];

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Eight bytes at a time, multiplied and folded */
uint64_t
hash_bytes(uint64_t from, const char *p, size_t len)
{
	uint64_t h, word;

	if (secret[1] == 0) {
		arc4random_buf(secret, sizeof(secret));
		secret[1] |= 1;
	}
	h = (from ^ secret[0]) + len;
	for (; len >= sizeof(word); p += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		h = fold(h ^ word);
	}
	word = 0;
	if (len > 0)
		memcpy(&word, p, len);
	h = fold(h ^ word);
	return h ^ h >> 32;
}
