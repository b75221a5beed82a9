/* view - what reports are written to: a workbook or a page
 *
 * A report is a few parts: a sheet each in the workbook, a section each on the
 * page. A part may be returned to; what it gets comes below what it has. A view
 * keeps its first failure: check view->error now and then, and at the end. */
#ifndef AUDIT_EXPORT_VIEW_H
#define AUDIT_EXPORT_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cell.h"
#include "job.h"

/* A number or a word that stands out */
struct figure {
	const char *name; /* "Events" */
	struct cell value;
	const char *hint; /* a few words below it; or NULL */
};

enum chart_kind {
	CHART_COLUMNS, /* along time; several series are stacked */
	CHART_BARS,    /* the largest first, names at the left; the same */
	CHART_GRID     /* a coloured grid: a row a series */
};

struct chart_series {
	const char *name;
	enum cell_tone tone;
};

struct chart {
	enum chart_kind kind;
	const char *title;
	const char *of; /* what is counted: "events" */
	size_t ncats;
	const char *const *cats; /* along the axis; a grid's columns */
	size_t nseries;
	const struct chart_series *series;
	const double *v; /* v[series * ncats + cat] */
};

/* How a page lets its reader look for rows */
enum view_find {
	FIND_TEXT,  /* only by the search over all columns */
	FIND_WORD,  /* few different values: choose one */
	FIND_TIME,  /* from ... until */
	FIND_DETAIL /* shown only when a row is opened; searched as well */
};

struct view_column {
	const char *name; /* at its head; borrowed until view_free() */
	int width;	  /* characters; 0: as its cells need, within reason */
	enum view_find find;
};

/* A table that is the trail itself: in a workbook each row is written, over
 * several sheets if need be; a page keeps the newest ones and says so, and
 * makes them searchable. Other tables are short: a page shows the first ones.
 */
enum view_table { VIEW_SHORT, VIEW_EVENTS };

struct view;

struct view_ops {
	void (*part)(struct view *, const char *title);
	void (*text)(struct view *, const char *); /* a paragraph */
	void (*figures)(struct view *, const struct figure *, size_t n);
	void (*chart)(struct view *, const struct chart *);
	/* title may be NULL; the columns are borrowed until the table's end */
	void (*table)(struct view *, enum view_table, const char *title,
	    const struct view_column *, size_t n);
	void (*row)(struct view *, const struct cell *); /* one a column */
	void (*table_end)(struct view *);
	/* write the file. Returns 0; -1: error is set */
	int (*end)(struct view *);
	void (*free)(struct view *);
};

struct view {
	const struct view_ops *ops;
	const struct job *job;
	char *error;	   /* NULL: all went well; freed by the view */
	uint64_t cut;	   /* values that were too long and end with a mark */
	uint64_t left_out; /* rows that a page does not show */
};

/* Each writes to the file of this name, which is there and empty; it is the
 * caller's to put it in its place. Never NULL. */
struct view *workbook_new(const struct job *, const char *path);
struct view *page_new(const struct job *, const char *path);

void view_part(struct view *, const char *title);
void view_text(struct view *, const char *);
void view_figures(struct view *, const struct figure *, size_t n);
void view_chart(struct view *, const struct chart *);
void view_table(struct view *, enum view_table, const char *title,
    const struct view_column *, size_t n);
void view_row(struct view *, const struct cell *);
void view_table_end(struct view *);
int view_end(struct view *);
void view_free(struct view *); /* accepts NULL */
/* For views: keep the failure, if it is the first. */
void view_fail(struct view *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
