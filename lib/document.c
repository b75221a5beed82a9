/* document - a JSON object in a file that a user has written */

#include "document.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "safe.h"
#include "utf8.h"

#define MOST 65536 /* bytes of a file: nobody writes as many */
#define SEEN 60	   /* bytes of it that a message shows */

size_t
document_line(const struct document *d, const char *p)
{
	size_t line = 1;

	while (p > d->text)
		if (*--p == '\n')
			line++;
	return line;
}

char *
document_wrong(const struct document *d, struct json words, const char *more)
{
	size_t len = words.len > SEEN ? SEEN : words.len;
	char *shown, *safe, *message;

	while (len < words.len && len > 0 &&
	    ((unsigned char)words.p[len] & 0xc0) == 0x80)
		len--;
	shown = xstrndup(words.p, len);
	safe = safe_text(shown, false);
	message = xasprintf("line %zu: %s%s: %s", document_line(d, words.p),
	    safe, len < words.len ? "..." : "", more);
	free(shown);
	free(safe);
	return message;
}

static char *
parse(struct document *d)
{
	const char *said;
	size_t i, n, where;

	for (i = 0; i < d->len; i += n)
		if ((n = utf8_length(d->text + i, d->len - i)) == 0)
			return xasprintf("line %zu: no UTF-8",
			    document_line(d, d->text + i));
	said = json_parse(&d->whole, d->text, d->len, &where);
	if (said != NULL)
		return xasprintf("line %zu: %s",
		    document_line(d, d->text + where), said);
	if (json_kind(d->whole) != '{')
		return xstrdup("line 1: no JSON object");
	return NULL;
}

char *
document_read(struct document *d, FILE *fp, const char *what)
{
	d->text = xmalloc(MOST + 1);
	d->len = fread(d->text, 1, MOST + 1, fp);
	if (ferror(fp))
		return xstrdup("cannot be read");
	if (d->len > MOST)
		return xasprintf("too long for %s", what);
	return parse(d);
}

void
document_free(struct document *d)
{
	free(d->text);
	d->text = NULL;
}
