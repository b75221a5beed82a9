/* archive-given - an event of an archive as the server takes it */

#include "archive-given.h"

#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "json.h"
#include "mem.h"

static void
put_text(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

/* In the trail rules are one text, names joined by commas. */
static void
put_rules(struct buf *b, struct json rules)
{
	struct json_iter i;
	struct json none, name;
	const char *between = "";

	if (json_kind(rules) != '[') {
		put_text(b, "null");
		return;
	}
	buf_byte(b, '"');
	json_begin(&i, rules);
	while (json_next(&i, &none, &name)) {
		put_text(b, between);
		buf_put(b, name.p + 1, name.len - 2);
		between = ",";
	}
	buf_byte(b, '"');
}

static void
put_parts(struct buf *b, struct leaf_value parts)
{
	char *text = xmalloc(2 * parts.len + 1);

	hex_write(text, (const uint8_t *)parts.p, parts.len);
	put_text(b, "\"\\\\x");
	put_text(b, text);
	buf_byte(b, '"');
	free(text);
}

static bool
is(struct json key, const char *name)
{
	return key.len == strlen(name) + 2 &&
	    memcmp(key.p + 1, name, key.len - 2) == 0;
}

void
archive_given_put(struct buf *b, const char *text, size_t len,
    const struct leaf_event *ev)
{
	static const char no_salt[] = "\"00000000000000000000000000000000\"";
	struct json_iter i;
	struct json line, key, value;
	const char *between = ",{";
	size_t where;

	json_parse(&line, text, len, &where);
	json_begin(&i, line);
	while (json_next(&i, &key, &value)) {
		put_text(b, between);
		buf_put(b, key.p, key.len);
		buf_byte(b, ':');
		if (is(key, "rules"))
			put_rules(b, value);
		else if (is(key, "parts"))
			put_parts(b, ev->erased);
		else if (is(key, "salt") && json_kind(value) == 'n')
			put_text(b, no_salt);
		else
			buf_put(b, value.p, value.len);
		between = ",";
	}
	buf_byte(b, '}');
}
