/* siem-put - pieces of a line put together, values as they are written */

#include "siem-put.h"

#include <string.h>

#include "exact.h"

void
put_begin(struct put *o, FILE *fp)
{
	o->fp = fp;
	o->len = 0;
}

void
put_end(struct put *o)
{
	fwrite_unlocked(o->text, 1, o->len, o->fp);
	o->len = 0;
}

void
put_bytes(struct put *o, const char *s, size_t len)
{
	if (len > sizeof(o->text) - o->len)
		put_end(o);
	if (len > sizeof(o->text))
		fwrite_unlocked(s, 1, len, o->fp);
	else {
		memcpy(o->text + o->len, s, len);
		o->len += len;
	}
}

void
put_text(struct put *o, const char *s)
{
	put_bytes(o, s, strlen(s));
}

void
put_number(struct put *o, int64_t n)
{
	char text[24], *end = text + sizeof(text), *p = end;
	uint64_t u = n < 0 ? -(uint64_t)n : (uint64_t)n;

	do
		*--p = (char)('0' + u % 10);
	while ((u /= 10) > 0);
	if (n < 0)
		*--p = '-';
	put_bytes(o, p, (size_t)(end - p));
}

void
put_json(struct put *o, struct json j, bool exact)
{
	if (!exact) {
		put_bytes(o, j.p, j.len);
		return;
	}
	put_end(o);
	exact_write(o->fp, j.p, j.len);
}

/* How many of the bytes can be kept: no character and no escape in two, nor
 * the two escapes that are one character. */
static size_t
whole(const char *s, size_t most)
{
	size_t i = 0, n, end = 0;

	while (i < most) {
		n = s[i] != '\\' ? 1 : s[i + 1] == 'u' ? 6 : 2;
		if (n == 6 && (s[i + 2] == 'd' || s[i + 2] == 'D') &&
		    strchr("89abAB", s[i + 3]) != NULL && s[i + 6] == '\\' &&
		    s[i + 7] == 'u')
			n = 12;
		i += n;
		while (n == 1 && ((unsigned char)s[i] & 0xc0) == 0x80)
			i++;
		if (i <= most)
			end = i;
	}
	return end;
}

bool
put_body(struct put *o, struct json string, size_t most)
{
	size_t len = string.len - 2;

	if (len > most)
		len = whole(string.p + 1, most);
	put_bytes(o, string.p + 1, len);
	return len < string.len - 2;
}

void
put_member(struct put *o, const char *name, const char *text)
{
	put_bytes(o, ",\"", 2);
	put_text(o, name);
	put_bytes(o, "\":\"", 3);
	put_text(o, text);
	put_bytes(o, "\"", 1);
}
