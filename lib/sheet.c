/* sheet - a workbook of Excel's form (Office Open XML), written row by row */

#include "sheet.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "sheet-state.h"
#include "sheet-text.h"
#include "temp.h"

void
sheets_fail(struct sheets *s, const char *fmt, ...)
{
	va_list ap;

	if (s->error != NULL)
		return;
	va_start(ap, fmt);
	if (vasprintf(&s->error, fmt, ap) == -1)
		s->error = xstrdup("no memory");
	va_end(ap);
}

void
sheets_check(struct sheets *s, lxw_error error)
{
	if (error != LXW_NO_ERROR)
		sheets_fail(s, "%s", lxw_strerror(error));
}

/* libxlsxwriter takes another directory where it can make no file in this one:
 * data would lie where nobody said it may. */
static void
try_temp(struct sheets *s)
{
	FILE *fp = temp_file();

	if (fp == NULL)
		sheets_fail(s, "TMPDIR %s: %s", s->tmpdir, strerror(errno));
	else
		fclose(fp);
}

struct sheets *
sheets_new(const char *path, const char *title)
{
	struct sheets *s = xcalloc(1, sizeof(*s));
	lxw_workbook_options options = { .constant_memory = LXW_TRUE };
	lxw_doc_properties properties = { .title = NULL };

	s->path = xstrdup(path);
	s->title = xstrdup(title);
	s->tmpdir = xstrdup(temp_dir());
	s->looks = xcalloc(1, sizeof(lxw_format *));
	s->nlooks = 1;
	try_temp(s);
	options.tmpdir = s->tmpdir;
	s->wb = workbook_new_opt(path, &options);
	if (s->wb == NULL) {
		sheets_fail(s, "no memory");
		return s;
	}
	sheet_text_line(&s->text, title);
	properties.title = s->text.p;
	workbook_set_properties(s->wb, &properties);
	return s;
}

void
sheets_free(struct sheets *s)
{
	size_t i;

	if (s == NULL)
		return;
	if (s->wb != NULL)
		lxw_workbook_free(s->wb);
	for (i = 0; i < s->nsheets; i++) {
		free(s->sheets[i]->name);
		free(s->sheets[i]);
	}
	free(s->sheets);
	free(s->looks);
	buf_free(&s->text);
	free(s->tmpdir);
	free(s->error);
	free(s->title);
	free(s->path);
	free(s);
}

const char *
sheets_error(const struct sheets *s)
{
	return s->error;
}

uint64_t
sheets_cut(const struct sheets *s)
{
	return s->cut;
}

static void
set_look(lxw_format *f, const struct sheet_look *look)
{
	if (look->inked)
		format_set_font_color(f, look->ink);
	if (look->filled)
		format_set_bg_color(f, look->fill);
	if (look->lined) {
		format_set_bottom(f, LXW_BORDER_THIN);
		format_set_bottom_color(f, look->line);
	}
	if (look->edged) {
		format_set_left(f, LXW_BORDER_THICK);
		format_set_left_color(f, look->line);
	}
	if (look->bold)
		format_set_bold(f);
	if (look->italic)
		format_set_italic(f);
	if (look->wrap)
		format_set_text_wrap(f);
	format_set_align(f,
	    look->top ? LXW_ALIGN_VERTICAL_TOP : LXW_ALIGN_VERTICAL_CENTER);
	if (look->align != 0)
		format_set_align(f,
		    look->align == 'r'	     ? LXW_ALIGN_RIGHT
			: look->align == 'c' ? LXW_ALIGN_CENTER
					     : LXW_ALIGN_LEFT);
	if (look->indent != 0)
		format_set_indent(f, look->indent);
	if (look->size != 0)
		format_set_font_size(f, look->size);
	if (look->number != NULL)
		format_set_num_format(f, look->number);
}

int
sheets_look(struct sheets *s, const struct sheet_look *look)
{
	lxw_format *f;

	if (s->wb == NULL || (f = workbook_add_format(s->wb)) == NULL)
		return 0;
	set_look(f, look);
	s->looks = xreallocarray(s->looks, s->nlooks + 1, sizeof(lxw_format *));
	s->looks[s->nlooks] = f;
	return (int)s->nlooks++;
}

/* A row that could not be written to its temporary file is lost, and
 * libxlsxwriter does not look; so look at each row's first cell. */
static bool
broken(struct sheet *sheet)
{
	struct sheets *s = sheet->book;

	if (s->error != NULL)
		return true;
	if (ferror(sheet->ws->file) == 0)
		return false;
	sheets_fail(s, "TMPDIR %s: %s", s->tmpdir,
	    strerror(errno == 0 ? ENOSPC : errno));
	return true;
}

void
sheet_text(struct sheet *sheet, uint32_t row, unsigned int col, const char *t,
    size_t len, int look)
{
	struct sheets *s = sheet->book;

	if (broken(sheet))
		return;
	if (sheet_text_put(&s->text, t, len))
		s->cut++;
	sheets_check(s,
	    worksheet_write_string(sheet->ws, row, (lxw_col_t)col, s->text.p,
		s->looks[look]));
}

void
sheet_number(struct sheet *sheet, uint32_t row, unsigned int col, double n,
    int look)
{
	struct sheets *s = sheet->book;

	if (!broken(sheet))
		sheets_check(s,
		    worksheet_write_number(sheet->ws, row, (lxw_col_t)col, n,
			s->looks[look]));
}

void
sheet_blank(struct sheet *sheet, uint32_t row, unsigned int col, int look)
{
	struct sheets *s = sheet->book;

	if (look != 0 && !broken(sheet))
		sheets_check(s,
		    worksheet_write_blank(sheet->ws, row, (lxw_col_t)col,
			s->looks[look]));
}

static void
merge(struct sheet *sheet, uint32_t row, unsigned int col, uint32_t last_row,
    unsigned int last_col, const char *text, int look)
{
	struct sheets *s = sheet->book;

	sheets_check(s,
	    worksheet_merge_range(sheet->ws, row, (lxw_col_t)col, last_row,
		(lxw_col_t)last_col, text, s->looks[look]));
}

void
sheet_merge(struct sheet *sheet, uint32_t row, unsigned int col,
    unsigned int last_col, int look)
{
	if (!broken(sheet) && col != last_col)
		merge(sheet, row, col, row, last_col, "", look);
}

void
sheet_tall(struct sheet *sheet, uint32_t row, unsigned int col,
    unsigned int last_col, const char *t, size_t len, int look)
{
	struct sheets *s = sheet->book;

	if (broken(sheet))
		return;
	if (sheet_text_put(&s->text, t, len))
		s->cut++;
	merge(sheet, row, col, row + 1, last_col, s->text.p, look);
}

void
sheet_row_height(struct sheet *sheet, uint32_t row, double points)
{
	if (!broken(sheet) && points > 0)
		sheets_check(sheet->book,
		    worksheet_set_row(sheet->ws, row, points, NULL));
}
