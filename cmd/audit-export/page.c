/* page - a report as one HTML file that needs nothing but itself */

#include "page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* A part is kept until the end, for another one may be written before it. */
struct part {
	char *title;
	char id[32];
	FILE *fp;
	char *html;
	size_t len;
	char *kinds; /* of each column: 0 unknown, n numbers, t text */
	bool headed; /* the table's head has been written */
	bool charts; /* the last thing is a group of them */
	/* its table that has not ended */
	bool open;
	struct page_events *events; /* NULL: it is a short one */
	char *name;		    /* of the table */
	const struct view_column *columns;
	size_t ncolumns;
	uint64_t rows, left;
};

struct page {
	struct view view; /* comes first */
	char *path;
	struct part **parts;
	size_t n, current;
	size_t charts, tables; /* so many so far */
	size_t data, shorts;   /* bytes that are left for rows */
};

static struct page *
of(struct view *v)
{
	return (struct page *)v;
}

static void
part(struct view *v, const char *title)
{
	struct page *page = of(v);
	struct part *p;
	size_t i;

	for (i = 0; i < page->n; i++)
		if (strcmp(page->parts[i]->title, title) == 0)
			break;
	page->current = i;
	if (i < page->n)
		return;
	p = xcalloc(1, sizeof(*p));
	p->title = xstrdup(title);
	snprintf(p->id, sizeof(p->id), "part-%zu", page->n + 1);
	p->fp = xmemstream(&p->html, &p->len);
	page->parts =
	    xreallocarray(page->parts, page->n + 1, sizeof(struct part *));
	page->parts[page->n++] = p;
}

/* Reports name their parts; if one did not, the title is its name. */
static struct part *
current(struct view *v)
{
	struct page *page = of(v);

	if (page->n == 0)
		part(v, v->job->title);
	return page->parts[page->current];
}

/* Charts that follow each other stand side by side. */
static void
group(struct part *p, bool charts)
{
	if (charts != p->charts)
		fputs(charts ? "<div class=\"charts\">\n" : "</div>\n", p->fp);
	p->charts = charts;
}

static void
text(struct view *v, const char *s)
{
	struct part *p = current(v);

	group(p, false);
	fputs("<p class=\"text\">", p->fp);
	page_text(p->fp, s);
	fputs("</p>\n", p->fp);
}

static void
figures(struct view *v, const struct figure *f, size_t n)
{
	struct part *p = current(v);
	size_t i;

	group(p, false);
	fputs("<dl class=\"tiles\">\n", p->fp);
	for (i = 0; i < n; i++, f++) {
		fputs("<div><dt>", p->fp);
		page_text(p->fp, f->name);
		fputs("</dt><dd>", p->fp);
		if (f->value.kind == CELL_NONE)
			fputs("<span class=\"no\">none</span>", p->fp);
		page_cell(p->fp, v, &f->value);
		fputs("</dd>", p->fp);
		if (f->hint != NULL) {
			fputs("<dd class=\"hint\">", p->fp);
			page_text(p->fp, f->hint);
			fputs("</dd>", p->fp);
		}
		fputs("</div>\n", p->fp);
	}
	fputs("</dl>\n", p->fp);
}

static void
chart(struct view *v, const struct chart *c)
{
	group(current(v), true);
	page_chart(current(v)->fp, c, ++of(v)->charts);
}

static void
table(struct view *v, enum view_table kind, const char *title,
    const struct view_column *columns, size_t n)
{
	struct part *p = current(v);

	group(p, false);
	p->open = true;
	p->name = xstrdup_null(title);
	p->columns = columns;
	p->ncolumns = n;
	p->rows = p->left = 0;
	p->headed = false;
	free(p->kinds);
	p->kinds = xcalloc(n + 1, 1);
	if (kind == VIEW_EVENTS)
		p->events = page_events_new(columns, n);
}

/* Columns of numbers are read from the right; the first value of a column
 * tells what it has. */
static bool
is_number(const struct part *p, size_t column, const struct cell *c)
{
	bool number = c->kind == CELL_NUMBER || c->kind == CELL_COUNT ||
	    c->kind == CELL_SPAN;

	if (p->kinds[column] == 0 && c->kind != CELL_NONE)
		p->kinds[column] = number ? 'n' : 't';
	return number && p->kinds[column] == 'n';
}

/* Short words are not broken, and long ones get some room. */
static const char *
look(const struct part *p, size_t column, const struct cell *c)
{
	if (is_number(p, column, c))
		return " class=\"number\"";
	if (c->kind == CELL_TEXT || c->kind == CELL_MARK)
		return c->len < 25 ? " class=\"whole\"" : " class=\"long\"";
	return c->kind == CELL_CHANGES ? " class=\"long\"" : "";
}

/* cells: of the first row; NULL: there is none */
static void
short_head(struct part *p, const struct cell *cells)
{
	size_t i;

	p->headed = true;
	fputs("<div class=\"scroll\"><table>\n", p->fp);
	if (p->name != NULL) {
		fputs("<caption>", p->fp);
		page_text(p->fp, p->name);
		fputs("</caption>\n", p->fp);
	}
	fputs("<thead><tr>", p->fp);
	for (i = 0; i < p->ncolumns; i++) {
		fputs(cells != NULL && is_number(p, i, &cells[i])
			? "<th scope=\"col\" class=\"number\">"
			: "<th scope=\"col\">",
		    p->fp);
		page_text(p->fp, p->columns[i].name);
		fputs("</th>", p->fp);
	}
	fputs("</tr></thead>\n<tbody>\n", p->fp);
}

static void
short_row(struct view *v, struct part *p, const struct cell *cells)
{
	struct page *page = of(v);
	long before = ftell(p->fp), after;
	size_t i;

	if (p->rows == PAGE_ROWS || page->shorts == 0) {
		p->left++;
		v->left_out++;
		return;
	}
	if (p->rows++ == 0)
		short_head(p, cells);
	fputs("<tr>", p->fp);
	for (i = 0; i < p->ncolumns; i++) {
		fprintf(p->fp, "<td%s>", look(p, i, &cells[i]));
		page_cell(p->fp, v, &cells[i]);
		fputs("</td>", p->fp);
	}
	fputs("</tr>\n", p->fp);
	after = ftell(p->fp);
	page->shorts -= (size_t)(after - before) < page->shorts
	    ? (size_t)(after - before)
	    : page->shorts;
}

/* Rows belong to the table of this part or, while lines come, to the one of
 * events that another part has open. */
static struct part *
with_table(struct view *v)
{
	struct page *page = of(v);
	size_t i;

	if (current(v)->open)
		return current(v);
	for (i = 0; i < page->n; i++)
		if (page->parts[i]->open)
			return page->parts[i];
	return NULL;
}

static void
row(struct view *v, const struct cell *cells)
{
	struct part *p = with_table(v);

	if (p == NULL)
		view_fail(v, "a row without a table");
	else if (p->events != NULL)
		page_events_row(p->events, v, cells);
	else
		short_row(v, p, cells);
}

static void
short_end(struct part *p)
{
	char count[PAGE_TIME];

	if (!p->headed)
		short_head(p, NULL);
	fputs("</tbody></table></div>\n", p->fp);
	if (p->rows == 0 && p->left == 0)
		fputs("<p class=\"no\">None.</p>\n", p->fp);
	if (p->left == 0)
		return;
	page_count(count, (int64_t)p->left);
	fprintf(p->fp,
	    "<p class=\"notice\">And %s more, which a workbook has.</p>\n",
	    count);
}

static void
table_end(struct view *v)
{
	struct page *page = of(v);
	struct part *p = with_table(v);

	if (p == NULL)
		return;
	if (p->events != NULL)
		page_events_write(p->events, v, p->fp,
		    p->name == NULL ? p->title : p->name, ++page->tables,
		    &page->data);
	else
		short_end(p);
	page_events_free(p->events);
	free(p->name);
	p->events = NULL;
	p->name = NULL;
	p->open = false;
}

static void
write_parts(struct page *page, FILE *fp)
{
	struct page_part *heads = xcalloc(page->n + 1, sizeof(*heads));
	struct part *p;
	size_t i, n = 0;

	for (i = 0; i < page->n; i++) {
		p = page->parts[i];
		group(p, false);
		fflush(p->fp);
		if (p->len > 0)
			heads[n++] = (struct page_part){ p->id, p->title };
	}
	page_head(fp, &page->view, heads, n);
	free(heads);
	for (i = 0; i < page->n; i++) {
		p = page->parts[i];
		if (p->len == 0)
			continue;
		fprintf(fp, "<section id=\"%s\">\n<h2>", p->id);
		page_text(fp, p->title);
		fputs("</h2>\n", fp);
		fwrite(p->html, 1, p->len, fp);
		fputs("</section>\n", fp);
	}
	page_foot(fp, &page->view);
}

static int
end(struct view *v)
{
	struct page *page = of(v);
	FILE *fp = fopen(page->path, "w");

	if (fp == NULL) {
		view_fail(v, "%s", strerror(errno));
		return -1;
	}
	write_parts(page, fp);
	if (ferror(fp)) /* errno is that of the last write */
		view_fail(v, "%s", strerror(errno));
	if (fclose(fp) == EOF)
		view_fail(v, "%s", strerror(errno));
	return v->error == NULL ? 0 : -1;
}

static void
free_page(struct view *v)
{
	struct page *page = of(v);
	size_t i;

	for (i = 0; i < page->n; i++) {
		struct part *p = page->parts[i];

		fclose(p->fp);
		free(p->html);
		free(p->title);
		free(p->name);
		free(p->kinds);
		page_events_free(p->events);
		free(p);
	}
	free(page->parts);
	free(page->path);
	free(v->error);
	free(page);
}

static const struct view_ops ops = {
	.part = part,
	.text = text,
	.figures = figures,
	.chart = chart,
	.table = table,
	.row = row,
	.table_end = table_end,
	.end = end,
	.free = free_page,
};

struct view *
page_new(const struct job *job, const char *path)
{
	struct page *page = xcalloc(1, sizeof(*page));

	page->view.ops = &ops;
	page->view.job = job;
	page->path = xstrdup(path);
	page->data = PAGE_DATA;
	page->shorts = PAGE_SHORT;
	return &page->view;
}
