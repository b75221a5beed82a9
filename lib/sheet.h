/* sheet - a workbook of Excel's form (Office Open XML), written row by row
 *
 * Memory stays flat: rows of a sheet come from the top down, and a row that
 * another one follows cannot be changed any more; sheets may take turns. Text
 * is always text, never a formula or a link. What Excel cannot take is never
 * lost without a word: a text that is too long is cut and ends with a mark,
 * and counts. Rows and columns count from 0. The workbook keeps its first
 * failure; what comes after it does nothing. Only lib/sheet*.c know
 * libxlsxwriter. */
#ifndef AUDIT_SHEET_H
#define AUDIT_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHEET_ROWS 1048576 /* so many has a sheet */
#define SHEET_COLS 16384
#define SHEET_CHARS 32767 /* so many UTF-16 units has a text */

struct sheets; /* a workbook */
struct sheet;  /* one of its sheets; the workbook's */

/* How a cell looks; what is 0 is as Excel has it. Colours are 0xRRGGBB. */
struct sheet_look {
	uint32_t ink, fill, line;
	bool inked, filled, lined; /* these count; a line is below the cell */
	bool edged;		   /* a thick line at the left, too */
	bool bold, italic, wrap, top;
	char align; /* 'l', 'c', 'r' */
	uint8_t indent;
	uint8_t size;	    /* in points */
	const char *number; /* Excel's number format; borrowed for good */
};

/* The file of this name is written at the end. Nothing is there by default
 * that says who or where: the title is the one property. Never NULL. */
struct sheets *sheets_new(const char *path, const char *title);
void sheets_free(struct sheets *); /* accepts NULL */
/* NULL: all is well. Else what failed, without the name of the file. */
const char *sheets_error(const struct sheets *);
/* How many texts were too long */
uint64_t sheets_cut(const struct sheets *);
/* Write it, and read it again to see that all is there. Returns 0; -1:
 * sheets_error() says why. Then only sheets_free() is left. */
int sheets_end(struct sheets *);

/* A number for this look, which is 1 or more; 0 is no look. Ask once. */
int sheets_look(struct sheets *, const struct sheet_look *);

/* A sheet. The name is made one that Excel takes and no other sheet has; sheets
 * stand in the order of their places, whenever they were made. */
struct sheet *sheet_new(struct sheets *, const char *name, uint32_t place);

/* Cells. A text is UTF-8; what XML cannot hold is made U+FFFD. */
void sheet_text(struct sheet *, uint32_t row, unsigned int col, const char *,
    size_t len, int look);
void sheet_number(struct sheet *, uint32_t row, unsigned int col, double,
    int look);
void sheet_blank(struct sheet *, uint32_t row, unsigned int col, int look);
/* One cell out of several of a row; write the first one afterwards. */
void sheet_merge(struct sheet *, uint32_t row, unsigned int col,
    unsigned int last_col, int look);
/* The same over two rows, of which nothing else is to be written then. */
void sheet_tall(struct sheet *, uint32_t row, unsigned int col,
    unsigned int last_col, const char *, size_t len, int look);
/* Before its cells. Points; 0: as usual */
void sheet_row_height(struct sheet *, uint32_t row, double points);

/* The sheet as a whole: any time */
void sheet_columns(struct sheet *, unsigned int first, unsigned int last,
    double characters, int look);
void sheet_freeze(struct sheet *, uint32_t rows, unsigned int cols);
void sheet_filter(struct sheet *, uint32_t first, unsigned int first_col,
    uint32_t last, unsigned int last_col);
void sheet_repeat(struct sheet *, uint32_t row); /* on each printed page */
void sheet_bare(struct sheet *);		 /* no lines between cells */
void sheet_tab(struct sheet *, uint32_t color);
void sheet_print(struct sheet *, uint32_t rows, unsigned int cols);
/* Printed so many pages wide, instead of one, the first column on each. */
void sheet_wide(struct sheet *, unsigned int pages);
/* Printed not as wide as the page, as it is by default, but so large; then
 * pages may begin at rows, so many, which are borrowed until the next call. */
void sheet_percent(struct sheet *, unsigned int percent, const uint32_t *rows,
    size_t n);
/* Colours from the least to the most; dark: numbers from there on are written
 * in this colour. */
void sheet_scale(struct sheet *, uint32_t first, unsigned int first_col,
    uint32_t last, unsigned int last_col, uint32_t low, uint32_t high,
    double from, uint32_t ink);

/* A picture, PNG or JPEG, as high as so many pixels. Returns how wide it is,
 * 0: it is none that can be shown. */
unsigned int sheet_picture(struct sheet *, uint32_t row, unsigned int col,
    const char *bytes, size_t len, unsigned int height);

/* A chart of numbers that stand in a sheet (which may be written later):
 * categories down a column from row + 1 on, a series a column from the next
 * on, its name at the head. */
struct sheet_chart {
	bool bars; /* they lie, the first is on top; else columns, stacked */
	const char *title;
	struct sheet *data;
	uint32_t row; /* of the heads */
	size_t ncats, nseries;
	const char *const *cats, *const *series; /* again: for who draws it
						  * without counting */
	const double *v;			 /* v[series * ncats + cat] */
	const uint32_t *color;			 /* a series each */
	uint32_t page, ink, line;   /* behind it, its texts, its axes */
	unsigned int width, height; /* pixels */
};
void sheet_chart(struct sheet *, uint32_t row, unsigned int x,
    const struct sheet_chart *);

#endif
