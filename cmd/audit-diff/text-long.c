/* text-long - long strings compared, for people to read */

#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "safe.h"
#include "text.h"

#define LONG 40	   /* from so many bytes on strings are compared by words */
#define CONTEXT 30 /* bytes of what both have, shown beside a change */

const char *
text_color(const struct show *s, const char *code)
{
	return s->color ? code : "";
}

void
text_safe(FILE *fp, const char *text)
{
	char *safe = safe_text(text, false);

	fputs(safe, fp);
	free(safe);
}

/* a span of a string's text, which ends it for the moment */
static void
put_part(FILE *fp, char *text, size_t from, size_t len)
{
	char behind = text[from + len];

	text[from + len] = '\0';
	text_safe(fp, text + from);
	text[from + len] = behind;
}

static void
put_changed(const struct show *s, char kind, char *text, size_t from,
    size_t len)
{
	FILE *fp = s->fp;

	fputs(text_color(s, kind == '-' ? TEXT_RED : TEXT_GREEN), fp);
	fputs(kind == '-' ? "[-" : "{+", fp);
	put_part(fp, text, from, len);
	fputs(kind == '-' ? "-]" : "+}", fp);
	fputs(text_color(s, TEXT_PLAIN), fp);
}

/* What both have, of which only the ends beside changes are shown. A character
 * of UTF-8 is not cut. */
static void
put_common(FILE *fp, char *text, size_t from, size_t len, bool first, bool last)
{
	size_t head = first ? 0 : CONTEXT, tail = last ? 0 : CONTEXT;

	if (len <= head + tail + CONTEXT) {
		put_part(fp, text, from, len);
		return;
	}
	while ((text[from + head] & 0xc0) == 0x80)
		head++;
	while ((text[from + len - tail] & 0xc0) == 0x80)
		tail++;
	put_part(fp, text, from, head);
	fputs("...", fp);
	put_part(fp, text, from + len - tail, tail);
}

static void
put_words(const struct show *s, char *old, size_t nold, char *new, size_t nnew)
{
	FILE *fp = s->fp;
	struct diff d;
	size_t i;

	diff_texts(&d, DIFF_WORDS, old, nold, new, nnew);
	putc('"', fp);
	for (i = 0; i < d.n; i++) {
		const struct diff_run *r = &d.v[i];

		if (r->kind == '=')
			put_common(fp, old, r->from, r->len, i == 0,
			    i == d.n - 1);
		else
			put_changed(s, r->kind, r->kind == '-' ? old : new,
			    r->from, r->len);
	}
	putc('"', fp);
	diff_free(&d);
}

/* Each line of a part by itself */
static void
put_lines(const struct show *s, char kind, char *text, size_t from, size_t len)
{
	FILE *fp = s->fp;
	const char *end;
	size_t n;

	for (; len > 0; from += n, len -= n) {
		end = memchr(text + from, '\n', len);
		n = end == NULL ? len : (size_t)(end - text) - from + 1;
		fprintf(fp, "\n        %s%c ",
		    kind == '='
			? ""
			: text_color(s, kind == '-' ? TEXT_RED : TEXT_GREEN),
		    kind == '=' ? ' ' : kind);
		put_part(fp, text, from, end == NULL ? n : n - 1);
		fputs(text_color(s, TEXT_PLAIN), fp);
		if (end == NULL)
			fputs(" (no line end)", fp);
	}
}

/* so many of them, at least */
static bool
has_lines(const char *text, size_t len, int n)
{
	for (; len > 0; text++, len--)
		if (*text == '\n' && --n == 0)
			return true;
	return false;
}

static void
put_line_diff(const struct show *s, char *old, size_t nold, char *new,
    size_t nnew)
{
	struct diff d;
	size_t i;

	diff_texts(&d, DIFF_LINES, old, nold, new, nnew);
	for (i = 0; i < d.n; i++) {
		const struct diff_run *r = &d.v[i];

		if (r->kind == '=' && has_lines(old + r->from, r->len, 3))
			fputs("\n          ...", s->fp);
		else
			put_lines(s, r->kind, r->kind == '+' ? new : old,
			    r->from, r->len);
	}
	diff_free(&d);
}

bool
text_long(const struct show *s, struct json a, struct json b)
{
	size_t na, nb;
	char *old, *new;
	bool lines, done;

	if (json_kind(a) != '"' || json_kind(b) != '"')
		return false;
	old = json_text(a, &na);
	new = json_text(b, &nb);
	lines = memchr(old, '\n', na) != NULL || memchr(new, '\n', nb) != NULL;
	done = lines || (na > 0 && nb > 0 && (na >= LONG || nb >= LONG));
	if (lines)
		put_line_diff(s, old, na, new, nb);
	else if (done)
		put_words(s, old, na, new, nb);
	free(old);
	free(new);
	return done;
}
