/* who-comment - the last comment of a statement
 *
 * A value in quotes may look like one: who can have an application search for
 * such a value must not say who acts. */

#include <ctype.h>
#include <string.h>

#include "who.h"

static bool
is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (c & 0x80) != 0;
}

/* Behind a quoted text; with escapes a backslash takes the next one with it. A
 * quote that is there twice is two texts, which is as good. */
static const char *
quoted(const char *p, const char *end, bool escapes)
{
	char quote = *p++;

	for (; p < end && *p != quote; p++)
		if (escapes && *p == '\\')
			p++;
	return p < end ? p + 1 : end;
}

/* Behind a text in dollars, or behind the first dollar if there is none */
static const char *
dollars(const char *p, const char *end)
{
	const char *tag = p + 1, *found;
	size_t len;

	if (tag < end && isdigit((unsigned char)*tag))
		return tag;
	while (tag < end && is_name(*tag))
		tag++;
	if (tag == end || *tag != '$')
		return p + 1;
	len = (size_t)(++tag - p);
	found = memmem(tag, (size_t)(end - tag), p, len);
	return found == NULL ? end : found + len;
}

/* Behind a comment, which may have others inside */
static const char *
comment(const char *p, const char *end)
{
	int depth = 0;

	while (p + 1 < end) {
		if (p[0] == '/' && p[1] == '*')
			depth++;
		else if (p[0] == '*' && p[1] == '/') {
			if (--depth == 0)
				return p + 2;
		} else {
			p++;
			continue;
		}
		p += 2;
	}
	return end;
}

static const char *
step(const char *p, const char *begin, const char *end)
{
	bool e;

	switch (*p) {
	case '\'':
		e = p > begin && (p[-1] == 'e' || p[-1] == 'E') &&
		    (p - 1 == begin || !is_name(p[-2]));
		return quoted(p, end, e);
	case '"': return quoted(p, end, false);
	case '$': return p > begin && is_name(p[-1]) ? p + 1 : dollars(p, end);
	case '-':
		if (p + 1 == end || p[1] != '-')
			return p + 1;
		p = memchr(p, '\n', (size_t)(end - p));
		return p == NULL ? end : p;
	default: return p + 1;
	}
}

struct text
comment_last(struct text t)
{
	const char *p = t.p, *end, *next;
	struct text last = { NULL, 0 };

	if (p == NULL || memmem(p, t.len, "*/", 2) == NULL)
		return last;
	end = p + t.len;
	while (p < end)
		if (end - p >= 4 && p[0] == '/' && p[1] == '*') {
			next = comment(p, end);
			if (next[-1] == '/' && next[-2] == '*' && next - p >= 4)
				last = (struct text){ p + 2,
					(size_t)(next - p) - 4 };
			p = next;
		} else
			p = step(p, t.p, end);
	return last;
}
