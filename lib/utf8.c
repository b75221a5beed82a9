/* utf8 - where a character ends; foreign bytes made text */

#include "utf8.h"

#include <stdint.h>

size_t
utf8_length(const char *text, size_t left)
{
	const unsigned char *s = (const unsigned char *)text;
	uint32_t c;
	size_t i, n;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	n = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (left < n)
		return 0;
	c = s[0] & (0x7fU >> n);
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (n == 3 && (c < 0x800 || (c >= 0xd800 && c <= 0xdfff)))
		return 0;
	if (n == 4 && (c < 0x10000 || c > 0x10ffff))
		return 0;
	return n;
}

void
utf8_clean(struct buf *buf, const char *s, size_t len, size_t most)
{
	const char *put;
	size_t n, size;

	for (; len > 0; s += n, len -= n) {
		n = size = utf8_length(s, len);
		put = s;
		if (n == 0) {
			n = 1;
			size = 3;
			put = "\xef\xbf\xbd";
		} else if ((unsigned char)*s < 0x20 || *s == 0x7f)
			put = " ";
		if (size > most)
			break;
		most -= size;
		buf_put(buf, put, size);
	}
}
