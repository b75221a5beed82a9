/* json-read - whether a text is JSON, and where its value lies */

#include "json.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "json-blank.h"

#define MAX_DEPTH 10000

/* What is being read: where, until where, inside which objects and arrays */
struct reader {
	const char *p, *end;
	const char *wrong;
	int depth;
	char inside[MAX_DEPTH]; /* { or [ */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The number of characters that an escape has after its backslash, 0 if it is
 * none */
static int
escape(const char *p, const char *end)
{
	int i;

	if (p == end || *p == '\0')
		return 0;
	if (*p != 'u')
		return strchr("\"\\/bfnrt", *p) != NULL;
	for (i = 1; i <= 4; i++)
		if (end - p <= i || !isxdigit((unsigned char)p[i]))
			return 0;
	return 5;
}

/* Past bytes that a string has as they are, eight at a time, for most are */
static const char *
skip_plain(const char *p, const char *end)
{
	const uint64_t ones = 0x0101010101010101, tops = 0x80 * ones;
	uint64_t w, quote, slash;

	for (; end - p >= 8; p += 8) {
		memcpy(&w, p, sizeof(w));
		quote = w ^ '"' * ones;
		slash = w ^ '\\' * ones;
		/* the top bit of a byte that is less than 0x20, or equal */
		if ((((w - 0x20 * ones) & ~w) | ((quote - ones) & ~quote) |
			((slash - ones) & ~slash)) &
		    tops)
			break;
	}
	return p;
}

static bool
read_string(struct reader *r)
{
	const char *p = skip_plain(r->p + 1, r->end);
	int n;

	for (; p < r->end && *p != '"'; p++) {
		if ((unsigned char)*p < 0x20)
			break;
		if (*p != '\\')
			continue;
		if ((n = escape(p + 1, r->end)) == 0)
			break;
		p += n;
	}
	r->p = p;
	if (p == r->end || *p != '"') {
		r->wrong = p == r->end ? "a string without its end"
		    : *p == '\\'       ? "an unknown escape"
				       : "a control character in a string";
		return false;
	}
	r->p++;
	return true;
}

static const char *
digits(const char *p, const char *end)
{
	while (p < end && is_digit(*p))
		p++;
	return p;
}

static bool
read_number(struct reader *r)
{
	const char *p = r->p, *from;

	if (*p == '-')
		p++;
	from = p;
	p = digits(p, r->end);
	if (p == from || (*from == '0' && p - from > 1))
		goto wrong;
	if (p < r->end && *p == '.') {
		from = ++p;
		if ((p = digits(p, r->end)) == from)
			goto wrong;
	}
	if (p < r->end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < r->end && (*p == '+' || *p == '-'))
			p++;
		from = p;
		if ((p = digits(p, r->end)) == from)
			goto wrong;
	}
	r->p = p;
	return true;
wrong:
	r->wrong = "not a number";
	return false;
}

static bool
read_word(struct reader *r)
{
	static const char *const words[] = { "null", "true", "false" };
	size_t i, n;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		n = strlen(words[i]);
		if ((size_t)(r->end - r->p) >= n &&
		    memcmp(r->p, words[i], n) == 0) {
			r->p += n;
			return true;
		}
	}
	r->wrong = "not JSON";
	return false;
}

static bool
read_key(struct reader *r)
{
	r->p = json_skip_blanks(r->p, r->end);
	if (r->p == r->end || *r->p != '"') {
		r->wrong = "no key";
		return false;
	}
	if (!read_string(r))
		return false;
	r->p = json_skip_blanks(r->p, r->end);
	if (r->p == r->end || *r->p != ':') {
		r->wrong = "no colon after a key";
		return false;
	}
	r->p++;
	return true;
}

/* Behind the { or [ that is here, up to its first value. *empty: there is none,
 * and this is behind its end. */
static bool
enter(struct reader *r, bool *empty)
{
	char open = *r->p, close = open == '{' ? '}' : ']';

	r->p = json_skip_blanks(r->p + 1, r->end);
	*empty = r->p < r->end && *r->p == close;
	if (*empty) {
		r->p++;
		return true;
	}
	if (r->depth == MAX_DEPTH) {
		r->wrong = "nested too deep";
		return false;
	}
	r->inside[r->depth++] = open;
	return open == '[' || read_key(r);
}

/* Behind a value, up to the next one. *done: that was all. */
static bool
leave(struct reader *r, bool *done)
{
	for (;;) {
		char open;

		*done = r->depth == 0;
		if (*done)
			return true;
		open = r->inside[r->depth - 1];
		r->p = json_skip_blanks(r->p, r->end);
		if (r->p < r->end && *r->p == ',') {
			r->p++;
			return open == '[' || read_key(r);
		}
		if (r->p == r->end || *r->p != (open == '{' ? '}' : ']')) {
			r->wrong = open == '{' ? "an object without its end"
					       : "an array without its end";
			return false;
		}
		r->p++;
		r->depth--;
	}
}

static bool
read_value(struct reader *r)
{
	bool inner, done = false;

	while (!done) {
		r->p = json_skip_blanks(r->p, r->end);
		inner = false;
		if (r->p == r->end) {
			r->wrong = "a value is missing";
			return false;
		}
		switch (*r->p) {
		case '{':
		case '[': {
			bool empty;

			if (!enter(r, &empty))
				return false;
			inner = !empty;
			break;
		}
		case '"':
			if (!read_string(r))
				return false;
			break;
		default:
			if (*r->p == '-' || is_digit(*r->p) ? !read_number(r)
							    : !read_word(r))
				return false;
		}
		if (!inner && !leave(r, &done))
			return false;
	}
	return true;
}

const char *
json_parse(struct json *j, const char *text, size_t len, size_t *where)
{
	struct reader r;
	const char *from;

	r.end = text + len;
	r.p = from = json_skip_blanks(text, r.end);
	r.depth = 0;
	r.wrong = NULL;
	if (read_value(&r)) {
		*j = (struct json){ from, (size_t)(r.p - from) };
		if (json_skip_blanks(r.p, r.end) != r.end)
			r.wrong = "something behind its end";
	}
	*where = (size_t)(r.p - text);
	return r.wrong;
}
