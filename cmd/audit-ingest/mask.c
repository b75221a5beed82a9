/* mask - a statement of the log without the passwords in it */

#include "mask.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char word[] = "password";

static const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && isspace((unsigned char)*p))
		p++;
	return p;
}

/* Behind a literal in quotes; a quote that is there twice does not end it, and
 * a backslash may take the next one with it: too much goes rather than too
 * little. */
static const char *
quoted(const char *p, const char *end)
{
	char quote = *p++;

	for (; p < end; p++)
		if (*p == '\\')
			p++;
		else if (*p == quote && (++p >= end || *p != quote))
			break;
	return p < end ? p : end;
}

static const char *
dollars(const char *p, const char *end)
{
	const char *tag = memchr(p + 1, '$', (size_t)(end - p) - 1), *found;
	size_t len;

	if (tag == NULL)
		return NULL;
	len = (size_t)(++tag - p);
	found = memmem(tag, (size_t)(end - tag), p, len);
	return found == NULL ? end : found + len;
}

/* Where a literal ends that begins here; NULL: none does. */
static const char *
literal(const char *p, const char *end)
{
	if (p < end && (*p == 'e' || *p == 'E') && p + 1 < end && p[1] == '\'')
		p++;
	else if (end - p > 2 && (*p == 'u' || *p == 'U') && p[1] == '&' &&
	    p[2] == '\'')
		p += 2;
	if (p == end)
		return NULL;
	if (*p == '\'' || *p == '"')
		return quoted(p, end);
	/* $1 is a parameter */
	return *p == '$' && p + 1 < end && !isdigit((unsigned char)p[1])
	    ? dollars(p, end)
	    : NULL;
}

/* The secret behind the word password, from *from; NULL: there is none. */
static const char *
secret(const char *p, const char *end, const char **from)
{
	const char *s = skip_blanks(p, end), *stop;
	bool sign = false;

	/* the end of a name in quotes */
	if (s < end && *s == '"' && s == p)
		s = skip_blanks(s + 1, end);
	for (; s < end && strchr(":=>(,", *s) != NULL && *s != '\0'; s++)
		sign |= *s == '=';
	s = skip_blanks(s, end);
	*from = s;
	if ((stop = literal(s, end)) != NULL || !sign)
		return stop;
	if (s < end && *s == '$')
		return NULL;
	for (stop = s; stop < end && !isspace((unsigned char)*stop) &&
	     strchr("'\";,)&", *stop) == NULL;
	     stop++)
		;
	return stop > s ? stop : NULL;
}

/* The same of a URI: postgresql://user:secret@host. */
static const char *
uri_secret(const char *p, const char *end, const char **from)
{
	const char *s;

	*from = NULL;
	for (s = p; s < end && !isspace((unsigned char)*s) &&
	     strchr("/@'\"", *s) == NULL;
	     s++)
		if (*s == ':' && *from == NULL)
			*from = s + 1;
	return s < end && *s == '@' && *from != NULL && *from < s ? s : NULL;
}

/* Where a secret lies that this word or sign announces; NULL: there is none. */
static const char *
announced(const char *p, const char *end, const char **from)
{
	const size_t n = sizeof(word) - 1;

	if (end - p > 3 && memcmp(p, "://", 3) == 0)
		return uri_secret(p + 3, end, from);
	if ((*p != 'p' && *p != 'P') || (size_t)(end - p) < n ||
	    strncasecmp(p, word, n) != 0)
		return NULL;
	return secret(p + n, end, from);
}

struct text
mask_password(struct text t, struct buf *memory)
{
	const char *p = t.p, *end, *done = t.p, *from, *stop;
	bool whole;

	if (t.p == NULL)
		return t;
	buf_reset(memory);
	for (end = p + t.len; p < end; p++) {
		if ((stop = announced(p, end, &from)) == NULL)
			continue;
		whole = literal(from, end) != NULL;
		buf_put(memory, done, (size_t)(from - done));
		buf_put(memory, whole ? "'***'" : "***", whole ? 5 : 3);
		done = stop;
		p = stop - 1;
	}
	if (done == t.p)
		return t;
	buf_put(memory, done, (size_t)(end - done));
	return (struct text){ memory->p, memory->len };
}

struct text
mask_value(struct text t, struct buf *memory)
{
	static const char before[] = "\": \"";
	const char *p;

	p = t.p == NULL ? NULL : memmem(t.p, t.len, before, sizeof(before) - 1);
	if (p == NULL)
		return t;
	buf_reset(memory);
	buf_put(memory, t.p, (size_t)(p - t.p));
	buf_put(memory, "\": ***", 6);
	return (struct text){ memory->p, memory->len };
}
