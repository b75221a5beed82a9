/* page - a report as one HTML file that needs nothing but itself: what its
 * parts share */
#ifndef AUDIT_EXPORT_PAGE_H
#define AUDIT_EXPORT_PAGE_H

#include <stdio.h>

#include "buf.h"
#include "view.h"

/* Longer values are cut, and say so; the workbook has all of them. */
#define PAGE_CHARS 500
/* Rows of a short table, and bytes of all of them */
#define PAGE_ROWS 1000
#define PAGE_SHORT 800000
/* Rows of a table of events, and bytes of all of those */
#define PAGE_EVENTS 10000
#define PAGE_DATA 3600000
/* Changes of one event */
#define PAGE_CHANGES 200

/* The bytes of a text that a page shows; *left: how many characters more there
 * are, which counts in view->cut. */
size_t page_fit(struct view *, const char *text, size_t len, size_t *left);

/* A time in the job's zone: 2026-11-22 06:15:31 */
#define PAGE_TIME 64 /* bytes, with its end */
void page_time(char text[static PAGE_TIME], int64_t us);
/* A duration: 2 h 5 min */
void page_span(char text[static PAGE_TIME], int64_t us);
/* A number of things: 12,345 */
void page_count(char text[static PAGE_TIME], int64_t n);

/* A cell as HTML */
void page_cell(FILE *, struct view *, const struct cell *);
/* Text as HTML, that is ours or the user's */
void page_text(FILE *, const char *);
/* The same where there can be no elements */
void page_plain(FILE *, const char *);
/* The class of a tone: "insert"; "" for none */
const char *page_tone(enum cell_tone);

/* All before the first part, and behind the last one; the parts' names are for
 * the navigation. */
struct page_part {
	const char *id, *title;
};
void page_head(FILE *, struct view *, const struct page_part *, size_t n);
void page_foot(FILE *, struct view *);

/* A chart, the n-th of the page */
void page_chart(FILE *, const struct chart *, size_t n);

/* Add a text as a JSON string that cannot end the element in which it is. */
void page_string(struct buf *, const char *, size_t len);

/* The newest rows of a table of events */
struct page_events;
struct page_events *page_events_new(const struct view_column *, size_t n);
void page_events_free(struct page_events *); /* accepts NULL */
void page_events_row(struct page_events *, struct view *, const struct cell *);
/* Write it, the n-th of the page, with no more than *room bytes, which become
 * less. */
void page_events_write(struct page_events *, struct view *, FILE *,
    const char *title, size_t n, size_t *room);

#endif
