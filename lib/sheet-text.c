/* sheet-text - a text as a workbook can hold it
 *
 * A cell has 32767 UTF-16 units at most. What XML cannot hold is written
 * _xHHHH_, so what looks like that has to be _x005F_xHHHH_. libxlsxwriter
 * writes control characters so, but no more: a text _x0041_ would come back as
 * A, and U+FFFE would make the file one that cannot be opened. */

#include "sheet-text.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sheet.h"
#include "utf8.h"

#define MARK 64 /* units that are kept free for the mark */
#define ESCAPED 7

/* Bytes that are a character each and are written as they are */
static bool
is_plain(unsigned char c)
{
	return (c >= 0x20 && c < 0x7f && c != '_') || c == '\n' || c == '\t';
}

static bool
looks_escaped(const char *s, size_t len)
{
	return len >= ESCAPED && s[1] == 'x' && isxdigit((unsigned char)s[2]) &&
	    isxdigit((unsigned char)s[3]) && isxdigit((unsigned char)s[4]) &&
	    isxdigit((unsigned char)s[5]) && s[6] == '_';
}

/* Put the character at s, which takes *n bytes. Returns its units: no more
 * than Excel may count, whether it counts before or after it reads _xHHHH_. */
static unsigned int
put(struct buf *buf, const char *s, size_t len, size_t *n)
{
	unsigned char c = (unsigned char)*s;

	*n = utf8_length(s, len);
	if (c == '_' && looks_escaped(s, len)) {
		buf_put(buf, "_x005F_", ESCAPED);
		return ESCAPED;
	}
	if (*n == 0 || c == '\0') {
		*n = 1;
		buf_put(buf, "\xef\xbf\xbd", 3);
		return 1;
	}
	if (*n == 3 && memcmp(s, "\xef\xbf", 2) == 0 &&
	    (unsigned char)s[2] >= 0xbe) {
		buf_put(buf,
		    (unsigned char)s[2] == 0xbe ? "_xFFFE_" : "_xFFFF_",
		    ESCAPED);
		return ESCAPED;
	}
	buf_put(buf, s, *n);
	if (c < 0x20 && c != '\n' && c != '\t')
		return ESCAPED; /* libxlsxwriter's doing */
	return *n == 4 ? 2 : 1;
}

static uint64_t
characters(const char *s, size_t len)
{
	uint64_t count;
	size_t n;

	for (count = 0; len > 0; count++) {
		n = utf8_length(s, len);
		n = n == 0 ? 1 : n;
		s += n;
		len -= n;
	}
	return count;
}

/* The long way: character by character */
static bool
put_all(struct buf *buf, const char *s, size_t len)
{
	size_t at, n, mark = 0, units = 0;
	char text[MARK];

	for (at = 0; at < len && units <= SHEET_CHARS; at += n) {
		if (units <= SHEET_CHARS - MARK)
			mark = buf->len;
		units += put(buf, s + at, len - at, &n);
	}
	if (units <= SHEET_CHARS)
		return false;
	buf->len = mark;
	n = (size_t)snprintf(text, sizeof(text),
	    "\xe2\x80\xa6 [cut: %ju characters]",
	    (uintmax_t)characters(s, len));
	buf_put(buf, text, n);
	return true;
}

bool
sheet_text_put(struct buf *buf, const char *s, size_t len)
{
	bool cut = false;
	size_t i;

	buf->len = 0;
	for (i = 0; i < len && is_plain((unsigned char)s[i]); i++)
		;
	if (i == len && len <= SHEET_CHARS)
		buf_put(buf, s, len);
	else
		cut = put_all(buf, s, len);
	buf_byte(buf, '\0');
	return cut;
}

const char *
sheet_text_line(struct buf *buf, const char *s)
{
	size_t i;

	buf->len = 0;
	utf8_clean(buf, s, strlen(s), 200);
	for (i = 0; i + 2 < buf->len; i++)
		if (memcmp(buf->p + i, "\xef\xbf", 2) == 0 &&
		    (unsigned char)buf->p[i + 2] >= 0xbe)
			buf->p[i + 2] = (char)0xbd;
	buf_byte(buf, '\0');
	return buf->p;
}
