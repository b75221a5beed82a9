/* page-data - the newest rows of a table of events, as data for the script
 *
 * A row is kept as JSON, cell by cell, so that cells which many rows have alike
 * are written once: each cell that is written has a number, from 0 on, and one
 * that comes again is this number. null is none. Others are a text, or [kind,
 * value, tone, characters cut off], where what is 0 at the end is left out:
 *   t text, n number, m what stands for a value, w time: µs, seconds east of
 *   UTC; d changes: how many are left out, then field, old, new of each, which
 *   are cells as well.
 * Times and changes themselves have no numbers. */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "dict.h"
#include "heap.h"
#include "mem.h"
#include "page.h"
#include "when.h"

/* Bytes of all rows that are kept: many times what a page may have */
#define KEPT ((size_t)64 << 20)

/* What a row is made of: pieces, each with its length before it */
enum piece { PLAIN, CELL };

struct row {
	int64_t at;
	uint64_t nth;
	char *p;
	size_t len;
	uint64_t cut; /* values of it */
};

struct page_events {
	const struct view_column *columns;
	size_t ncolumns, time; /* the column of the time; none: ncolumns */
	struct row *v;	       /* a heap: the oldest is the first */
	size_t n, kept;
	uint64_t rows;
	struct buf buf, cell;
};

struct page_events *
page_events_new(const struct view_column *columns, size_t n)
{
	struct page_events *e = xcalloc(1, sizeof(*e));

	e->columns = columns;
	e->ncolumns = n;
	while (e->time < n && columns[e->time].find != FIND_TIME)
		e->time++;
	e->v = xcalloc(PAGE_EVENTS + 1, sizeof(*e->v));
	return e;
}

void
page_events_free(struct page_events *e)
{
	size_t i;

	if (e == NULL)
		return;
	for (i = 0; i < e->n; i++)
		free(e->v[i].p);
	free(e->v);
	buf_free(&e->buf);
	buf_free(&e->cell);
	free(e);
}

/* A row as pieces */

static void
put_piece(struct buf *b, enum piece kind, const char *p, size_t len)
{
	uint32_t n = (uint32_t)len;

	buf_byte(b, (char)kind);
	buf_put(b, (const char *)&n, sizeof(n));
	buf_put(b, p, len);
}

static void
put_plain(struct buf *b, const char *p)
{
	put_piece(b, PLAIN, p, strlen(p));
}

static void
put(struct buf *b, const char *text)
{
	buf_put(b, text, strlen(text));
}

static void
put_worded(struct buf *b, char kind, struct view *v, const struct cell *c,
    const char *text, size_t len)
{
	char end[48];
	size_t left, fit = page_fit(v, text, len, &left);

	if (kind == 't' && c->tone == TONE_NONE && left == 0) {
		page_string(b, text, len);
		return;
	}
	put(b, "[\"");
	buf_byte(b, kind);
	put(b, "\",");
	page_string(b, text, fit);
	if (left > 0) {
		snprintf(end, sizeof(end), ",%d,%zu", (int)c->tone, left);
		put(b, end);
	} else if (c->tone != TONE_NONE) {
		snprintf(end, sizeof(end), ",%d", (int)c->tone);
		put(b, end);
	}
	buf_byte(b, ']');
}

/* Any but one of changes */
static void
put_cell(struct page_events *e, struct view *v, const struct cell *c)
{
	char text[PAGE_TIME + 16];
	struct tm tm;

	buf_reset(&e->cell);
	switch (c->kind) {
	case CELL_NONE:
	case CELL_CHANGES: put_plain(&e->buf, "null"); return;
	case CELL_TIME:
		when_local(&tm, c->n);
		snprintf(text, sizeof(text), "[\"w\",%" PRId64 ",%ld]", c->n,
		    tm.tm_gmtoff);
		put_plain(&e->buf, text);
		return;
	case CELL_TEXT: put_worded(&e->cell, 't', v, c, c->text, c->len); break;
	case CELL_NUMBER:
		put_worded(&e->cell, 'n', v, c, c->text, c->len);
		break;
	case CELL_MARK: put_worded(&e->cell, 'm', v, c, c->text, c->len); break;
	case CELL_COUNT:
		page_count(text, c->n);
		put_worded(&e->cell, 'n', v, c, text, strlen(text));
		break;
	case CELL_SPAN:
		page_span(text, c->n);
		put_worded(&e->cell, 't', v, c, text, strlen(text));
		break;
	}
	put_piece(&e->buf, CELL, e->cell.p, e->cell.len);
}

static void
put_changes(struct page_events *e, struct view *v, const struct cell *c)
{
	size_t i, n = c->nchanges < PAGE_CHANGES ? c->nchanges : PAGE_CHANGES;
	char text[32];

	if (n < c->nchanges)
		v->cut++;
	snprintf(text, sizeof(text), "[\"d\",%zu", c->nchanges - n);
	put_plain(&e->buf, text);
	for (i = 0; i < n; i++) {
		put_plain(&e->buf, ",");
		put_cell(e, v, &c->changes[i].field);
		put_plain(&e->buf, ",");
		put_cell(e, v, &c->changes[i].old);
		put_plain(&e->buf, ",");
		put_cell(e, v, &c->changes[i].new);
	}
	put_plain(&e->buf, "]");
}

/* The heap */

static int
compare(const void *x, const void *y)
{
	const struct row *a = x, *b = y;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return (a->nth > b->nth) - (a->nth < b->nth);
}

static void
drop_oldest(struct page_events *e)
{
	e->kept -= e->v[0].len;
	free(e->v[0].p);
	e->v[0] = e->v[--e->n];
	heap_sink(e->v, e->n, sizeof(*e->v), 0, compare);
}

static void
keep(struct page_events *e, const struct row *row)
{
	e->v[e->n++] = *row;
	e->kept += row->len;
	heap_rise(e->v, e->n, sizeof(*row), compare);
	while (e->n > PAGE_EVENTS || e->kept > KEPT)
		drop_oldest(e);
}

void
page_events_row(struct page_events *e, struct view *v, const struct cell *cells)
{
	struct row row = { .nth = e->rows++ };
	uint64_t cut = v->cut;
	size_t i;

	if (e->time < e->ncolumns && cells[e->time].kind == CELL_TIME)
		row.at = cells[e->time].n;
	if (e->n == PAGE_EVENTS && compare(&row, &e->v[0]) < 0)
		return;
	buf_reset(&e->buf);
	for (i = 0; i < e->ncolumns; i++) {
		put_plain(&e->buf, i == 0 ? "[" : ",");
		if (cells[i].kind == CELL_CHANGES)
			put_changes(e, v, &cells[i]);
		else
			put_cell(e, v, &cells[i]);
	}
	put_plain(&e->buf, "]");
	row.cut = v->cut - cut;
	v->cut = cut; /* only what the page has counts */
	row.len = e->buf.len;
	row.p = xmalloc(row.len);
	memcpy(row.p, e->buf.p, row.len);
	keep(e, &row);
}

/* Written at the end */

static int
newest_first(const void *a, const void *b)
{
	return compare(b, a);
}

/* The row as it goes to the page, in e->cell; the cells that are new get their
 * numbers. */
static void
encode(struct page_events *e, const struct row *row, struct dict *d)
{
	const char *p = row->p, *end = row->p + row->len;
	char number[24];
	uint32_t len;
	size_t nth;

	buf_reset(&e->cell);
	for (; p < end; p += len) {
		bool cell = *p++ == CELL;

		memcpy(&len, p, sizeof(len));
		p += sizeof(len);
		if (cell && dict_find(d, p, len, &nth)) {
			snprintf(number, sizeof(number), "%zu", nth);
			put(&e->cell, number);
		} else
			buf_put(&e->cell, p, len);
	}
}

static size_t
write_rows(struct page_events *e, struct view *v, FILE *fp, size_t *room)
{
	struct dict *d = dict_new();
	size_t i;

	qsort(e->v, e->n, sizeof(*e->v), newest_first);
	for (i = 0; i < e->n; i++) {
		encode(e, &e->v[i], d);
		if (e->cell.len + 2 > *room)
			break;
		*room -= e->cell.len + 2;
		fputs(i == 0 ? "" : ",\n", fp);
		fwrite(e->cell.p, 1, e->cell.len, fp);
		v->cut += e->v[i].cut;
	}
	dict_free(d);
	return i;
}

static void
write_columns(struct page_events *e, FILE *fp)
{
	static const char *const finds[] = { "text", "word", "time", "detail" };
	size_t i;

	for (i = 0; i < e->ncolumns; i++) {
		buf_reset(&e->cell);
		page_string(&e->cell, e->columns[i].name,
		    strlen(e->columns[i].name));
		fprintf(fp, "%s[%.*s,\"%s\"]", i == 0 ? "" : ",",
		    (int)e->cell.len, e->cell.p, finds[e->columns[i].find]);
	}
}

/* How many there are, and how many are shown */
static void
write_shown(const struct page_events *e, struct view *v, FILE *fp, size_t shown)
{
	char some[PAGE_TIME], all[PAGE_TIME];

	page_count(some, (int64_t)shown);
	page_count(all, (int64_t)e->rows);
	if (shown < e->rows)
		fprintf(fp,
		    "<p class=\"notice\">These are the newest %s of %s rows; "
		    "a workbook has all of them.</p>\n",
		    some, all);
	v->left_out += e->rows - shown;
}

void
page_events_write(struct page_events *e, struct view *v, FILE *fp,
    const char *title, size_t n, size_t *room)
{
	size_t shown;

	fprintf(fp,
	    "<script type=\"application/json\" id=\"data-%zu\">"
	    "{\"columns\":[",
	    n);
	write_columns(e, fp);
	buf_reset(&e->cell);
	page_string(&e->cell, title, strlen(title));
	fprintf(fp, "],\n\"title\":%.*s,\n\"rows\":[\n", (int)e->cell.len,
	    e->cell.p);
	shown = write_rows(e, v, fp, room);
	fputs("\n]}</script>\n", fp);
	write_shown(e, v, fp, shown);
	fprintf(fp,
	    "<div class=\"finder\" id=\"rows-%zu\"></div>\n"
	    "<noscript><p class=\"notice\">This table needs "
	    "JavaScript, which is off.</p></noscript>\n",
	    n);
}
