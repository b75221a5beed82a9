/* rows - revisions as a table, for people to read */

#include "rows.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "change.h"
#include "grid.h"
#include "mem.h"
#include "safe.h"
#include "tool.h"
#include "when.h"

#define LONGEST 80 /* characters of a value that are shown among others */

enum { REV, AT, TRAIL, OP, TABLE, KEY, WHO, CHANGE, NCOLUMNS };

struct rows {
	FILE *fp;
	bool has[NCOLUMNS];
	char *head;
	struct grid_column columns[NCOLUMNS];
	int n; /* of them */
	struct grid *grid;
};

static const struct {
	const char *op, *color;
} colors[] = {
	{ "insert", "green" },
	{ "delete", "red" },
};

struct rows *
rows_new(FILE *fp, const char *zone, bool related, bool trails)
{
	const struct grid_column columns[NCOLUMNS] = {
		{ "REV", 3, 8, GRID_RIGHT },
		{ NULL, 19, 40, GRID_CUT },
		{ "TRAIL", 5, 40, GRID_CUT },
		{ "OP", 6, 20, GRID_CUT },
		{ "TABLE", 12, 40, GRID_CUT },
		{ "KEY", 5, 40, GRID_CUT },
		{ "WHO", 5, 40, GRID_CUT },
		{ "CHANGE", 19, 0, GRID_CUT },
	};
	struct rows *r = xcalloc(1, sizeof(*r));
	int i;

	r->fp = fp;
	r->head = xasprintf("AT (%s)", zone);
	for (i = 0; i < NCOLUMNS; i++) {
		r->has[i] =
		    i == TRAIL ? trails : related || (i != TABLE && i != KEY);
		if (r->has[i])
			r->columns[r->n++] = columns[i];
	}
	r->columns[AT].name = r->head;
	/* times are shown in the zone in which they were understood */
	setenv("TZ", zone, 1);
	tzset();
	return r;
}

void
rows_free(struct rows *r)
{
	if (r == NULL)
		return;
	grid_free(r->grid);
	free(r->head);
	free(r);
}

/* A text in memory */
struct text {
	char *s;
	size_t len;
	FILE *fp;
};

static void
text_open(struct text *t)
{
	t->fp = xmemstream(&t->s, &t->len);
}

static char *
text_close(struct text *t)
{
	xclose(t->fp);
	return t->s;
}

/* What a string says, in quotes where it could be taken for something else. */
static void
put_string(FILE *fp, struct json v)
{
	size_t len;
	char *s = json_text(v, &len), *p;
	bool quoted = *s == '\0' || strchr("('\" \t", *s) != NULL ||
	    s[len - 1] == ' ' || strpbrk(s, ",\n") != NULL ||
	    strcasecmp(s, "null") == 0;

	if (quoted)
		putc('\'', fp);
	for (p = s; *p != '\0'; p++) {
		if (quoted && *p == '\'')
			putc('\'', fp);
		putc(*p, fp);
	}
	if (quoted)
		putc('\'', fp);
	free(s);
}

static void
put_value(FILE *fp, struct json v)
{
	struct json size, sha;

	switch (change_mark(v)) {
	case CHANGE_MASKED: fputs("(masked)", fp); return;
	case CHANGE_REDACTED: fputs("(erased)", fp); return;
	case CHANGE_DIGEST:
		change_digest(v, &size, &sha);
		fprintf(fp, "(%.*s bytes, sha256 %.8s...)", (int)size.len,
		    size.p, sha.len > 9 ? sha.p + 1 : "");
		return;
	case CHANGE_VALUE: break;
	}
	if (json_kind(v) == 'n')
		fputs("NULL", fp);
	else if (json_kind(v) == '"')
		put_string(fp, v);
	else
		fwrite(v.p, 1, v.len, fp);
}

static char *
value_text(struct json v)
{
	struct text t;

	text_open(&t);
	put_value(t.fp, v);
	return text_close(&t);
}

/* A value among others: not all of a long one */
static void
put_short(FILE *fp, struct json v)
{
	char *s = value_text(v), *p = s;
	size_t n = 0;

	while (*p != '\0' && n < LONGEST)
		/* a character begins where no continuation byte is */
		n += (*++p & 0xc0) != 0x80;
	fwrite(s, 1, (size_t)(p - s), fp);
	if (*p != '\0')
		fputs(safe_is_utf8() ? "…" : "...", fp);
	free(s);
}

static void
put_name(FILE *fp, struct json name)
{
	fwrite(name.p + 1, 1, name.len - 2, fp);
}

static char *
change_text(const struct state *s)
{
	const char *arrow = safe_is_utf8() ? " → " : " -> ", *comma = "";
	struct changes c = { NULL, 0, 0 };
	struct json_iter i;
	struct json name, value, row;
	struct text t;
	size_t k;

	text_open(&t);
	if (s->r == NULL) {
		row = (struct json){ s->row, strlen(s->row) };
		json_begin(&i, row);
		while (json_next(&i, &name, &value))
			if (json_kind(value) != 'n') {
				fputs(comma, t.fp);
				put_name(t.fp, name);
				putc(' ', t.fp);
				put_short(t.fp, value);
				comma = ", ";
			}
		return text_close(&t);
	}
	change_list(&c, &s->r->e);
	for (k = 0; k < c.n; k++) {
		struct json old = c.v[k].old, new = c.v[k].new;
		bool both = old.p != NULL && new.p != NULL;

		if (change_redacted(&s->r->e, c.v[k].field)) {
			fputs(comma, t.fp);
			put_name(t.fp, c.v[k].field);
			fputs(" (erased)", t.fp);
			comma = ", ";
			continue;
		}
		if (!both && json_kind(old.p != NULL ? old : new) == 'n')
			continue;
		fputs(comma, t.fp);
		put_name(t.fp, c.v[k].field);
		putc(' ', t.fp);
		if (old.p != NULL)
			put_short(t.fp, old);
		fputs(both ? arrow : "", t.fp);
		if (new.p != NULL)
			put_short(t.fp, new);
		comma = ", ";
	}
	change_free(&c);
	return text_close(&t);
}

static char *
key_text(struct json key)
{
	const char *comma = "";
	struct json_iter i;
	struct json name, value;
	struct text t;

	text_open(&t);
	json_begin(&i, key);
	while (json_next(&i, &name, &value)) {
		fputs(comma, t.fp);
		put_value(t.fp, value);
		comma = ", ";
	}
	return text_close(&t);
}

static char *
plain(struct json v)
{
	size_t len;

	return json_kind(v) == '"' ? json_text(v, &len) : xstrdup("");
}

static char *
who_text(const struct event *e)
{
	char *role, *who;

	if (json_kind(e->v[E_ACTOR]) == '"')
		return plain(e->v[E_ACTOR]);
	if (change_erased(e, E_ACTOR))
		return xstrdup("(erased)");
	role = plain(e->v[E_ROLE]);
	who = xasprintf("(%s)", role);
	free(role);
	return who;
}

/* The time without its zone, which stands at the head */
static char *
at_text(struct json at)
{
	char *s = when_text(at), *zone = strrchr(s, ' ');

	if (zone != NULL && zone > s + 10)
		*zone = '\0';
	return s;
}

static const char *
color_of(struct json op)
{
	size_t i;

	for (i = 0; i < sizeof(colors) / sizeof(*colors); i++)
		if (json_says(op, colors[i].op))
			return colors[i].color;
	return NULL;
}

/* All texts of a revision, for free_texts() */
static void
set_texts(char *texts[NCOLUMNS], const struct state *s, const struct origin *o)
{
	const struct event none = { { { NULL, 0 } } };
	const struct event *e = s->r == NULL ? &none : &s->r->e;

	texts[REV] = s->rev < 0 ? xstrdup("") : xasprintf("%ld", s->rev);
	texts[AT] = s->r == NULL ? xstrdup("") : at_text(e->v[E_AT]);
	texts[TRAIL] = plain(s->r == NULL ? o->trail : e->v[E_TRAIL]);
	texts[OP] = s->r == NULL ? xstrdup("") : plain(e->v[E_OP]);
	texts[TABLE] = plain(s->r == NULL ? o->table : e->v[E_TABLE]);
	texts[KEY] = key_text(s->r == NULL ? o->key : e->v[E_KEY]);
	texts[WHO] = s->r == NULL ? xstrdup("") : who_text(e);
	texts[CHANGE] = change_text(s);
}

static void
free_texts(char *texts[NCOLUMNS])
{
	int i;

	for (i = 0; i < NCOLUMNS; i++)
		free(texts[i]);
}

void
rows_add(struct rows *r, const struct state *s, const struct origin *o)
{
	const char *cell_colors[NCOLUMNS] = { NULL };
	char *texts[NCOLUMNS], *cells[NCOLUMNS];
	int i, n = 0;

	if (r->grid == NULL)
		r->grid = grid_new(r->fp, r->n, r->columns, true);
	set_texts(texts, s, o);
	for (i = 0; i < NCOLUMNS; i++) {
		if (!r->has[i])
			continue;
		if (i == OP && s->r != NULL)
			cell_colors[n] = color_of(s->r->e.v[E_OP]);
		/* nobody said who: this is only the role */
		if (i == WHO && *texts[i] == '(')
			cell_colors[n] = "halfbright";
		cells[n++] = texts[i];
	}
	grid_row(r->grid, cells, cell_colors);
	free_texts(texts);
}

static void
add_pair(struct grid *g, const char *name, const char *value)
{
	static const char *const cell_colors[] = { "bold", NULL };

	if (*value != '\0')
		grid_row(g, (char *const[]){ (char *)name, (char *)value },
		    cell_colors);
}

static void
put_head(struct rows *r, const struct state *s, const struct origin *o)
{
	static const struct grid_column columns[] = {
		{ "", 8, 0, GRID_CUT },
		{ "", 20, 0, GRID_WRAP },
	};
	struct grid *g = grid_new(r->fp, 2, columns, false);
	char *texts[NCOLUMNS], *at, *reason;

	set_texts(texts, s, o);
	at = s->r == NULL ? xstrdup("") : when_text(s->r->e.v[E_AT]);
	reason = s->r == NULL ? xstrdup("") : plain(s->r->e.v[E_REASON]);
	add_pair(g, "trail", texts[TRAIL]);
	add_pair(g, "table", texts[TABLE]);
	add_pair(g, "key", texts[KEY]);
	add_pair(g, "rev", texts[REV]);
	add_pair(g, "at", at);
	add_pair(g, "op", texts[OP]);
	add_pair(g, "by", texts[WHO]);
	add_pair(g, "reason", reason);
	add_pair(g, "unknown", s->unknown == NULL ? "" : s->unknown);
	free_texts(texts);
	free(at);
	free(reason);
	grid_free(g);
}

void
rows_whole(struct rows *r, const struct state *s, const struct origin *o)
{
	static const struct grid_column columns[] = {
		{ "FIELD", 8, 0, GRID_WRAP },
		{ "VALUE", 20, 0, GRID_WRAP },
	};
	static const char *const cell_colors[] = { "bold", NULL };
	struct json_iter i;
	struct json name, value;
	struct grid *g;

	put_head(r, s, o);
	if (s->row == NULL)
		return;
	putc('\n', r->fp);
	g = grid_new(r->fp, 2, columns, true);
	json_begin(&i, (struct json){ s->row, strlen(s->row) });
	while (json_next(&i, &name, &value)) {
		char *cells[] = { plain(name), value_text(value) };

		grid_row(g, cells, cell_colors);
		free(cells[0]);
		free(cells[1]);
	}
	grid_free(g);
}
