/* workbook-state - what the parts of workbook share */
#ifndef AUDIT_EXPORT_WORKBOOK_STATE_H
#define AUDIT_EXPORT_WORKBOOK_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "sheet.h"
#include "view.h"

/* A sheet of figures and charts has narrow columns, so many, and what is wider
 * than one is merged. */
#define DASH_COLS 27
#define DASH_CHARS 5.0 /* their width */
#define DASH_PX 40     /* the same */
#define ROW_PX 20

#define LIST_COLS 64  /* columns whose widths are looked after */
#define MEASURED 1000 /* rows that are */
#define BUFFERED 500  /* rows of a table on a sheet of figures */
#define DECIMALS 20   /* digits after the point that a number may have */
#define MANY_ROWS 3000000

/* How cells look, one for each tone */
enum look {
	LOOK_TEXT,
	LOOK_WRAP,
	LOOK_LEFT, /* a count among texts */
	LOOK_MARK,
	LOOK_TIME,
	LOOK_SPAN,
	LOOK_COUNT,
	LOOK_NUMBER, /* and so many decimals */
	LOOK_TILE_NAME = LOOK_NUMBER + DECIMALS + 1,
	LOOK_TILE_TEXT,
	LOOK_TILE_LONG,
	LOOK_TILE_TIME,
	LOOK_TILE_SPAN,
	LOOK_TILE_COUNT,
	LOOK_TILE_HINT,
	LOOK_PAGE,
	LOOK_TITLE,
	LOOK_FAINT,
	LOOK_PLAIN,
	LOOK_SECTION, /* the head of a table or a grid */
	LOOK_HEAD,
	LOOK_HEAD_RIGHT,
	LOOK_GRID,
	LOOK_GRID_HEAD,
	LOOK_GRID_NAME,
	LOOKS
};

struct kept {		/* a row laid aside */
	struct cell *v; /* their texts are its own */
};

struct table {
	bool open, buffered;
	enum view_table kind;
	char *title;
	const struct view_column *column;
	size_t n;
	uint32_t head; /* its row; on the sheet that it has come to */
	uint64_t rows;
	struct kept *kept;
	size_t nkept;
};

enum part_kind {
	PART_NEW,  /* nothing but texts yet */
	PART_DASH, /* figures and charts, on narrow columns */
	PART_LIST  /* tables, on columns of their own */
};

struct part {
	char *title;
	size_t number;
	enum part_kind kind;
	struct sheet *sheet;
	uint32_t row; /* the next free one */
	unsigned int sheets, tables;
	bool below;   /* a text stands below a table */
	char **texts; /* before it is known what kind it is */
	size_t ntexts;
	unsigned int width[LIST_COLS]; /* characters */
	size_t ncols;
	struct chart *held; /* the next one may stand beside it */
	uint32_t *breaks;   /* pages of a sheet of figures begin there */
	size_t nbreaks;
	uint32_t page_row;	/* where the last one does */
	unsigned int page_more; /* pixels that its rows are higher than usual */
	struct table table;
};

struct workbook {
	struct view view;
	struct sheets *s;
	struct part *parts;
	size_t nparts, part; /* the current one */
	bool has_part;
	struct sheet *data; /* the numbers of charts */
	uint32_t data_row;
	unsigned int data_cols;
	int look[TONES][LOOKS]; /* 0: not asked for yet */
	struct buf text;
	bool warned;
};

/* workbook-look.c */
int workbook_look(struct workbook *, enum look, enum cell_tone);
uint32_t workbook_color(const struct workbook *, enum theme_color);
uint32_t workbook_tone(const struct workbook *, enum cell_tone);
/* The one of text and page that is easier to read on this */
uint32_t workbook_ink_on(const struct workbook *, uint32_t color);

/* workbook-cell.c */
void workbook_cell(struct workbook *, struct sheet *, uint32_t row,
    unsigned int col, const struct cell *, bool wrap, bool left);
void workbook_tile(struct workbook *, struct sheet *, uint32_t row,
    unsigned int col, unsigned int last, const struct cell *);
/* How many characters it takes, in its longest line; about */
unsigned int workbook_width(struct workbook *, const struct cell *);

/* workbook-part.c */
struct part *workbook_part(struct workbook *);
/* Give the part a sheet of this kind, unless it has one already. */
void part_begin(struct workbook *, struct part *, enum part_kind);
/* See that so many rows are free, on a next sheet if need be. */
void part_room(struct workbook *, struct part *, uint32_t rows);
void part_next_sheet(struct workbook *, struct part *);
void part_lines(struct workbook *, struct part *, const char *text);
void part_section(struct workbook *, struct part *, const char *text);
void part_end(struct workbook *, struct part *);
void part_wide(struct part *, size_t col, unsigned int width);

/* Rows that are to be on one page */
void part_together(struct part *, uint32_t rows);

/* workbook-chart.c */
/* Draw the chart that waits for another one. */
void workbook_draw_held(struct workbook *, struct part *);
void workbook_forget_held(struct part *);
void workbook_figures(struct view *, const struct figure *, size_t n);
void workbook_chart(struct view *, const struct chart *);

/* workbook-table.c */
void workbook_table(struct view *, enum view_table, const char *title,
    const struct view_column *, size_t n);
void workbook_row(struct view *, const struct cell *);
void workbook_table_end(struct view *);
void workbook_put_row(struct workbook *, struct part *, const struct cell *);
void workbook_put_head(struct workbook *, struct part *);

/* workbook-dash.c: tables on a sheet of figures, once all is known */
void dash_keep(struct part *, const struct cell *);
void dash_forget(struct part *);
void dash_table(struct workbook *, struct part *);

/* Pass a sheet's failure on. */
void workbook_check(struct workbook *);

#endif
