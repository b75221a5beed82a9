/* record-csv - where a record of csvlog ends, and its parts
 *
 * A line's end within quotes belongs to the record. Where a log was cut, by a
 * crash or because reading began in the middle, quotes are no longer in pairs,
 * and the rest would be taken the wrong way round. But what the server has put
 * between quotes has each quote twice, so the head of a record with its single
 * quotes cannot stand there, whatever a user has written into a statement. */

#include <string.h>

#include "reader-state.h"

#define LEAST 23 /* fields, up to application_name */

enum match { NO, YES, SHORT };

/* What the fields of a head look like */
enum look { LOOK_TIME, LOOK_QUOTED, LOOK_BARE, LOOK_SESSION };
static const enum look head[] = { LOOK_TIME, LOOK_QUOTED, LOOK_QUOTED,
	LOOK_BARE, LOOK_QUOTED, LOOK_SESSION, LOOK_BARE, LOOK_QUOTED, LOOK_TIME,
	LOOK_BARE, LOOK_BARE, LOOK_BARE, LOOK_BARE };

static bool
may_have(enum look look, char c)
{
	if (c == '"' || c == '\n')
		return false;
	if (look == LOOK_SESSION)
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
		    c == '.';
	if (look == LOOK_TIME)
		return c >= ' ' && c <= '~';
	return true;
}

/* Past a field with its comma; *p stays where it was unless YES. */
static enum match
past(const char **p, const char *end, enum look look)
{
	const char *s = *p;

	if (look == LOOK_TIME && s < end && (*s < '0' || *s > '9'))
		return NO;
	if (look == LOOK_QUOTED && s < end && *s == '"') {
		for (s++;; s++) {
			if ((s = memchr(s, '"', (size_t)(end - s))) == NULL ||
			    ++s == end)
				return SHORT;
			if (*s != '"')
				break;
		}
	} else
		while (s < end && *s != ',' && may_have(look, *s))
			s++;
	if (s == end)
		return SHORT;
	if (*s != ',')
		return NO;
	*p = s + 1;
	return YES;
}

/* Whether a record begins here. A head within quotes has its own twice: before
 * its message it has an even number of them. */
static enum match
begins(const char *p, const char *end)
{
	const char *quotes;
	enum match m;
	size_t i;

	for (i = 0; i < sizeof(head) / sizeof(*head); i++)
		if ((m = past(&p, end, head[i])) != YES)
			return m;
	for (quotes = p; p < end && *p == '"'; p++)
		;
	if (p == end)
		return SHORT;
	return (p - quotes) % 2 == 1 ? YES : NO;
}

#define MOST 4096 /* bytes of a head: names and times */

size_t
csv_split(struct reader *r, const char *text, size_t len)
{
	const char *p = text + r->seen, *end = text + len;
	enum match m;

	for (; p < end; p++) {
		/* what neither ends nor begins anything, quickly */
		while (p < end && *p != '"' && *p != '\n')
			p++;
		if (p == end)
			break;
		if (*p == '"')
			r->quoted = !r->quoted;
		else if (!r->quoted)
			goto found;
		else {
			m = begins(p + 1, end);
			if (m == YES)
				goto found;
			if (m == SHORT && end - p < MOST)
				break; /* look again when there is more */
		}
	}
	r->seen = (size_t)(p - text);
	return 0;
found:
	r->seen = 0;
	r->quoted = false;
	return (size_t)(p - text) + 1;
}

/* A field; *p behind its comma, or NULL after the last one. false: its quotes
 * are not in pairs. */
static bool
field(struct reader *r, const char **p, const char *end, struct text *t)
{
	const char *s = *p, *from;

	if (s == end || *s != '"') {
		*p = memchr(s, ',', (size_t)(end - s));
		*t = (struct text){ s, (size_t)((*p == NULL ? end : *p) - s) };
		*p = *p == NULL ? NULL : *p + 1;
		return memchr(t->p, '"', t->len) == NULL;
	}
	from = ++s;
	*t = (struct text){ NULL, 0 };
	for (;;) {
		if ((s = memchr(s, '"', (size_t)(end - s))) == NULL)
			return false;
		if (s + 1 == end || s[1] != '"')
			break;
		if (t->p == NULL)
			t->p = r->memory.p + r->memory.len;
		buf_put(&r->memory, from, (size_t)(++s - from));
		from = ++s;
	}
	if (t->p == NULL)
		*t = (struct text){ from, (size_t)(s - from) };
	else {
		buf_put(&r->memory, from, (size_t)(s - from));
		t->len = (size_t)(r->memory.p + r->memory.len - t->p);
	}
	if (++s < end && *s != ',')
		return false;
	*p = s == end ? NULL : s + 1;
	return true;
}

/* The port behind a host's name or address; "[local]" has none. */
static void
cut_port(struct text *t)
{
	const char *colon = t->len == 0 ? NULL : memrchr(t->p, ':', t->len);

	if (colon != NULL)
		t->len = (size_t)(colon - t->p);
}

const char *
csv_fields(struct reader *r, struct text v[static FIELDS], const char *p,
    size_t len)
{
	const char *end = p + len;
	struct text more;
	int n;

	for (n = 0; p != NULL; n++) {
		if (n == READER_FIELDS)
			return "not a record of csvlog: too many fields";
		if (!field(r, &p, end, n < FIELDS ? &v[n] : &more))
			return "not a record of csvlog: quotes that have no "
			       "end";
	}
	if (n < LEAST)
		return "not a record of csvlog: fields are missing";
	cut_port(&v[F_FROM]);
	return NULL;
}
