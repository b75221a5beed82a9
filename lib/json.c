/* json - a JSON text taken apart where it lies */

#include "json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "json-blank.h"
#include "mem.h"

char
json_kind(struct json j)
{
	if (j.p == NULL)
		return 'n';
	return *j.p == '-' || (*j.p >= '0' && *j.p <= '9') ? '0' : *j.p;
}

/* The ends of what has been checked */

static const char *
string_end(const char *p)
{
	const char *begin = p + 1, *slash;

	for (p = begin;; p++) {
		p = rawmemchr(p, '"');
		for (slash = p; slash > begin && slash[-1] == '\\'; slash--)
			;
		/* an even number of backslashes are that many halved */
		if ((p - slash) % 2 == 0)
			return p + 1;
	}
}

static const char *
word_end(const char *p, const char *end)
{
	while (p < end && !json_is_blank(*p) && *p != ',' && *p != ']' &&
	    *p != '}')
		p++;
	return p;
}

static const char *
value_end(const char *p, const char *end)
{
	int depth = 0;

	if (*p != '"' && *p != '{' && *p != '[')
		return word_end(p, end);
	do {
		switch (*p) {
		case '"': p = string_end(p); break;
		case '{':
		case '[':
			depth++;
			p++;
			break;
		case '}':
		case ']':
			depth--;
			p++;
			break;
		default: /* of a number or word the rest goes the same way */
			p++;
		}
	} while (depth > 0);
	return p;
}

void
json_begin(struct json_iter *i, struct json j)
{
	char kind = json_kind(j);

	i->p = i->end = NULL;
	i->object = kind == '{';
	if (kind != '{' && kind != '[')
		return;
	i->end = j.p + j.len - 1; /* its } or ] */
	i->p = json_skip_blanks(j.p + 1, i->end);
}

bool
json_next(struct json_iter *i, struct json *key, struct json *value)
{
	const char *p = i->p;

	if (p == i->end)
		return false;
	*key = (struct json){ NULL, 0 };
	if (i->object) {
		key->p = p;
		p = string_end(p);
		key->len = (size_t)(p - key->p);
		p = json_skip_blanks(p, i->end) + 1;
		p = json_skip_blanks(p, i->end);
	}
	value->p = p;
	p = value_end(p, i->end);
	value->len = (size_t)(p - value->p);
	p = json_skip_blanks(p, i->end);
	if (p < i->end)
		p = json_skip_blanks(p + 1, i->end);
	i->p = p;
	return true;
}

bool
json_get(struct json object, struct json key, struct json *value)
{
	struct json_iter i;
	struct json k, v;
	bool found = false;

	json_begin(&i, object);
	while (json_next(&i, &k, &v))
		if (json_same(k, key)) {
			*value = v;
			found = true;
		}
	return found;
}

bool
json_same(struct json a, struct json b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

bool
json_says(struct json j, const char *s)
{
	size_t len = strlen(s);
	char *text;
	bool says;

	if (json_kind(j) != '"')
		return false;
	if (memchr(j.p, '\\', j.len) == NULL)
		return j.len == len + 2 && memcmp(j.p + 1, s, len) == 0;
	text = json_text(j, &len);
	says = len == strlen(s) && memcmp(text, s, len) == 0;
	free(text);
	return says;
}

struct json
json_member(struct json object, const char *name)
{
	struct json_iter i;
	struct json key, value, found = { NULL, 0 };

	if (json_kind(object) != '{')
		return found;
	json_begin(&i, object);
	while (json_next(&i, &key, &value))
		if (json_says(key, name))
			found = value;
	return found;
}

static uint32_t
hex4(const char *p)
{
	const char digits[] = { p[0], p[1], p[2], p[3], '\0' };

	return (uint32_t)strtoul(digits, NULL, 16);
}

static char *
put_utf8(char *out, uint32_t c)
{
	if (c < 0x80)
		*out++ = (char)c;
	else if (c < 0x800) {
		*out++ = (char)(0xc0 | c >> 6);
		*out++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*out++ = (char)(0xe0 | c >> 12);
		*out++ = (char)(0x80 | (c >> 6 & 0x3f));
		*out++ = (char)(0x80 | (c & 0x3f));
	} else {
		*out++ = (char)(0xf0 | c >> 18);
		*out++ = (char)(0x80 | (c >> 12 & 0x3f));
		*out++ = (char)(0x80 | (c >> 6 & 0x3f));
		*out++ = (char)(0x80 | (c & 0x3f));
	}
	return out;
}

/* The character that \u at p means, and, in *p, what is behind it. */
static uint32_t
unicode(const char **p, const char *end)
{
	uint32_t c = hex4(*p + 2), low;

	*p += 6;
	if (c < 0xd800 || c > 0xdfff)
		return c;
	if (c < 0xdc00 && end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u') {
		low = hex4(*p + 2);
		if (low >= 0xdc00 && low <= 0xdfff) {
			*p += 6;
			return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		}
	}
	return 0xfffd;
}

char *
json_text(struct json j, size_t *len)
{
	static const char letters[] = "bfnrt", means[] = "\b\f\n\r\t";
	const char *p = j.p + 1, *end = j.p + j.len - 1, *letter;
	char *text = xmalloc(j.len), *out = text; /* escapes are longer */

	while (p < end)
		if (*p != '\\')
			*out++ = *p++;
		else if (p[1] == 'u')
			out = put_utf8(out, unicode(&p, end));
		else {
			letter = strchr(letters, p[1]);
			*out++ =
			    letter == NULL ? p[1] : means[letter - letters];
			p += 2;
		}
	*out = '\0';
	*len = (size_t)(out - text);
	return text;
}
