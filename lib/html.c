/* html - text that is text in a page, whatever it says */

#include "html.h"

#include <stdbool.h>
#include <stdint.h>

#include "utf8.h"

/* Characters that only turn the direction of writing or hide themselves */
static const struct {
	uint32_t from, to;
} unseen[] = {
	{ 0x80, 0x9f }, /* C1 */
	{ 0xad, 0xad }, { 0x61c, 0x61c }, { 0x180e, 0x180e },
	{ 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f },
	{ 0xfeff, 0xfeff }, { 0xfff9, 0xfffb },
	{ 0xe0000, 0xe007f }, /* letters of tags */
};

/* The character of these bytes, a sequence in UTF-8 */
static uint32_t
decode(const unsigned char *s, size_t n)
{
	uint32_t c = s[0] & (0x7fU >> n);
	size_t i;

	for (i = 1; i < n; i++)
		c = c << 6 | (s[i] & 0x3f);
	return c;
}

/* How many bytes at s, of which left are there, are such a character; 0: it is
 * another one. */
static size_t
hides(const char *s, size_t left, uint32_t *c)
{
	size_t i, n;

	if ((unsigned char)*s < 0x80 || (n = utf8_length(s, left)) == 0)
		return 0;
	*c = decode((const unsigned char *)s, n);
	for (i = 0; i < sizeof(unseen) / sizeof(*unseen); i++)
		if (*c >= unseen[i].from && *c <= unseen[i].to)
			return n;
	return 0;
}

static void
put_unseen(FILE *fp, uint32_t c, bool marked)
{
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
	uint32_t u;
	size_t i, n;

	for (i = 0; i < len; i += n) {
		const unsigned char *c = (const unsigned char *)s + i;

		if ((n = hides(s + i, len - i, &u)) > 0) {
			put_unseen(fp, u, marked);
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
