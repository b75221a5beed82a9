/* html - changes as one page that needs nothing but itself */

#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "format.h"
#include "html.h"
#include "mem.h"
#include "path.h"
#include "when.h"

/* No script, no network, and nothing that a value says is markup. */
static const char head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" "
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<title>Changes</title>\n"
    "<style>\n"
    ":root { color-scheme: light dark; --page: #fff; --text: #1b1f24;\n"
    "  --faint: #59636e; --line: #d1d9e0; --head: #f6f8fa;\n"
    "  --gone: #ffe3e0; --gone-text: #82071e;\n"
    "  --come: #d8f5e0; --come-text: #0a4d26; }\n"
    "@media (prefers-color-scheme: dark) {\n"
    "  :root { --page: #0d1117; --text: #e6edf3; --faint: #9198a1;\n"
    "    --line: #3d444d; --head: #161b22;\n"
    "    --gone: #4b1113; --gone-text: #ffb3ad;\n"
    "    --come: #10391f; --come-text: #9be9b0; } }\n"
    "body { background: var(--page); color: var(--text); margin: 2rem auto;\n"
    "  max-width: 70rem; padding: 0 1rem;\n"
    "  font: 15px/1.45 system-ui, sans-serif; }\n"
    "section { margin: 0 0 2rem; break-inside: avoid; }\n"
    "h2 { font-size: 1rem; margin: 0 0 .3rem; overflow-wrap: anywhere; }\n"
    "p { color: var(--faint); margin: 0 0 .4rem; overflow-wrap: anywhere; }\n"
    ".op { border: 1px solid var(--line); border-radius: .3rem;\n"
    "  padding: 0 .4rem; }\n"
    ".insert .op { background: var(--come); color: var(--come-text); }\n"
    ".delete .op, .truncate .op { background: var(--gone);\n"
    "  color: var(--gone-text); }\n"
    "table { border-collapse: collapse; table-layout: fixed; width: 100%; }\n"
    "th, td { border: 1px solid var(--line); padding: .25rem .5rem;\n"
    "  text-align: left; vertical-align: top; overflow-wrap: anywhere;\n"
    "  unicode-bidi: isolate; }\n"
    "th { background: var(--head); font-weight: 600; }\n"
    "thead th:first-child { width: 22%; }\n"
    "td { white-space: pre-wrap; }\n"
    "del, ins { border-radius: .2rem; }\n"
    "del { background: var(--gone); color: var(--gone-text); }\n"
    "ins { background: var(--come); color: var(--come-text); }\n"
    ".no { color: var(--faint); font-style: italic; }\n"
    ".name b { font-weight: 600; }\n"
    "@media print { body { margin: 0; max-width: none; font-size: 10pt; }\n"
    "  :root { --page: #fff; --text: #000; } }\n"
    "</style>\n"
    "</head>\n"
    "<body>\n";

struct rows {
	FILE *fp;
	bool redacted;
	bool update; /* else all of it came or went */
	const struct change_note *note;
};

/* What a string says; anything else as it is written */
static void
put_plain(FILE *fp, struct json j)
{
	size_t len = j.len;
	char *text =
	    json_kind(j) == '"' ? json_text(j, &len) : xstrndup(j.p, j.len);

	html_text(fp, text, len);
	free(text);
}

/* A string of no letters and a NULL must not look like nothing, nor alike, and
 * a string that says NULL like neither. */
static void
put_value(FILE *fp, enum change_mark mark, struct json v)
{
	struct json bytes, sha256;

	change_digest(v, &bytes, &sha256);
	if (mark == CHANGE_REDACTED)
		fputs("<span class=\"no\">redacted</span>", fp);
	else if (mark == CHANGE_MASKED)
		fputs("<span class=\"no\">masked</span>", fp);
	else if (mark == CHANGE_DIGEST) {
		fputs("<span class=\"no\">", fp);
		put_plain(fp, bytes);
		fputs(" bytes, sha256 ", fp);
		put_plain(fp, sha256);
		fputs("</span>", fp);
	} else if (json_kind(v) == 'n')
		fputs("<span class=\"no\">NULL</span>", fp);
	else if (json_kind(v) == '"' && v.len == 2)
		fputs("<span class=\"no\">empty text</span>", fp);
	else
		put_plain(fp, v);
}

/* One side of two strings, what only it has marked */
static void
put_side(FILE *fp, const struct diff *d, char kind, const char *text)
{
	const char *mark = kind == '-' ? "del" : "ins";
	size_t i, from = 0;

	for (i = 0; i < d->n; i++) {
		const struct diff_run *r = &d->v[i];

		if (r->kind != '=' && r->kind != kind)
			continue;
		/* the runs of one side are all of it, in order */
		if (r->kind == kind)
			fprintf(fp, "<%s>", mark);
		html_text(fp, text + from, r->len);
		if (r->kind == kind)
			fprintf(fp, "</%s>", mark);
		from += r->len;
	}
}

static void
put_strings(FILE *fp, struct json a, struct json b)
{
	size_t na, nb;
	char *old = json_text(a, &na), *new = json_text(b, &nb);
	struct diff d;

	diff_texts(&d, DIFF_WORDS, old, na, new, nb);
	put_side(fp, &d, '-', old);
	fputs("</td><td>", fp);
	put_side(fp, &d, '+', new);
	diff_free(&d);
	free(old);
	free(new);
}

/* (Azure Interior, deleted) */
static void
put_name(FILE *fp, const struct change_name *name)
{
	fputs(" <span class=\"name\">(", fp);
	if (name->label != NULL) {
		fputs("<b>", fp);
		html_text(fp, name->label, strlen(name->label));
		fputs("</b>", fp);
	}
	if (name->gone)
		fprintf(fp, "%s<i>deleted</i>",
		    name->label != NULL ? ", " : "");
	fputs(")</span>", fp);
}

/* mark: del or ins, NULL for neither; name: NULL if there is none */
static void
put_cell(FILE *fp, const char *mark, enum change_mark m, struct json v,
    const struct change_name *name)
{
	if (v.p == NULL)
		return;
	if (mark != NULL)
		fprintf(fp, "<%s>", mark);
	put_value(fp, m, v);
	if (name != NULL && m == CHANGE_VALUE)
		put_name(fp, name);
	if (mark != NULL)
		fprintf(fp, "</%s>", mark);
}

/* What went from a set or came to it, each on a line of its own */
static void
put_elements(FILE *fp, const char *mark, const char *sign, struct json values,
    const struct change_name *name)
{
	struct json_iter i;
	struct json key, value;
	bool first = true;

	json_begin(&i, values);
	for (; json_next(&i, &key, &value); name++, first = false) {
		fprintf(fp, "%s<%s>%s ", first ? "" : "\n", mark, sign);
		put_value(fp, CHANGE_VALUE, value);
		if (name->label != NULL || name->gone)
			put_name(fp, name);
		fprintf(fp, "</%s>", mark);
	}
}

static void
put_row(const char *path, struct json old, struct json new, void *arg)
{
	const struct rows *r = arg;
	enum change_mark a = r->redacted ? CHANGE_REDACTED : change_mark(old);
	enum change_mark b = r->redacted ? CHANGE_REDACTED : change_mark(new);

	fputs("<tr><th scope=\"row\">", r->fp);
	html_text(r->fp, path, strlen(path));
	fputs("</th><td>", r->fp);
	if (r->note->set) {
		put_elements(r->fp, "del", "\u2212", old, r->note->old);
		fputs("</td><td>", r->fp);
		put_elements(r->fp, "ins", "+", new, r->note->new);
	} else if (!r->redacted && r->note->old == NULL &&
	    r->note->new == NULL &&json_kind(old) == '"' &&
	    json_kind(new) == '"' && old.len > 2 && new.len > 2)
		put_strings(r->fp, old, new);
	else {
		put_cell(r->fp, r->update ? "del" : NULL, a, old, r->note->old);
		fputs("</td><td>", r->fp);
		put_cell(r->fp, r->update ? "ins" : NULL, b, new, r->note->new);
	}
	fputs("</td></tr>\n", r->fp);
}

static void
put_rows(FILE *fp, const struct event *e, const struct change *c)
{
	static const struct change_note none;
	struct rows r = { fp, change_redacted(e, c->field),
		json_says(e->v[E_OP], "update"),
		c->note == NULL ? &none : c->note };
	size_t len;
	char *name = r.note->title == NULL ? json_text(c->field, &len)
					   : xstrdup(r.note->title);

	if (r.redacted || r.note->set || change_mark(c->old) != CHANGE_VALUE ||
	    change_mark(c->new) != CHANGE_VALUE)
		put_row(name, c->old, c->new, &r);
	else
		path_compare(name, c->old, c->new, put_row, &r);
	free(name);
}

/* A key of the event, if it says something */
static void
put_named(FILE *fp, const char *lead, const struct event *e, enum event_key key)
{
	const struct json none = { NULL, 0 };

	if (change_erased(e, key)) {
		fputs(lead, fp);
		put_value(fp, CHANGE_REDACTED, none);
	} else if (json_kind(e->v[key]) != 'n') {
		fputs(lead, fp);
		put_plain(fp, e->v[key]);
	}
}

static void
put_key(FILE *fp, const struct event *e)
{
	struct json_iter i;
	struct json name, value;

	if (change_erased(e, E_KEY))
		put_named(fp, " ", e, E_KEY);
	json_begin(&i, e->v[E_KEY]);
	while (json_next(&i, &name, &value)) {
		putc(' ', fp);
		put_plain(fp, name);
		putc('=', fp);
		put_plain(fp, value);
	}
}

static void
put_head(FILE *fp, const struct event *e)
{
	char *when = when_text(e->v[E_AT]);

	fputs("<h2><span class=\"op\">", fp);
	put_plain(fp, e->v[E_OP]);
	fputs("</span> ", fp);
	put_named(fp, "", e, E_SCHEMA);
	put_named(fp, ".", e, E_TABLE);
	put_key(fp, e);
	put_named(fp, " \u2013 ", e, E_LABEL);
	fputs("</h2>\n<p><time datetime=\"", fp);
	put_plain(fp, e->v[E_AT]);
	fputs("\">", fp);
	html_text(fp, when, strlen(when));
	fputs("</time>", fp);
	put_named(fp, ", by ", e, E_ACTOR);
	put_named(fp, ", role ", e, E_ROLE);
	put_named(fp, ", transaction ", e, E_TXID);
	put_named(fp, ", trail ", e, E_TRAIL);
	put_named(fp, ", because: ", e, E_REASON);
	fputs("</p>\n", fp);
	free(when);
}

/* only ours, so that a style can be given */
static const char *
class_of(const struct event *e)
{
	static const char *const ops[] = { "insert", "update", "delete",
		"truncate" };
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(*ops); i++)
		if (json_says(e->v[E_OP], ops[i]))
			return ops[i];
	return "other";
}

static void
begin(const struct show *s)
{
	fputs(head, s->fp);
}

static void
show(const struct show *s, const struct event *e, const struct changes *c)
{
	size_t i;

	fprintf(s->fp, "<section class=\"%s\">\n", class_of(e));
	put_head(s->fp, e);
	if (c->n > 0) {
		fputs("<table>\n<thead><tr><th scope=\"col\">Field</th>"
		      "<th scope=\"col\">Old</th><th scope=\"col\">New</th>"
		      "</tr></thead>\n<tbody>\n",
		    s->fp);
		for (i = 0; i < c->n; i++)
			put_rows(s->fp, e, &c->v[i]);
		fputs("</tbody>\n</table>\n", s->fp);
	}
	fputs("</section>\n", s->fp);
}

static void
end(const struct show *s)
{
	if (s->events == 0)
		fputs("<p>No changes.</p>\n", s->fp);
	fputs("</body>\n</html>\n", s->fp);
}

const struct format format_html = {
	.name = "html",
	.begin = begin,
	.event = show,
	.end = end,
};
