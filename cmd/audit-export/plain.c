/* plain - what the strings of an event say */

#include "plain.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "utf8.h"

void
plain_put(struct buf *b, struct json string)
{
	static const char strange[] = "\xef\xbf\xbd";
	char *text, *zero, *p;
	size_t len, n;

	if (json_kind(string) != '"')
		return;
	if (memchr(string.p, '\\', string.len) == NULL) {
		buf_put(b, string.p + 1, string.len - 2);
		return;
	}
	text = p = json_text(string, &len);
	while ((zero = memchr(p, '\0', len)) != NULL) {
		n = (size_t)(zero - p);
		buf_put(b, p, n);
		buf_put(b, strange, sizeof(strange) - 1);
		p += n + 1;
		len -= n + 1;
	}
	buf_put(b, p, len);
	free(text);
}

void
plain_trail(struct buf *b, struct json trail)
{
	if (json_kind(trail) != '"')
		return;
	plain_put(b, trail);
	buf_put(b, ": ", 2);
}

bool
plain_table(struct buf *b, const struct event *e)
{
	if (json_kind(e->v[E_TABLE]) != '"')
		return false;
	plain_trail(b, e->v[E_TRAIL]);
	plain_put(b, e->v[E_SCHEMA]);
	buf_byte(b, '\0');
	plain_put(b, e->v[E_TABLE]);
	return true;
}

char *
plain_table_name(const char *key, size_t len)
{
	const char *zero = memchr(key, '\0', len);
	size_t schema = (size_t)(zero - key), table = len - schema - 1;

	if (schema == 0 || (schema == 6 && memcmp(key, "public", 6) == 0))
		return xstrndup(zero + 1, table);
	return xasprintf("%.*s.%.*s", (int)schema, key, (int)table, zero + 1);
}

char *
plain_cut(const char *text, size_t len, size_t most)
{
	static const char more[] = "\xe2\x80\xa6"; /* ... */
	size_t at = 0, n;
	char *cut;

	if (len <= most)
		return xstrndup(text, len);
	while ((n = utf8_length(text + at, len - at)) > 0 &&
	    at + n + sizeof(more) - 1 <= most)
		at += n;
	cut = xmalloc(at + sizeof(more));
	memcpy(cut, text, at);
	memcpy(cut + at, more, sizeof(more));
	return cut;
}

struct cell
plain_mark(const char *text)
{
	struct cell c = cell_text(text);

	c.kind = CELL_MARK;
	return c;
}

struct cell
plain_cell(const char *text)
{
	return text != NULL && *text == '\0' ? plain_mark("empty text")
					     : cell_text(text);
}
