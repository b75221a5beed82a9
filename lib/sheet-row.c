/* sheet-row - rows written without libxlsxwriter's help
 *
 * For each cell it allocates thrice, copies thrice and formats once, which is
 * more than all that goes before. What is written here is the same, byte for
 * byte, into the same file; its own row must be out before, and it must know
 * how far we came. */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sheet-state.h"

static void
put(struct sheets *s, const char *text)
{
	buf_put(&s->raw, text, strlen(text));
}

static void
put_digits(struct sheets *s, uint64_t n)
{
	char digits[24], *p = digits + sizeof(digits);

	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	buf_put(&s->raw, p, (size_t)(digits + sizeof(digits) - p));
}

void
sheet_row_begin(struct sheet *sheet, uint32_t row)
{
	struct sheets *s = sheet->book;

	if (s->error != NULL)
		return;
	lxw_worksheet_write_single_row(sheet->ws);
	sheet->raw = true;
	sheet->row = row;
	s->raw.len = 0;
	put(s, "<row r=\"");
	put_digits(s, row + 1);
	put(s, "\">");
}

void
sheet_row_end(struct sheet *sheet)
{
	struct sheets *s = sheet->book;
	lxw_worksheet *ws = sheet->ws;

	if (s->error != NULL || !sheet->raw)
		return;
	sheet->raw = false;
	put(s, "</row>");
	if (fwrite(s->raw.p, 1, s->raw.len, ws->file) != s->raw.len)
		sheets_fail(s, "TMPDIR %s: %s", s->tmpdir, strerror(errno));
	buf_reset(&s->raw);
	ws->optimize_row->row_num = sheet->row;
	if (sheet->row < ws->dim_rowmin)
		ws->dim_rowmin = sheet->row;
	if (sheet->row > ws->dim_rowmax)
		ws->dim_rowmax = sheet->row;
}

/* <c r="AB12" s="3" */
static void
put_cell(struct sheet *sheet, unsigned int col, int look)
{
	struct sheets *s = sheet->book;
	lxw_worksheet *ws = sheet->ws;
	char letters[4], *p = letters + sizeof(letters);
	unsigned int c;
	int32_t style;

	if (col < ws->dim_colmin)
		ws->dim_colmin = (lxw_col_t)col;
	if (col > ws->dim_colmax)
		ws->dim_colmax = (lxw_col_t)col;
	for (c = col + 1; c > 0; c = (c - 1) / 26)
		*--p = (char)('A' + (c - 1) % 26);
	put(s, "<c r=\"");
	buf_put(&s->raw, p, (size_t)(letters + sizeof(letters) - p));
	put_digits(s, sheet->row + 1);
	buf_byte(&s->raw, '"');
	if (look == 0)
		return;
	style = lxw_format_get_xf_index(s->looks[look]);
	put(s, " s=\"");
	put_digits(s, (uint64_t)style);
	buf_byte(&s->raw, '"');
}

/* What XML has another name for, or none; sheet-text has seen to the rest */
static void
put_escaped(struct sheets *s, const char *text)
{
	static const char special[] = "&<>"
				      "\1\2\3\4\5\6\7\x08\x0b\x0c\r\x0e\x0f"
				      "\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19"
				      "\x1a\x1b\x1c\x1d\x1e\x1f";
	char code[16];
	size_t n;

	for (;;) {
		n = strcspn(text, special);
		buf_put(&s->raw, text, n);
		text += n;
		switch (*text++) {
		case '\0': return;
		case '&': put(s, "&amp;"); break;
		case '<': put(s, "&lt;"); break;
		case '>': put(s, "&gt;"); break;
		default:
			snprintf(code, sizeof(code), "_x%04X_",
			    (unsigned int)text[-1]);
			put(s, code);
		}
	}
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

void
sheet_raw_text(struct sheet *sheet, unsigned int col, const char *text,
    int look)
{
	struct sheets *s = sheet->book;

	if (*text == '\0') {
		sheet_raw_blank(sheet, col, look);
		return;
	}
	put_cell(sheet, col, look);
	put(s, " t=\"inlineStr\"><is><t");
	if (is_space(*text) || is_space(text[strlen(text) - 1]))
		put(s, " xml:space=\"preserve\"");
	buf_byte(&s->raw, '>');
	put_escaped(s, text);
	put(s, "</t></is></c>");
}

void
sheet_raw_number(struct sheet *sheet, unsigned int col, double n, int look)
{
	struct sheets *s = sheet->book;
	char text[32];

	put_cell(sheet, col, look);
	put(s, "><v>");
	if (n >= 0 && n < 1e15 && n == floor(n))
		put_digits(s, (uint64_t)n);
	else {
		snprintf(text, sizeof(text), "%.16G", n);
		put(s, text);
	}
	put(s, "</v></c>");
}

void
sheet_raw_blank(struct sheet *sheet, unsigned int col, int look)
{
	if (look == 0)
		return;
	put_cell(sheet, col, look);
	put(sheet->book, "/>");
}
