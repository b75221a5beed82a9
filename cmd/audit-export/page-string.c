/* page-string - a text as a JSON string inside a page */

#include <stdio.h>
#include <string.h>

#include "page.h"
#include "utf8.h"

static void
put(struct buf *b, const char *text)
{
	buf_put(b, text, strlen(text));
}

/* How many bytes are written as they are */
static size_t
plain(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && s[i] >= 0x20 && s[i] < 0x7f && s[i] != '"' &&
	    s[i] != '\\' && s[i] != '<' && s[i] != '>' && s[i] != '&')
		i++;
	return i;
}

void
page_string(struct buf *b, const char *s, size_t len)
{
	char escape[8];
	size_t i, n;

	buf_byte(b, '"');
	for (i = 0; i < len; i += n) {
		unsigned char c = (unsigned char)s[i];

		if ((n = plain(s + i, len - i)) > 0) {
			buf_put(b, s + i, n);
			continue;
		}
		n = utf8_length(s + i, len - i);
		if (n == 0) {
			n = 1;
			put(b, "\\ufffd");
		} else if (c == '"' || c == '\\') {
			buf_byte(b, '\\');
			buf_byte(b, (char)c);
		} else if (c < 0x20 || c == '<' || c == '>' || c == '&') {
			snprintf(escape, sizeof(escape), "\\u%04x", c);
			put(b, escape);
		} else if (n == 3 && memcmp(s + i, "\xe2\x80\xa8", 3) == 0)
			put(b, "\\u2028");
		else if (n == 3 && memcmp(s + i, "\xe2\x80\xa9", 3) == 0)
			put(b, "\\u2029");
		else
			buf_put(b, s + i, n);
	}
	buf_byte(b, '"');
}
