/* workbook-dash - a short table on a sheet of figures: its columns are made of
 * several narrow ones, as many as its texts need */

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "workbook-state.h"

#define MOST_COLS 16
#define MOST_LINES 12
#define LINE_POINTS 15.0

/* A copy with a text of its own */
static struct cell
own(const struct cell *c)
{
	struct cell copy = *c;
	struct cell_change *ch;
	size_t i;

	if (c->kind == CELL_CHANGES) {
		ch = xcalloc(c->nchanges + 1, sizeof(*ch));
		for (i = 0; i < c->nchanges; i++) {
			ch[i].field = own(&c->changes[i].field);
			ch[i].old = own(&c->changes[i].old);
			ch[i].new = own(&c->changes[i].new);
		}
		copy.changes = ch;
	} else if (c->len > 0)
		copy.text = xstrndup(c->text, c->len);
	else
		copy.text = xstrdup("");
	return copy;
}

static void
disown(const struct cell *c)
{
	size_t i;

	if (c->kind != CELL_CHANGES) {
		free((void *)c->text);
		return;
	}
	for (i = 0; i < c->nchanges; i++) {
		disown(&c->changes[i].field);
		disown(&c->changes[i].old);
		disown(&c->changes[i].new);
	}
	free((void *)c->changes);
}

void
dash_keep(struct part *p, const struct cell *c)
{
	struct table *t = &p->table;
	struct cell *row = xcalloc(t->n, sizeof(*row));
	size_t i;

	for (i = 0; i < t->n; i++)
		row[i] = own(&c[i]);
	if (t->nkept % 64 == 0)
		t->kept =
		    xreallocarray(t->kept, t->nkept + 64, sizeof(*t->kept));
	t->kept[t->nkept++].v = row;
}

void
dash_forget(struct part *p)
{
	struct table *t = &p->table;
	size_t i, k;

	for (i = 0; i < t->nkept; i++) {
		for (k = 0; k < t->n; k++)
			disown(&t->kept[i].v[k]);
		free(t->kept[i].v);
	}
	free(t->kept);
	t->kept = NULL;
	t->nkept = 0;
}

static unsigned int
units(unsigned int characters)
{
	unsigned int n = (characters * 7 + 12 + DASH_PX - 1) / DASH_PX;

	return n < 2 ? 2 : n;
}

/* How many narrow columns each one gets: as it needs, and the widest gives
 * where they are too many. */
static void
share(struct workbook *w, struct part *p, unsigned int span[static MOST_COLS])
{
	const struct table *t = &p->table;
	unsigned int all = 0, need, here;
	size_t i, k, widest;

	for (i = 0; i < t->n; i++) {
		need = (unsigned int)strlen(t->column[i].name) + 1;
		for (k = 0; k < t->nkept; k++) {
			here = workbook_width(w, &t->kept[k].v[i]);
			need = here > need ? here : need;
		}
		if (t->column[i].width > 0)
			need = (unsigned int)t->column[i].width;
		span[i] = units(need);
		all += span[i];
	}
	for (; all > DASH_COLS; all--) {
		for (i = widest = 0; i < t->n; i++)
			if (span[i] > span[widest])
				widest = i;
		if (span[widest] == 1)
			break;
		span[widest]--;
	}
}

/* Excel does not make a row with merged cells as high as its texts need. */
static double
height(struct workbook *w, const struct table *t, const struct cell *c,
    const unsigned int span[static MOST_COLS])
{
	unsigned int lines, most = 1, room;
	size_t i, k;

	for (i = 0; i < t->n; i++) {
		room = (span[i] * DASH_PX - 5) * 2 / 13;
		lines = workbook_width(w, &c[i]) / room + 1;
		if (c[i].kind == CELL_CHANGES && c[i].nchanges > lines)
			lines = (unsigned int)c[i].nchanges;
		if (c[i].kind == CELL_TEXT)
			for (k = 0; k < c[i].len && lines < MOST_LINES; k++)
				lines += c[i].text[k] == '\n';
		if (c[i].kind == CELL_TIME || c[i].kind == CELL_COUNT)
			lines = 1;
		most = lines > most ? lines : most;
	}
	most = most > MOST_LINES ? MOST_LINES : most;
	return most == 1 ? 0 : most * LINE_POINTS;
}

static void
put_row(struct workbook *w, struct part *p, const struct cell *c,
    const unsigned int span[static MOST_COLS])
{
	const struct table *t = &p->table;
	unsigned int col = 0;
	size_t i;

	double points = height(w, t, c, span);

	part_room(w, p, 1);
	part_together(p, 1 + (uint32_t)points / 15);
	sheet_row_height(p->sheet, p->row, points);
	if (points > 0)
		p->page_more += (unsigned int)(points / 0.75) - ROW_PX;
	for (i = 0; i < t->n; i++) {
		if (span[i] > 1)
			sheet_merge(p->sheet, p->row, col, col + span[i] - 1,
			    workbook_look(w, LOOK_WRAP, c[i].tone));
		workbook_cell(w, p->sheet, p->row, col, &c[i], true,
		    *t->column[i].name == '\0');
		col += span[i];
	}
	p->row++;
}

/* Whether numbers stand in a column: to the right, then so does its head. */
static bool
is_number(const struct table *t, size_t i)
{
	enum cell_kind kind = t->nkept == 0 ? CELL_TEXT : t->kept[0].v[i].kind;

	return *t->column[i].name != '\0' &&
	    (kind == CELL_COUNT || kind == CELL_NUMBER || kind == CELL_SPAN);
}

static void
put_heads(struct workbook *w, struct part *p,
    const unsigned int span[static MOST_COLS])
{
	const struct table *t = &p->table;
	unsigned int col = 0;
	size_t i;
	int look;

	for (i = 0; i < t->n; i++) {
		const char *name = t->column[i].name;

		look = workbook_look(w,
		    is_number(t, i) ? LOOK_HEAD_RIGHT : LOOK_HEAD, TONE_NONE);
		sheet_merge(p->sheet, p->row, col, col + span[i] - 1, look);
		sheet_text(p->sheet, p->row, col, name, strlen(name), look);
		col += span[i];
	}
	p->row++;
}

void
dash_table(struct workbook *w, struct part *p)
{
	struct table *t = &p->table;
	unsigned int span[MOST_COLS] = { 0 };
	size_t i;

	if (t->n > MOST_COLS) {
		part_next_sheet(w, p);
		part_section(w, p, t->title);
		workbook_put_head(w, p);
		for (i = 0; i < t->nkept; i++)
			workbook_put_row(w, p, t->kept[i].v);
		return;
	}
	part_together(p, t->nkept < 8 ? (uint32_t)t->nkept + 2 : 10);
	part_section(w, p, t->title);
	share(w, p, span);
	put_heads(w, p, span);
	for (i = 0; i < t->nkept; i++)
		put_row(w, p, t->kept[i].v, span);
	t->rows = t->nkept;
}
