/* base64 - bytes as text (RFC 4648, section 4) */

#include "base64.h"

#include <openssl/evp.h>

#include "mem.h"

#define PIECE 3072 /* bytes at a time: a multiple of three */

void
base64_write(FILE *fp, const uint8_t *bytes, size_t len)
{
	unsigned char text[PIECE / 3 * 4 + 1];
	size_t n;
	int written;

	for (; len > 0; len -= n, bytes += n) {
		n = len < PIECE ? len : PIECE;
		written = EVP_EncodeBlock(text, bytes, (int)n);
		fwrite(text, 1, (size_t)written, fp);
	}
}

bool
base64_read(struct buf *b, const char *text, size_t len)
{
	size_t i, pads = 0;
	int got;

	buf_reset(b);
	if (len % 4 != 0 || len > INT32_MAX)
		return false;
	/* it would pass over blanks */
	for (i = 0; i < len; i++)
		if (text[i] <= ' ')
			return false;
	while (pads < 2 && pads < len && text[len - 1 - pads] == '=')
		pads++;
	for (i = 0; i < len / 4 * 3; i++)
		buf_byte(b, 0);
	got = EVP_DecodeBlock((unsigned char *)b->p,
	    (const unsigned char *)text, (int)len);
	if (len > 0 && got != (int)(len / 4 * 3))
		return false;
	b->len -= pads;
	return true;
}
