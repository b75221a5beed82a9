/* workbook-chart - figures, charts and coloured grids */

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "workbook-state.h"

#define TILES 4 /* side by side */
#define TILE_COLS 6
#define HALF_COLS 13 /* of a chart that has one beside it */
#define CHART_ROWS 16
#define MANY_CATS 45 /* so many need the whole width */
#define BAR_ROWS 1.2 /* of each bar */
#define GRID_NAMES 3 /* narrow columns for a grid's names */

static unsigned int
tile_col(size_t i)
{
	return (unsigned int)(i * (TILE_COLS + 1));
}

/* One of a tile's three rows */
static void
put_words(struct workbook *w, struct part *p, size_t i, const char *text,
    enum look look, enum cell_tone tone)
{
	int number = workbook_look(w, look, tone);
	unsigned int col = tile_col(i);

	sheet_merge(p->sheet, p->row, col, col + TILE_COLS - 1, number);
	if (text != NULL)
		sheet_text(p->sheet, p->row, col, text, strlen(text), number);
}

static void
put_tiles(struct workbook *w, struct part *p, const struct figure *f, size_t n)
{
	size_t i;

	part_room(w, p, 4);
	part_together(p, 5);
	p->page_more += ROW_PX; /* of the row of values */
	for (i = 0; i < n; i++)
		put_words(w, p, i, f[i].name, LOOK_TILE_NAME, f[i].value.tone);
	p->row++;
	sheet_row_height(p->sheet, p->row, 30);
	for (i = 0; i < n; i++)
		workbook_tile(w, p->sheet, p->row, tile_col(i),
		    tile_col(i) + TILE_COLS - 1, &f[i].value);
	p->row++;
	for (i = 0; i < n; i++)
		put_words(w, p, i, f[i].hint, LOOK_TILE_HINT, f[i].value.tone);
	p->row += 2;
}

/* On a sheet of tables: a row each */
static void
put_list(struct workbook *w, struct part *p, const struct figure *f)
{
	int text = workbook_look(w, LOOK_TEXT, TONE_NONE);

	part_room(w, p, 1);
	sheet_text(p->sheet, p->row, 0, f->name, strlen(f->name), text);
	workbook_cell(w, p->sheet, p->row, 1, &f->value, false, true);
	if (f->hint != NULL)
		sheet_text(p->sheet, p->row, 2, f->hint, strlen(f->hint),
		    workbook_look(w, LOOK_FAINT, TONE_NONE));
	part_wide(p, 0, (unsigned int)strlen(f->name));
	part_wide(p, 1, workbook_width(w, &f->value));
	p->row++;
}

void
workbook_figures(struct view *v, const struct figure *f, size_t n)
{
	struct workbook *w = (struct workbook *)v;
	struct part *p = workbook_part(w);
	size_t i;

	part_begin(w, p, PART_DASH);
	workbook_draw_held(w, p);
	if (p->kind == PART_DASH) {
		for (i = 0; i < n; i += TILES)
			put_tiles(w, p, f + i, n - i < TILES ? n - i : TILES);
	} else {
		for (i = 0; i < n; i++)
			put_list(w, p, f + i);
		p->row++;
	}
	workbook_check(w);
}

/* The numbers of a chart, on a sheet of their own. Returns the heads' row. */
static uint32_t
put_data(struct workbook *w, const struct chart *c)
{
	int head = workbook_look(w, LOOK_HEAD, TONE_NONE);
	int right = workbook_look(w, LOOK_HEAD_RIGHT, TONE_NONE);
	int text = workbook_look(w, LOOK_TEXT, TONE_NONE);
	int count = workbook_look(w, LOOK_COUNT, TONE_NONE);
	uint32_t row;
	size_t i, k;

	if (w->data == NULL) {
		w->data = sheet_new(w->s, "Figures", UINT32_MAX);
		sheet_bare(w->data);
		sheet_tab(w->data, workbook_color(w, THEME_LINE));
	}
	sheet_text(w->data, w->data_row, 0, c->title, strlen(c->title),
	    workbook_look(w, LOOK_SECTION, TONE_NONE));
	row = w->data_row + 1;
	sheet_text(w->data, row, 0, c->of, strlen(c->of), head);
	for (i = 0; i < c->nseries; i++)
		sheet_text(w->data, row, (unsigned int)i + 1, c->series[i].name,
		    strlen(c->series[i].name), right);
	for (k = 0; k < c->ncats; k++) {
		uint32_t here = row + 1 + (uint32_t)k;

		sheet_text(w->data, here, 0, c->cats[k], strlen(c->cats[k]),
		    text);
		for (i = 0; i < c->nseries; i++)
			sheet_number(w->data, here, (unsigned int)i + 1,
			    c->v[i * c->ncats + k], count);
	}
	w->data_row = row + (uint32_t)c->ncats + 2;
	if (c->nseries + 1 > w->data_cols)
		w->data_cols = (unsigned int)c->nseries + 1;
	return row;
}

static void
draw(struct workbook *w, struct part *p, const struct chart *c,
    unsigned int col, unsigned int cols, uint32_t rows)
{
	const char **names = xcalloc(c->nseries, sizeof(*names));
	uint32_t *color = xcalloc(c->nseries, sizeof(*color));
	uint32_t head = put_data(w, c);
	struct sheet_chart chart = {
		.bars = c->kind == CHART_BARS,
		.title = c->title,
		.row = head,
		.data = w->data,
		.ncats = c->ncats,
		.nseries = c->nseries,
		.cats = c->cats,
		.series = names,
		.v = c->v,
		.color = color,
		.page = workbook_color(w, THEME_PAGE),
		.ink = workbook_color(w, THEME_TEXT),
		.line = workbook_color(w, THEME_LINE),
		.width = cols * DASH_PX,
		.height = rows * ROW_PX - 8,
	};
	size_t i;

	for (i = 0; i < c->nseries; i++) {
		names[i] = c->series[i].name;
		color[i] = workbook_tone(w, c->series[i].tone);
	}
	sheet_chart(p->sheet, p->row, col * DASH_PX, &chart);
	free(color);
	free(names);
}

static uint32_t
rows_of(const struct chart *c)
{
	uint32_t need = 4 + (uint32_t)((double)c->ncats * BAR_ROWS);

	return c->kind == CHART_BARS && need > CHART_ROWS ? need : CHART_ROWS;
}

/* One, or two side by side */
static void
put_charts(struct workbook *w, struct part *p, const struct chart *a,
    const struct chart *b)
{
	uint32_t rows = rows_of(a);

	if (b != NULL && rows_of(b) > rows)
		rows = rows_of(b);
	part_room(w, p, rows + 1);
	part_together(p, rows);
	draw(w, p, a, 0, b == NULL ? DASH_COLS : HALF_COLS, rows);
	if (b != NULL)
		draw(w, p, b, HALF_COLS + 1, HALF_COLS, rows);
	p->row += rows + 1;
}

/* A copy for later, with all that it points to */
static void
hold(struct part *p, const struct chart *c)
{
	struct chart *h = p->held = xcalloc(1, sizeof(*h));
	struct chart_series *series = xcalloc(c->nseries, sizeof(*series));
	const char **cats = xcalloc(c->ncats, sizeof(*cats));
	double *v = xcalloc(c->ncats * c->nseries, sizeof(*v));
	size_t i;

	*h = *c;
	h->title = xstrdup(c->title);
	h->of = xstrdup(c->of);
	for (i = 0; i < c->ncats; i++)
		cats[i] = xstrdup(c->cats[i]);
	for (i = 0; i < c->nseries; i++) {
		series[i] = c->series[i];
		series[i].name = xstrdup(c->series[i].name);
	}
	memcpy(v, c->v, c->ncats * c->nseries * sizeof(*v));
	h->cats = cats;
	h->series = series;
	h->v = v;
}

static void
let_go(const void *p)
{
	free((void *)p);
}

void
workbook_forget_held(struct part *p)
{
	struct chart *h = p->held;
	size_t i;

	if (h == NULL)
		return;
	for (i = 0; i < h->ncats; i++)
		let_go(h->cats[i]);
	for (i = 0; i < h->nseries; i++)
		let_go(h->series[i].name);
	let_go(h->cats);
	let_go(h->series);
	let_go(h->v);
	let_go(h->title);
	let_go(h->of);
	free(h);
	p->held = NULL;
}

void
workbook_draw_held(struct workbook *w, struct part *p)
{
	if (p->held != NULL)
		put_charts(w, p, p->held, NULL);
	workbook_forget_held(p);
}

/* Two side by side: so the first one waits to see what comes. */
static void
put_chart(struct workbook *w, struct part *p, const struct chart *c)
{
	bool wide = c->kind == CHART_COLUMNS && c->ncats > MANY_CATS;

	if (p->held != NULL && !wide) {
		put_charts(w, p, p->held, c);
		workbook_forget_held(p);
		return;
	}
	workbook_draw_held(w, p);
	if (wide)
		put_charts(w, p, c, NULL);
	else
		hold(p, c);
}

/* The largest number of a grid */
static double
largest(const struct chart *c)
{
	double most = 0;
	size_t i;

	for (i = 0; i < c->nseries * c->ncats; i++)
		most = c->v[i] > most ? c->v[i] : most;
	return most;
}

static void
put_grid_row(struct workbook *w, struct part *p, const struct chart *c,
    size_t i)
{
	const char *name = c->series[i].name;
	int look = workbook_look(w, LOOK_GRID_NAME, TONE_NONE);
	unsigned int first = p->kind == PART_DASH ? GRID_NAMES : 1;
	size_t k;

	sheet_merge(p->sheet, p->row, 0, first - 1, look);
	sheet_text(p->sheet, p->row, 0, name, strlen(name), look);
	for (k = 0; k < c->ncats; k++)
		sheet_number(p->sheet, p->row, first + (unsigned int)k,
		    c->v[i * c->ncats + k],
		    workbook_look(w, LOOK_GRID, TONE_NONE));
	p->row++;
}

static void
put_grid(struct workbook *w, struct part *p, const struct chart *c)
{
	unsigned int first = p->kind == PART_DASH ? GRID_NAMES : 1;
	uint32_t high = workbook_color(w, THEME_HIGH), row;
	size_t i;

	part_room(w, p, (uint32_t)c->nseries + 3);
	part_together(p, (uint32_t)c->nseries + 2);
	part_section(w, p, c->title);
	for (i = 0; i < c->ncats; i++)
		sheet_text(p->sheet, p->row, first + (unsigned int)i,
		    c->cats[i], strlen(c->cats[i]),
		    workbook_look(w, LOOK_GRID_HEAD, TONE_NONE));
	row = ++p->row;
	for (i = 0; i < c->nseries; i++)
		put_grid_row(w, p, c, i);
	sheet_scale(p->sheet, row, first, p->row - 1,
	    first + (unsigned int)c->ncats - 1, workbook_color(w, THEME_LOW),
	    high, largest(c) / 2, workbook_ink_on(w, high));
	p->row++;
}

void
workbook_chart(struct view *v, const struct chart *c)
{
	struct workbook *w = (struct workbook *)v;
	struct part *p = workbook_part(w);

	if (c->ncats == 0 || c->nseries == 0)
		return;
	part_begin(w, p, PART_DASH);
	if (c->kind == CHART_GRID) {
		workbook_draw_held(w, p);
		put_grid(w, p, c);
	} else
		put_chart(w, p, c);
	workbook_check(w);
}
