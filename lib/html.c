/* html - text that is text in a page, whatever it says */

#include "html.h"

#include <stdbool.h>

/* How many bytes at s are a character that only turns the direction of writing
 * or hides itself; 0: it is another one. */
static size_t
unseen(const unsigned char *s)
{
	if (s[0] == 0xc2 && s[1] >= 0x80 && s[1] <= 0x9f)
		return 2; /* C1 */
	if (s[0] == 0xd8 && s[1] == 0x9c)
		return 2; /* U+061C */
	if (s[0] == 0xe2 && s[1] == 0x80 &&
	    ((s[2] >= 0x8b && s[2] <= 0x8f) || (s[2] >= 0xa8 && s[2] <= 0xae)))
		return 3; /* U+200B..200F, 2028..202E */
	if (s[0] == 0xe2 && s[1] == 0x81 && s[2] >= 0xa0 && s[2] <= 0xaf)
		return 3; /* U+2060..206F */
	if (s[0] == 0xef && s[1] == 0xbb && s[2] == 0xbf)
		return 3; /* U+FEFF */
	return 0;
}

static void
put_unseen(FILE *fp, const unsigned char *s, size_t n, bool marked)
{
	unsigned int c = n == 2
	    ? (unsigned int)((s[0] & 0x1f) << 6 | (s[1] & 0x3f))
	    : (unsigned int)((s[0] & 0xf) << 12 | (s[1] & 0x3f) << 6 |
		  (s[2] & 0x3f));

	fprintf(fp, marked ? "<span class=\"no\">\\u%04x</span>" : "\\u%04x",
	    c);
}

static void
put_control(FILE *fp, unsigned char c, bool marked)
{
	fprintf(fp, marked ? "<span class=\"no\">\\x%02x</span>" : "\\x%02x",
	    c);
}

static void
put(FILE *fp, const char *s, size_t len, bool marked)
{
	size_t i, n;

	for (i = 0; i < len; i += n) {
		const unsigned char *c = (const unsigned char *)s + i;

		if ((n = unseen(c)) > 0) {
			put_unseen(fp, c, n, marked);
			continue;
		}
		n = 1;
		switch (*c) {
		case '&': fputs("&amp;", fp); break;
		case '<': fputs("&lt;", fp); break;
		case '>': fputs("&gt;", fp); break;
		case '"': fputs("&quot;", fp); break;
		case '\'': fputs("&#39;", fp); break;
		default:
			if ((*c < 0x20 && *c != '\n' && *c != '\t') ||
			    *c == 0x7f)
				put_control(fp, *c, marked);
			else
				putc(*c, fp);
		}
	}
}

void
html_text(FILE *fp, const char *s, size_t len)
{
	put(fp, s, len, true);
}

void
html_plain(FILE *fp, const char *s, size_t len)
{
	put(fp, s, len, false);
}
