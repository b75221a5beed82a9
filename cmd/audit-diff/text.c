/* text - changes for people to read, in a terminal or a mail */

#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "mem.h"
#include "path.h"
#include "safe.h"
#include "text.h"
#include "when.h"

#define WIDEST 30 /* of the names that values stand behind in line */
#define BOLD "\033[1m"

/* A line behind a field's name */
struct row {
	char *name; /* safe */
	struct json old, new;
	bool redacted;
	const struct change_note *note; /* NULL: none */
};

struct page {
	const struct show *show;
	const struct event *event;
	/* of the field of which rows are added now */
	bool redacted;
	const struct change_note *note;
	struct row *rows;
	size_t nrows, size;
};

static const char *
color(const struct page *p, const char *code)
{
	return text_color(p->show, code);
}

/* What a string says; anything else as it is written */
static void
put_plain(FILE *fp, struct json j)
{
	size_t len;
	char *text =
	    json_kind(j) == '"' ? json_text(j, &len) : xstrndup(j.p, j.len);

	text_safe(fp, text);
	free(text);
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

/* A label that could be taken for something else stands in quotes. */
static void
put_label(FILE *fp, const char *label)
{
	size_t len = strlen(label);
	bool quote = len == 0 || label[0] == ' ' || label[len - 1] == ' ' ||
	    strpbrk(label, ",()\"") != NULL || strcmp(label, "deleted") == 0;

	fputs(quote ? "\"" : "", fp);
	text_safe(fp, label);
	fputs(quote ? "\"" : "", fp);
}

/* 12 (Azure Interior, deleted) */
static void
put_name(FILE *fp, const struct change_name *name)
{
	if (name == NULL)
		return;
	fputs(" (", fp);
	if (name->label != NULL)
		put_label(fp, name->label);
	if (name->gone)
		fputs(name->label != NULL ? ", deleted" : "deleted", fp);
	putc(')', fp);
}

static void
put_side(struct page *p, const char *code, enum change_mark mark, struct json v,
    const struct change_name *name)
{
	fputs(color(p, code), p->show->fp);
	put_value(p->show->fp, mark, v);
	if (mark == CHANGE_VALUE)
		put_name(p->show->fp, name);
	fputs(color(p, TEXT_PLAIN), p->show->fp);
}

/* + VIP, + 12, and so on; *first: nothing stands there yet */
static void
put_elements(struct page *p, const char *code, const char *sign,
    struct json values, const struct change_name *name, bool *first)
{
	FILE *fp = p->show->fp;
	struct json_iter i;
	struct json key, value;

	json_begin(&i, values);
	for (; json_next(&i, &key, &value); name++) {
		fprintf(fp, "%s%s%s ", *first ? "" : ", ", color(p, code),
		    sign);
		*first = false;
		if (name->label == NULL) {
			put_value(fp, CHANGE_VALUE, value);
			if (name->gone)
				put_name(fp, name);
		} else {
			put_label(fp, name->label);
			fputs(name->gone ? " (deleted)" : "", fp);
		}
		fputs(color(p, TEXT_PLAIN), fp);
	}
}

static void
put_set(struct page *p, const struct row *r, const struct change_note *note)
{
	bool first = true;

	put_elements(p, TEXT_GREEN, "+", r->new, note->new, &first);
	put_elements(p, TEXT_RED, safe_is_utf8() ? "\u2212" : "-", r->old,
	    note->old, &first);
}

static void
put_row(struct page *p, const struct row *r, size_t width)
{
	FILE *fp = p->show->fp;
	static const struct change_note none;
	const struct change_note *note = r->note == NULL ? &none : r->note;
	enum change_mark old, new;
	size_t len = safe_width(r->name);
	bool update = json_says(p->event->v[E_OP], "update");

	old = r->redacted ? CHANGE_REDACTED : change_mark(r->old);
	new = r->redacted ? CHANGE_REDACTED : change_mark(r->new);

	fprintf(fp, "    %s%*s", r->name,
	    len < width ? (int)(width - len) + 2 : 2, "");
	if (note->set)
		put_set(p, r, note);
	else if (r->old.p == NULL || r->new.p == NULL) {
		/* in an update it is a part of a document that comes or goes */
		if (update)
			fputs(r->old.p == NULL ? "+ " : "- ", fp);
		put_side(p, r->old.p == NULL ? TEXT_GREEN : TEXT_RED,
		    r->old.p == NULL ? new : old,
		    r->old.p == NULL ? r->new : r->old,
		    r->old.p == NULL ? note->new : note->old);
	} else if (r->redacted || note->old != NULL || note->new != NULL ||
	    !text_long(p->show, r->old, r->new)) {
		put_side(p, TEXT_RED, old, r->old, note->old);
		fputs(safe_is_utf8() ? " \u2192 " : " -> ", fp);
		put_side(p, TEXT_GREEN, new, r->new, note->new);
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
	p->rows[p->nrows++] = (struct row){ safe_text(path, false), old, new,
		p->redacted, p->note };
}

static void
add_rows(struct page *p, const struct change *c)
{
	size_t len;
	const char *title = c->note == NULL ? NULL : c->note->title;
	char *name = title == NULL ? json_text(c->field, &len) : xstrdup(title);

	p->redacted = change_redacted(p->event, c->field);
	p->note = c->note;
	if (p->redacted || (c->note != NULL && c->note->set) ||
	    change_mark(c->old) != CHANGE_VALUE ||
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
put_erased(struct page *p, enum event_key key, const char *lead)
{
	if (change_erased(p->event, key))
		fprintf(p->show->fp, "%s(redacted)", lead);
}

static void
put_head(struct page *p)
{
	const struct event *e = p->event;
	FILE *fp = p->show->fp;
	char *when = when_text(e->v[E_AT]);

	fputs(color(p, BOLD), fp);
	text_safe(fp, when);
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
	put_erased(p, E_KEY, " ");
	if (json_kind(e->v[E_LABEL]) != 'n') {
		putc(' ', fp);
		put_value(fp, CHANGE_VALUE, e->v[E_LABEL]);
	}
	put_erased(p, E_LABEL, " ");
	/* who logged in is not who did it, for sure */
	if (json_kind(e->v[E_ACTOR]) != 'n') {
		fputs("  by ", fp);
		put_plain(fp, e->v[E_ACTOR]);
	} else if (change_erased(e, E_ACTOR))
		put_erased(p, E_ACTOR, "  by ");
	else if (json_kind(e->v[E_ROLE]) != 'n') {
		fputs("  by (", fp);
		put_plain(fp, e->v[E_ROLE]);
		putc(')', fp);
	}
	if (json_kind(e->v[E_TRAIL]) != 'n') {
		fputs("  in ", fp);
		put_plain(fp, e->v[E_TRAIL]);
	}
	if (json_kind(e->v[E_REASON]) != 'n') {
		fputs("  because ", fp);
		put_value(fp, CHANGE_VALUE, e->v[E_REASON]);
	}
	put_erased(p, E_REASON, "  because ");
	fprintf(fp, "%s\n", color(p, TEXT_PLAIN));
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
