/* reader - our queries as they are for who may not read every event */

#include "reader.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "buf.h"
#include "mem.h"

static const struct {
	const char *name, *oldest, *newest;
} names[] = {
	{ "audit.event", "audit.visible", "audit.visible_newest" },
	{ "audit.matching", "audit.matching_visible",
	    "audit.matching_visible_newest" },
};

static bool
in_name(char c)
{
	return c == '_' || c == '$' || c == '.' || isalnum((unsigned char)c);
}

/* The length of what is copied as it is: a quoted text or name, a comment, a
 * name, or one byte. A quote within quotes is doubled, and so begins another
 * one. The quotes of $$ are none here: between them are queries of ours. */
static size_t
token(const char *p)
{
	const char *end;
	size_t n = 0;

	if (*p == '\'' || *p == '"') {
		end = strchr(p + 1, *p);
		return end == NULL ? strlen(p) : (size_t)(end - p) + 1;
	}
	if (strncmp(p, "--", 2) == 0)
		return strcspn(p, "\n");
	while (in_name(p[n]))
		n++;
	return n > 0 ? n : 1;
}

char *
reader_sql(const char *sql, bool newest)
{
	struct buf buf = { NULL, 0, 0 };
	const char *p, *put;
	char *copy;
	size_t i, n;

	for (p = sql; *p != '\0'; p += n) {
		put = p;
		n = token(p);
		for (i = 0; i < sizeof(names) / sizeof(*names); i++)
			if (strlen(names[i].name) == n &&
			    strncmp(p, names[i].name, n) == 0)
				put =
				    newest ? names[i].newest : names[i].oldest;
		buf_put(&buf, put, put == p ? n : strlen(put));
	}
	copy = xstrndup(buf.p == NULL ? "" : buf.p, buf.len);
	buf_free(&buf);
	return copy;
}
