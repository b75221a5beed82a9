/* text - changes for people to read, in a terminal or a mail */

#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "format.h"
#include "mem.h"
#include "path.h"
#include "safe.h"
#include "when.h"

#define WIDEST 30 /* of the names that values stand behind in line */
#define LONG 40	  /* from so many bytes on strings are compared by words */
#define CONTEXT                                                      \
	30 /* bytes of what both have that are shown beside a change \
	    */

#define RED "\033[31m"
#define GREEN "\033[32m"
#define BOLD "\033[1m"
#define PLAIN "\033[m"

/* A line behind a field's name */
struct row {
	char *name; /* safe */
	struct json old, new;
	bool redacted;
};

struct page {
	const struct show *show;
	const struct event *event;
	bool redacted; /* is the field of which rows are added now */
	struct row *rows;
	size_t nrows, size;
};

static const char *
color(const struct page *p, const char *code)
{
	return p->show->color ? code : "";
}

static void
put_safe(FILE *fp, const char *text)
{
	char *safe = safe_text(text, false);

	fputs(safe, fp);
	free(safe);
}

/* What a string says; anything else as it is written */
static void
put_plain(FILE *fp, struct json j)
{
	size_t len;
	char *text =
	    json_kind(j) == '"' ? json_text(j, &len) : xstrndup(j.p, j.len);

	put_safe(fp, text);
	free(text);
}

/* a span of a string's text, which ends it for the moment */
static void
put_part(FILE *fp, char *text, size_t from, size_t len)
{
	char behind = text[from + len];

	text[from + len] = '\0';
	put_safe(fp, text + from);
	text[from + len] = behind;
}

/* NULL, '' and 0 never look the same: strings stand in quotes. */
static void
put_value(FILE *fp, enum change_mark mark, struct json v)
{
	struct json size, sha;

	change_digest(v, &size, &sha);
	if (mark == CHANGE_REDACTED)
		fputs("(redacted)", fp);
	else if (mark == CHANGE_MASKED)
		fputs("(masked)", fp);
	else if (mark == CHANGE_DIGEST) {
		fprintf(fp, "(%.*s bytes, sha256 ", (int)size.len, size.p);
		put_plain(fp, sha);
		putc(')', fp);
	} else if (json_kind(v) == 'n')
		fputs("NULL", fp);
	else {
		fputs(json_kind(v) == '"' ? "\"" : "", fp);
		put_plain(fp, v);
		fputs(json_kind(v) == '"' ? "\"" : "", fp);
	}
}

static void
put_changed(struct page *p, char kind, char *text, size_t from, size_t len)
{
	FILE *fp = p->show->fp;

	fputs(color(p, kind == '-' ? RED : GREEN), fp);
	fputs(kind == '-' ? "[-" : "{+", fp);
	put_part(fp, text, from, len);
	fputs(kind == '-' ? "-]" : "+}", fp);
	fputs(color(p, PLAIN), fp);
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
put_words(struct page *p, char *old, size_t nold, char *new, size_t nnew)
{
	FILE *fp = p->show->fp;
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
			put_changed(p, r->kind, r->kind == '-' ? old : new,
			    r->from, r->len);
	}
	putc('"', fp);
	diff_free(&d);
}

/* Each line of a part by itself */
static void
put_lines(struct page *p, char kind, char *text, size_t from, size_t len)
{
	FILE *fp = p->show->fp;
	const char *end;
	size_t n;

	for (; len > 0; from += n, len -= n) {
		end = memchr(text + from, '\n', len);
		n = end == NULL ? len : (size_t)(end - text) - from + 1;
		fprintf(fp, "\n        %s%c ",
		    kind == '=' ? "" : color(p, kind == '-' ? RED : GREEN),
		    kind == '=' ? ' ' : kind);
		put_part(fp, text, from, end == NULL ? n : n - 1);
		fputs(color(p, PLAIN), fp);
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
put_line_diff(struct page *p, char *old, size_t nold, char *new, size_t nnew)
{
	struct diff d;
	size_t i;

	diff_texts(&d, DIFF_LINES, old, nold, new, nnew);
	for (i = 0; i < d.n; i++) {
		const struct diff_run *r = &d.v[i];

		if (r->kind == '=' && has_lines(old + r->from, r->len, 3))
			fputs("\n          ...", p->show->fp);
		else
			put_lines(p, r->kind, r->kind == '+' ? new : old,
			    r->from, r->len);
	}
	diff_free(&d);
}

/* Two strings of which one is long, or has several lines. false: neither is */
static bool
put_texts(struct page *p, struct json a, struct json b)
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
		put_line_diff(p, old, na, new, nb);
	else if (done)
		put_words(p, old, na, new, nb);
	free(old);
	free(new);
	return done;
}

static void
put_side(struct page *p, const char *code, enum change_mark mark, struct json v)
{
	fputs(color(p, code), p->show->fp);
	put_value(p->show->fp, mark, v);
	fputs(color(p, PLAIN), p->show->fp);
}

static void
put_row(struct page *p, const struct row *r, size_t width)
{
	FILE *fp = p->show->fp;
	enum change_mark old, new;
	size_t len = safe_width(r->name);
	bool update = json_says(p->event->v[E_OP], "update");

	old = r->redacted ? CHANGE_REDACTED : change_mark(r->old);
	new = r->redacted ? CHANGE_REDACTED : change_mark(r->new);

	fprintf(fp, "    %s%*s", r->name,
	    len < width ? (int)(width - len) + 2 : 2, "");
	if (r->old.p == NULL || r->new.p == NULL) {
		/* in an update it is a part of a document that comes or goes */
		if (update)
			fputs(r->old.p == NULL ? "+ " : "- ", fp);
		put_side(p, r->old.p == NULL ? GREEN : RED,
		    r->old.p == NULL ? new : old,
		    r->old.p == NULL ? r->new : r->old);
	} else if (r->redacted || !put_texts(p, r->old, r->new)) {
		put_side(p, RED, old, r->old);
		fputs(safe_is_utf8() ? " \u2192 " : " -> ", fp);
		put_side(p, GREEN, new, r->new);
	}
	putc('\n', fp);
}

static void
add_row(const char *path, struct json old, struct json new, void *arg)
{
	struct page *p = arg;

	if (p->nrows == p->size) {
		p->size = p->size == 0 ? 32 : 2 * p->size;
		p->rows = xreallocarray(p->rows, p->size, sizeof(*p->rows));
	}
	p->rows[p->nrows++] =
	    (struct row){ safe_text(path, false), old, new, p->redacted };
}

static void
add_rows(struct page *p, const struct change *c)
{
	size_t len;
	char *name = json_text(c->field, &len);

	p->redacted = change_redacted(p->event, c->field);
	if (p->redacted || change_mark(c->old) != CHANGE_VALUE ||
	    change_mark(c->new) != CHANGE_VALUE)
		add_row(name, c->old, c->new, p);
	else
		path_compare(name, c->old, c->new, add_row, p);
	free(name);
}

static void
put_key(FILE *fp, struct json key)
{
	struct json_iter i;
	struct json name, value;
	bool one;

	json_begin(&i, key);
	if (!json_next(&i, &name, &value))
		return;
	one = i.p == i.end;
	do {
		putc(' ', fp);
		if (!one) {
			put_plain(fp, name);
			putc('=', fp);
		}
		put_plain(fp, value);
	} while (json_next(&i, &name, &value));
}

static void
put_head(struct page *p)
{
	const struct event *e = p->event;
	FILE *fp = p->show->fp;
	char *when = when_text(e->v[E_AT]);

	fputs(color(p, BOLD), fp);
	put_safe(fp, when);
	fputs("  ", fp);
	put_plain(fp, e->v[E_OP]);
	if (json_kind(e->v[E_TABLE]) != 'n') {
		fputs("  ", fp);
		if (json_kind(e->v[E_SCHEMA]) != 'n' &&
		    !json_says(e->v[E_SCHEMA], "public")) {
			put_plain(fp, e->v[E_SCHEMA]);
			putc('.', fp);
		}
		put_plain(fp, e->v[E_TABLE]);
	}
	put_key(fp, e->v[E_KEY]);
	if (json_kind(e->v[E_LABEL]) != 'n') {
		putc(' ', fp);
		put_value(fp, CHANGE_VALUE, e->v[E_LABEL]);
	}
	/* who logged in is not who did it, for sure */
	if (json_kind(e->v[E_ACTOR]) != 'n') {
		fputs("  by ", fp);
		put_plain(fp, e->v[E_ACTOR]);
	} else if (json_kind(e->v[E_ROLE]) != 'n') {
		fputs("  by (", fp);
		put_plain(fp, e->v[E_ROLE]);
		putc(')', fp);
	}
	if (json_kind(e->v[E_REASON]) != 'n') {
		fputs("  because ", fp);
		put_value(fp, CHANGE_VALUE, e->v[E_REASON]);
	}
	fprintf(fp, "%s\n", color(p, PLAIN));
	free(when);
}

static void
show(const struct show *s, const struct event *e, const struct changes *c)
{
	struct page p = { .show = s, .event = e };
	size_t i, len, width = 0;

	if (s->events > 0)
		putc('\n', s->fp);
	put_head(&p);
	for (i = 0; i < c->n; i++)
		add_rows(&p, &c->v[i]);
	for (i = 0; i < p.nrows; i++) {
		len = safe_width(p.rows[i].name);
		if (len > width && len <= WIDEST)
			width = len;
	}
	for (i = 0; i < p.nrows; i++) {
		put_row(&p, &p.rows[i], width);
		free(p.rows[i].name);
	}
	free(p.rows);
}

const struct format format_text = { .name = "text", .event = show };
