/* canon - the one way to write a JSON value
 *
 * The text is gone through once, and the members of an object are written as
 * they come; only where they are not in order they are put into it then. */

#include "canon.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json-blank.h"
#include "mem.h"

/* A member that has been written */
struct member {
	char *text; /* what its name says, where that is not as it is written */
	const char *name;
	size_t len;
	size_t at; /* in the output, with the name; from its beginning */
	size_t end;
};

struct canon {
	struct buf *out;
	const char *end;	/* of the text */
	struct member *members; /* of all objects that we are inside of */
	size_t n, size;
};

bool
canon_before(const char *a, size_t alen, const char *b, size_t blen)
{
	if (alen != blen)
		return alen < blen;
	return alen > 0 && memcmp(a, b, alen) < 0;
}

/* The bytes of a text that json_parse() has checked; these return what is
 * behind what they took. */

static const char *
string_end(const char *p)
{
	for (p++; *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p + 1;
}

static void
put_string(struct buf *b, const char *s, size_t len)
{
	static const char letters[] = "\"\\bfnrt", means[] = "\"\\\b\f\n\r\t";
	char text[8];
	const char *m;
	size_t i, done = 0;

	buf_byte(b, '"');
	for (i = 0; i < len; i++) {
		if ((unsigned char)s[i] >= 0x20 && s[i] != '"' && s[i] != '\\')
			continue;
		buf_put(b, s + done, i - done);
		done = i + 1;
		m = memchr(means, s[i], sizeof(means) - 1);
		if (m != NULL) {
			buf_byte(b, '\\');
			buf_byte(b, letters[m - means]);
		} else {
			snprintf(text, sizeof(text), "\\u%04x",
			    (unsigned int)s[i]);
			buf_put(b, text, 6);
		}
	}
	buf_put(b, s + done, len - done);
	buf_byte(b, '"');
}

/* What a string without an escape says, or NULL */
static const char *
plain(struct json string, size_t *len)
{
	*len = string.len - 2;
	return memchr(string.p, '\\', string.len) == NULL ? string.p + 1 : NULL;
}

static const char *
take_string(struct canon *c, const char *p)
{
	struct json string = { p, (size_t)(string_end(p) - p) };
	size_t len;
	char *text;

	if (plain(string, &len) != NULL)
		buf_put(c->out, string.p, string.len);
	else {
		text = json_text(string, &len);
		put_string(c->out, text, len);
		free(text);
	}
	return string.p + string.len;
}

static const char *
take_word(struct canon *c, const char *p)
{
	const char *from = p;

	while (p < c->end && !json_is_blank(*p) && *p != ',' && *p != ']' &&
	    *p != '}')
		p++;
	buf_put(c->out, from, (size_t)(p - from));
	return p;
}

static const char *
blanks(const struct canon *c, const char *p)
{
	return json_skip_blanks(p, c->end);
}

static const char *take_value(struct canon *, const char *);

static const char *
take_array(struct canon *c, const char *p)
{
	buf_byte(c->out, '[');
	for (p = blanks(c, p + 1); *p != ']'; p = blanks(c, p)) {
		if (*p == ',') {
			buf_put(c->out, ", ", 2);
			p = blanks(c, p + 1);
		}
		p = take_value(c, p);
	}
	buf_byte(c->out, ']');
	return p + 1;
}

/* In order; of those with the same name, as they came: the last one counts */
static int
by_name(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (canon_before(x->name, x->len, y->name, y->len))
		return -1;
	if (canon_before(y->name, y->len, x->name, x->len))
		return 1;
	return (x->at > y->at) - (x->at < y->at);
}

static bool
in_order(const struct member *m, size_t n)
{
	size_t i;

	for (i = 1; i < n; i++)
		if (!canon_before(m[i - 1].name, m[i - 1].len, m[i].name,
			m[i].len))
			return false;
	return true;
}

/* The members are what the output ends with, from this byte on. */
static void
put_in_order(struct buf *out, size_t from, struct member *m, size_t n)
{
	struct buf sorted = { NULL, 0, 0 };
	size_t i;

	qsort(m, n, sizeof(*m), by_name);
	for (i = 0; i < n; i++) {
		if (i + 1 < n &&
		    !canon_before(m[i].name, m[i].len, m[i + 1].name,
			m[i + 1].len))
			continue;
		if (sorted.len > 0)
			buf_put(&sorted, ", ", 2);
		buf_put(&sorted, out->p + m[i].at, m[i].end - m[i].at);
	}
	out->len = from;
	buf_put(out, sorted.p, sorted.len);
	buf_free(&sorted);
}

static const char *
take_member(struct canon *c, const char *p)
{
	struct member m = { NULL, NULL, 0, c->out->len, 0 };
	const char *end = take_string(c, p);
	const struct json name = { p, (size_t)(end - p) };

	if ((m.name = plain(name, &m.len)) == NULL)
		m.name = m.text = json_text(name, &m.len);
	buf_put(c->out, ": ", 2);
	p = blanks(c, blanks(c, end) + 1);
	p = take_value(c, p);
	m.end = c->out->len;
	if (c->n == c->size) {
		c->size = c->size == 0 ? 64 : c->size * 2;
		c->members =
		    xreallocarray(c->members, c->size, sizeof(*c->members));
	}
	c->members[c->n++] = m;
	return p;
}

static const char *
take_object(struct canon *c, const char *p)
{
	size_t first = c->n, from;

	buf_byte(c->out, '{');
	from = c->out->len;
	for (p = blanks(c, p + 1); *p != '}'; p = blanks(c, p)) {
		if (*p == ',') {
			buf_put(c->out, ", ", 2);
			p = blanks(c, p + 1);
		}
		p = take_member(c, p);
	}
	if (c->n - first > 1 && !in_order(c->members + first, c->n - first))
		put_in_order(c->out, from, c->members + first, c->n - first);
	while (c->n > first)
		free(c->members[--c->n].text);
	buf_byte(c->out, '}');
	return p + 1;
}

static const char *
take_value(struct canon *c, const char *p)
{
	switch (*p) {
	case '{': return take_object(c, p);
	case '[': return take_array(c, p);
	case '"': return take_string(c, p);
	default: return take_word(c, p);
	}
}

void
canon_put(struct buf *b, struct json j)
{
	struct canon c = { b, j.p + j.len, NULL, 0, 0 };

	take_value(&c, j.p);
	free(c.members);
}
