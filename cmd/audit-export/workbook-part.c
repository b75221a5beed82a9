/* workbook-part - a part of a report and the sheets that it takes */

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "workbook-state.h"

#define LOGO_PX 60
/* Characters of a paragraph's line, which stands in one cell */
#define LIST_LINE 120
#define DASH_LINE 165
/* So a sheet of figures fits on A4, also where there is no Calibri and columns
 * are a third wider; then so many pixels are a page. */
#define DASH_PERCENT 71
#define PAGE_PX 950
#define NARROW 6
#define WIDE 60
#define PAGE_CHARS 200 /* on a page, still to be read */

void
workbook_check(struct workbook *w)
{
	const char *error = sheets_error(w->s);

	w->view.cut = sheets_cut(w->s);
	if (error != NULL)
		view_fail(&w->view, "%s", error);
}

struct part *
workbook_part(struct workbook *w)
{
	if (!w->has_part)
		view_part(&w->view, w->view.job->title);
	return &w->parts[w->part];
}

void
part_wide(struct part *p, size_t col, unsigned int width)
{
	if (col >= LIST_COLS)
		return;
	if (col >= p->ncols)
		p->ncols = col + 1;
	if (width > p->width[col])
		p->width[col] = width;
}

/* The columns of the sheet that the part is at, and what of it is printed */
static void
finish_sheet(struct workbook *w, struct part *p)
{
	int page = workbook_look(w, LOOK_PAGE, TONE_NONE);
	unsigned int i, cols, n, chars = 0;

	if (p->kind == PART_DASH) {
		sheet_columns(p->sheet, 0, DASH_COLS - 1, DASH_CHARS, page);
		sheet_columns(p->sheet, DASH_COLS, SHEET_COLS - 1, 8.43, page);
		sheet_print(p->sheet, p->row, DASH_COLS);
		sheet_percent(p->sheet, DASH_PERCENT, p->breaks, p->nbreaks);
		return;
	}
	cols = (unsigned int)p->ncols;
	for (i = 0; i < cols; i++) {
		n = p->width[i] < NARROW ? NARROW : p->width[i];
		n = n > WIDE ? WIDE : n;
		sheet_columns(p->sheet, i, i, n + 2, page);
		chars += n + 2;
	}
	sheet_columns(p->sheet, cols, SHEET_COLS - 1, 8.43, page);
	if (p->row > 0 && cols > 0)
		sheet_print(p->sheet, p->row, cols);
	sheet_wide(p->sheet, (chars + PAGE_CHARS - 1) / PAGE_CHARS);
}

static void
new_sheet(struct workbook *w, struct part *p)
{
	p->sheet = sheet_new(w->s, p->title,
	    (uint32_t)(p->number << 16) + p->sheets++);
	p->row = 0;
	sheet_tab(p->sheet, workbook_color(w, THEME_ACCENT));
}

void
part_next_sheet(struct workbook *w, struct part *p)
{
	if (p->sheet != NULL)
		finish_sheet(w, p);
	p->kind = PART_LIST;
	new_sheet(w, p);
}

void
part_room(struct workbook *w, struct part *p, uint32_t rows)
{
	if (p->row + rows > SHEET_ROWS)
		part_next_sheet(w, p);
}

void
part_together(struct part *p, uint32_t rows)
{
	unsigned int here = (p->row - p->page_row) * ROW_PX + p->page_more;

	if (p->kind != PART_DASH || p->row == p->page_row ||
	    here + rows * ROW_PX <= PAGE_PX)
		return;
	p->page_row = p->row;
	p->page_more = 0;
	if (p->nbreaks % 64 == 0)
		p->breaks = xreallocarray(p->breaks, p->nbreaks + 64,
		    sizeof(*p->breaks));
	if (p->nbreaks < 1000) /* Excel takes no more */
		p->breaks[p->nbreaks++] = p->row;
}

/* A line of text: it runs on over the empty cells beside it. */
static void
put_line(struct workbook *w, struct part *p, const char *text, size_t len,
    enum look look)
{
	part_room(w, p, 1);
	sheet_text(p->sheet, p->row++, 0, text, len,
	    workbook_look(w, look, TONE_NONE));
}

/* How much of a text fits in a line */
static size_t
line_length(const char *text, size_t most)
{
	size_t i, blank = 0, characters = 0;

	for (i = 0; text[i] != '\0' && text[i] != '\n'; i++) {
		if (((unsigned char)text[i] & 0xc0) == 0x80)
			continue;
		if (characters++ >= most)
			return blank > 0 ? blank : i;
		if (text[i] == ' ')
			blank = i;
	}
	return i;
}

void
part_lines(struct workbook *w, struct part *p, const char *text)
{
	size_t n;

	while (*text != '\0') {
		n = line_length(text,
		    p->kind == PART_DASH ? DASH_LINE : LIST_LINE);
		put_line(w, p, text, n, LOOK_PLAIN);
		text += n;
		text += *text == ' ' || *text == '\n';
	}
	p->row++;
	p->below |= p->table.rows > 0;
}

void
part_section(struct workbook *w, struct part *p, const char *text)
{
	if (text != NULL)
		put_line(w, p, text, strlen(text), LOOK_SECTION);
}

/* The logo, if there is one. Returns how many narrow columns it covers. */
static unsigned int
put_logo(struct workbook *w, struct part *p)
{
	const struct logo *logo = w->view.job->logo;
	unsigned int width;

	if (logo == NULL || p->number != 0)
		return 0;
	width = sheet_picture(p->sheet, 0, 0, logo->bytes, logo->len, LOGO_PX);
	if (width == 0)
		view_fail(&w->view, "%s: no picture that can be shown",
		    logo->path);
	return (width + 12 + DASH_PX - 1) / DASH_PX;
}

/* What the sheet is; rows keep their height, or the logo would be stretched. */
static void
put_title(struct workbook *w, struct part *p)
{
	const struct job *job = w->view.job;
	const char *title = p->number == 0 ? job->title : p->title;
	const char *under = p->number == 0 ? p->title : job->title;
	unsigned int col = put_logo(w, p), i;
	int look = workbook_look(w, LOOK_TITLE, TONE_NONE);
	char *text;

	if (p->kind != PART_DASH && col > 0) {
		p->row = 3; /* it stands above the title */
		col = 0;
	}
	if (col > DASH_COLS - 8)
		col = DASH_COLS - 8;
	if (p->kind == PART_DASH)
		sheet_tall(p->sheet, 0, col, DASH_COLS - 1, title,
		    strlen(title), look);
	else {
		sheet_row_height(p->sheet, p->row, 28);
		sheet_text(p->sheet, p->row, col, title, strlen(title), look);
	}
	p->row += p->kind == PART_DASH ? 2 : 1;
	if (p->number == 0)
		text = xstrdup(under); /* which says it itself */
	else
		text = xasprintf("%s \xc2\xb7 times are those of %s", under,
		    job->zone == NULL ? "UTC" : job->zone);
	sheet_text(p->sheet, p->row, col, text, strlen(text),
	    workbook_look(w, LOOK_FAINT, TONE_NONE));
	p->row += 2;
	for (i = 0; i < p->ntexts; i++) {
		part_lines(w, p, p->texts[i]);
		free(p->texts[i]);
	}
	p->ntexts = 0;
	free(p->texts);
	p->texts = NULL;
	free(text);
}

void
part_begin(struct workbook *w, struct part *p, enum part_kind kind)
{
	if (p->kind != PART_NEW)
		return;
	p->kind = kind;
	new_sheet(w, p);
	sheet_bare(p->sheet);
	put_title(w, p);
}

void
part_end(struct workbook *w, struct part *p)
{
	struct table *t = &p->table;

	if (p->ntexts > 0 && p->kind == PART_NEW)
		part_begin(w, p, PART_LIST);
	workbook_draw_held(w, p);
	if (p->sheet == NULL)
		return;
	finish_sheet(w, p);
	/* one table on a sheet: it can be looked through */
	if (p->kind == PART_LIST && p->tables == 1 && t->rows > 20 &&
	    t->kind == VIEW_SHORT && !p->below) {
		sheet_freeze(p->sheet, t->head + 1, 0);
		sheet_repeat(p->sheet, t->head);
		sheet_filter(p->sheet, t->head, 0, t->head + (uint32_t)t->rows,
		    (unsigned int)t->n - 1);
	}
}
