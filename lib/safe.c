/* safe - foreign text made fit for a terminal */

#include "safe.h"

#include <langinfo.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "mem.h"
#include "tool.h"

/* What does its harm unseen: it turns the direction of writing, or takes no
 * room and makes two texts that differ look the same. Joiners and variation
 * selectors are not here: scripts and emoji need them. */
static const struct {
	uint32_t first, last;
} unseen[] = {
	{ 0x00ad, 0x00ad },
	{ 0x034f, 0x034f },
	{ 0x061c, 0x061c },
	{ 0x115f, 0x1160 },
	{ 0x17b4, 0x17b5 },
	{ 0x180e, 0x180e },
	{ 0x200b, 0x200b },
	{ 0x200e, 0x200f },
	{ 0x2028, 0x202e },
	{ 0x2060, 0x206f },
	{ 0x3164, 0x3164 },
	{ 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 },
	{ 0xfff9, 0xfffb },
	{ 0xe0000, 0xe0fff },
};

bool
safe_is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* The character at s and how many bytes it has; 0 if it is no UTF-8. A string's
 * end is no continuation, so nothing behind it is read. */
static size_t
decode(const char *text, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = (const unsigned char *)text;
	size_t i, n;

	*c = s[0];
	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	n = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	*c &= 0x7fU >> n;
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	if (*c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff))
		return 0;
	return n;
}

static bool
is_shown(uint32_t c, bool utf8)
{
	size_t i;

	if (c < 0x80)
		return c >= 0x20 && c != 0x7f;
	if (!utf8 || wcwidth((wchar_t)c) < 0)
		return false;
	for (i = 0; i < sizeof(unseen) / sizeof(*unseen); i++)
		if (c >= unseen[i].first && c <= unseen[i].last)
			return false;
	return true;
}

static void
put_escape(FILE *fp, uint32_t c)
{
	static const char
	    *const names[] = { ['\t'] = "\\t", ['\n'] = "\\n", ['\r'] = "\\r" };

	if (c < sizeof(names) / sizeof(*names) && names[c] != NULL)
		fputs(names[c], fp);
	else if (c < 0x80)
		fprintf(fp, "\\x%02x", (unsigned int)c);
	else
		fprintf(fp, c > 0xffff ? "\\u{%x}" : "\\u%04x",
		    (unsigned int)c);
}

/* How many bytes at the beginning are ASCII that stays as it is */
static size_t
plain(const char *s)
{
	size_t n = 0;

	while (s[n] >= 0x20 && s[n] < 0x7f && s[n] != '\\')
		n++;
	return n;
}

char *
safe_text(const char *s, bool lines)
{
	bool utf8 = safe_is_utf8();
	char *text = NULL;
	size_t n, size = 0;
	FILE *fp = xmemstream(&text, &size);
	uint32_t c;

	for (; *s != '\0'; s += n) {
		if ((n = plain(s)) > 0) {
			fwrite(s, 1, n, fp);
			continue;
		}
		if ((n = decode(s, &c)) == 0) {
			fprintf(fp, "\\x%02x", (unsigned char)*s);
			n = 1;
			continue;
		}
		if (c == '\\' && s[1] != '\0' && strchr("\\nrtux", s[1]))
			putc('\\', fp);
		if (is_shown(c, utf8))
			fwrite(s, 1, n, fp);
		else
			put_escape(fp, c);
		if (c == '\n' && lines && s[1] != '\0')
			putc('\n', fp);
	}
	xclose(fp);
	return text;
}

/* How many bytes fit in *width columns, and how many columns they take */
static size_t
fit(const char *s, size_t *width)
{
	size_t used = 0, i = 0, n, w;
	uint32_t c;

	for (; s[i] != '\0' && s[i] != '\n'; i += n) {
		n = decode(s + i, &c);
		w = c < 0x80 ? 1 : (size_t)wcwidth((wchar_t)c);
		if (used + w > *width)
			break;
		used += w;
	}
	*width = used;
	return i;
}

size_t
safe_width(const char *s)
{
	size_t width = SIZE_MAX;

	fit(s, &width);
	return width;
}

size_t
safe_fit(const char *s, size_t width)
{
	return fit(s, &width);
}

char *
safe_cut(const char *s, size_t width)
{
	size_t n = safe_fit(s, width);

	if (s[n] == '\0' || s[n] == '\n')
		return xstrndup(s, n);
	n = width == 0 ? 0 : safe_fit(s, width - 1);
	return xasprintf("%.*s%s", (int)n, s,
	    width == 0		 ? ""
		: safe_is_utf8() ? "\u2026"
				 : "~");
}
