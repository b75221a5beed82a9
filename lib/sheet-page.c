/* sheet-page - a sheet as a whole: its name, columns, print, pictures */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mem.h"
#include "sheet-state.h"
#include "sheet-text.h"
#include "utf8.h"

#define NAME_CHARS 31

static bool
is_taken(const struct sheets *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->nsheets; i++)
		if (strcasecmp(s->sheets[i]->name, name) == 0)
			return true;
	return strcasecmp(name, "History") == 0; /* Excel's own */
}

/* The name as Excel takes it: with no []:*?/\ in it, and nor with ' at its
 * ends, which is quoted in formulas. The characters left out are few. */
static void
put_name(struct buf *buf, const char *name, size_t most)
{
	size_t n, len;

	buf->len = 0;
	for (len = strlen(name); len > 0 && most > 0; name += n, len -= n) {
		n = utf8_length(name, len);
		if (n == 0 || (unsigned char)*name < 0x20 ||
		    strchr("[]:*?/\\'", *name) != NULL) {
			buf_byte(buf, '-');
			n = n == 0 ? 1 : n;
		} else
			buf_put(buf, name, n);
		most -= n == 4 && most > 1 ? 2 : 1;
	}
	if (buf->len == 0)
		buf_put(buf, "Sheet", 5);
	buf_byte(buf, '\0');
}

static char *
free_name(const struct sheets *s, const char *wanted)
{
	struct buf buf = { NULL, 0, 0 };
	char *name;
	int i;

	put_name(&buf, wanted, NAME_CHARS);
	name = xstrdup(buf.p);
	for (i = 2; is_taken(s, name); i++) {
		free(name);
		put_name(&buf, wanted, NAME_CHARS - 8);
		name = xasprintf("%s (%d)", buf.p, i);
	}
	buf_free(&buf);
	return name;
}

/* In a footer, & begins a command; 255 characters are all it may have. */
static char *
footer_of(struct sheets *s)
{
	const char *p = sheet_text_line(&s->text, s->title);
	struct buf buf = { NULL, 0, 0 };
	size_t n;

	buf_put(&buf, "&L", 2);
	for (; *p != '\0' && buf.len < 160; p += n) {
		n = utf8_length(p, strlen(p));
		if (*p == '&')
			buf_byte(&buf, '&');
		buf_put(&buf, p, n);
	}
	buf_put(&buf, "&C&A&R&P / &N", sizeof("&C&A&R&P / &N"));
	return buf.p;
}

static void
set_print(struct sheet *sheet)
{
	char *footer = footer_of(sheet->book);

	worksheet_set_landscape(sheet->ws);
	worksheet_set_paper(sheet->ws, 9); /* A4 */
	worksheet_fit_to_pages(sheet->ws, 1, 0);
	worksheet_set_margins(sheet->ws, 0.4, 0.4, 0.5, 0.6);
	worksheet_set_footer(sheet->ws, footer);
	free(footer);
}

struct sheet *
sheet_new(struct sheets *s, const char *name, uint32_t place)
{
	struct sheet *sheet = xcalloc(1, sizeof(*sheet));

	sheet->book = s;
	sheet->place = place;
	sheet->name = free_name(s, name);
	if (s->error == NULL)
		sheet->ws = workbook_add_worksheet(s->wb, sheet->name);
	if (sheet->ws == NULL)
		sheets_fail(s, "TMPDIR %s: no file for a sheet", s->tmpdir);
	else
		set_print(sheet);
	s->sheets =
	    xreallocarray(s->sheets, s->nsheets + 1, sizeof(struct sheet *));
	s->sheets[s->nsheets++] = sheet;
	return sheet;
}

void
sheet_columns(struct sheet *sheet, unsigned int first, unsigned int last,
    double characters, int look)
{
	lxw_worksheet *ws = sheet->ws;
	const lxw_row_t rows[] = { ws->dim_rowmin, ws->dim_rowmax };
	const lxw_col_t cols[] = { ws->dim_colmin, ws->dim_colmax };

	if (sheet->book->error != NULL)
		return;
	sheets_check(sheet->book,
	    worksheet_set_column(ws, (lxw_col_t)first, (lxw_col_t)last,
		characters, sheet->book->looks[look]));
	/* A column with a look would count as a used one, and who reads the
	 * sheet row by row would get 16,384 cells in each. */
	ws->dim_rowmin = rows[0];
	ws->dim_rowmax = rows[1];
	ws->dim_colmin = cols[0];
	ws->dim_colmax = cols[1];
}

void
sheet_freeze(struct sheet *sheet, uint32_t rows, unsigned int cols)
{
	if (sheet->book->error == NULL)
		worksheet_freeze_panes(sheet->ws, rows, (lxw_col_t)cols);
}

void
sheet_filter(struct sheet *sheet, uint32_t first, unsigned int first_col,
    uint32_t last, unsigned int last_col)
{
	if (sheet->book->error == NULL)
		sheets_check(sheet->book,
		    worksheet_autofilter(sheet->ws, first, (lxw_col_t)first_col,
			last, (lxw_col_t)last_col));
}

void
sheet_repeat(struct sheet *sheet, uint32_t row)
{
	if (sheet->book->error == NULL)
		sheets_check(sheet->book,
		    worksheet_repeat_rows(sheet->ws, row, row));
}

void
sheet_bare(struct sheet *sheet)
{
	if (sheet->book->error == NULL)
		worksheet_gridlines(sheet->ws, LXW_HIDE_ALL_GRIDLINES);
}

void
sheet_tab(struct sheet *sheet, uint32_t color)
{
	if (sheet->book->error == NULL)
		worksheet_set_tab_color(sheet->ws, color);
}

void
sheet_print(struct sheet *sheet, uint32_t rows, unsigned int cols)
{
	if (sheet->book->error == NULL && rows > 0 && cols > 0)
		sheets_check(sheet->book,
		    worksheet_print_area(sheet->ws, 0, 0, rows - 1,
			(lxw_col_t)(cols - 1)));
}

void
sheet_wide(struct sheet *sheet, unsigned int pages)
{
	if (sheet->book->error != NULL || pages < 2)
		return;
	worksheet_fit_to_pages(sheet->ws, (uint16_t)pages, 0);
	sheets_check(sheet->book, worksheet_repeat_columns(sheet->ws, 0, 0));
}

void
sheet_percent(struct sheet *sheet, unsigned int percent, const uint32_t *rows,
    size_t n)
{
	lxw_row_t *breaks = xcalloc(n + 1, sizeof(*breaks));

	if (n > 0) /* 0 ends them */
		memcpy(breaks, rows, n * sizeof(*breaks));
	if (sheet->book->error == NULL) {
		sheet->ws->fit_page = LXW_FALSE;
		worksheet_set_print_scale(sheet->ws, (uint16_t)percent);
		worksheet_center_horizontally(sheet->ws);
		if (n > 0)
			sheets_check(sheet->book,
			    worksheet_set_h_pagebreaks(sheet->ws, breaks));
	}
	free(breaks);
}

void
sheet_scale(struct sheet *sheet, uint32_t first, unsigned int first_col,
    uint32_t last, unsigned int last_col, uint32_t low, uint32_t high,
    double from, uint32_t ink)
{
	lxw_conditional_format dark = { .type = LXW_CONDITIONAL_TYPE_CELL,
		.criteria = LXW_CONDITIONAL_CRITERIA_GREATER_THAN_OR_EQUAL_TO,
		.value = from };
	lxw_conditional_format scale = { .type = LXW_CONDITIONAL_2_COLOR_SCALE,
		.min_color = low,
		.max_color = high };
	struct sheets *s = sheet->book;

	if (s->error != NULL)
		return;
	dark.format = workbook_add_format(s->wb);
	format_set_font_color(dark.format, ink);
	sheets_check(s,
	    worksheet_conditional_format_range(sheet->ws, first,
		(lxw_col_t)first_col, last, (lxw_col_t)last_col, &dark));
	sheets_check(s,
	    worksheet_conditional_format_range(sheet->ws, first,
		(lxw_col_t)first_col, last, (lxw_col_t)last_col, &scale));
}

/* What libxlsxwriter found out about the picture that came last */
static lxw_object_properties *
last_picture(lxw_worksheet *ws)
{
	lxw_object_properties *p, *last = NULL;

	STAILQ_FOREACH(p, ws->image_props, list_pointers)
	last = p;
	return last;
}

unsigned int
sheet_picture(struct sheet *sheet, uint32_t row, unsigned int col,
    const char *bytes, size_t len, unsigned int height)
{
	lxw_image_options options = { .object_position =
					  LXW_OBJECT_MOVE_DONT_SIZE,
		.decorative = LXW_TRUE };
	lxw_object_properties *p;

	if (sheet->book->error != NULL ||
	    worksheet_insert_image_buffer_opt(sheet->ws, row, (lxw_col_t)col,
		(const unsigned char *)bytes, len, &options) != LXW_NO_ERROR)
		return 0;
	p = last_picture(sheet->ws);
	p->y_scale = height / (p->height * 96 / p->y_dpi);
	p->x_scale = p->y_scale;
	return (unsigned int)(p->width * 96 / p->x_dpi * p->x_scale + 0.5);
}
