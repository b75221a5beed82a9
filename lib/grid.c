/* grid - rows shown as a table, for people to read */

#include "grid.h"

#include <err.h>
#include <libsmartcols.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "mem.h"
#include "pager.h"
#include "safe.h"
#include "tool.h"

#define BLOCK 200      /* rows */
#define USUAL_WIDTH 80 /* of a terminal that does not say */
#define ROOMY 100      /* from here on there are two spaces between columns */

struct cell {
	char *text; /* safe */
	const char *color;
};

struct grid {
	FILE *fp;
	int n;
	const struct grid_column *columns;
	bool head, colors, live;
	size_t width; /* of the terminal; 0: no end */
	size_t *needs, *widths;
	char **names; /* safe */
	struct cell *cells;
	int nrows;
	bool begun;
};

bool
grid_wanted(const char *format, const char *path)
{
	if (format == NULL)
		return path == NULL && isatty(STDOUT_FILENO);
	if (strcmp(format, "table") == 0)
		return true;
	if (strcmp(format, "json") != 0)
		tool_misuse("-f %s: no such format", format);
	return false;
}

static size_t
terminal_width(void)
{
	const char *said = getenv("COLUMNS");
	const char *why = "";
	struct winsize w;
	long long n = 0;

	if (said != NULL)
		n = strtonum(said, 1, USHRT_MAX, &why);
	if (said != NULL && why == NULL)
		return (size_t)n;
	if (!isatty(STDOUT_FILENO))
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == -1 || w.ws_col == 0)
		return USUAL_WIDTH;
	return w.ws_col;
}

struct grid *
grid_new(FILE *fp, int n, const struct grid_column columns[], bool head)
{
	struct grid *g = xcalloc(1, sizeof(*g));
	int i;

	*g = (struct grid){ .fp = fp, .n = n, .columns = columns };
	g->head = head;
	if (fp == stdout) {
		g->width = terminal_width();
		g->colors = tool_colors(stdout);
	}
	g->needs = xcalloc((size_t)n, sizeof(*g->needs));
	g->widths = xcalloc((size_t)n, sizeof(*g->widths));
	g->names = xcalloc((size_t)n, sizeof(*g->names));
	g->cells = xcalloc((size_t)n * BLOCK, sizeof(*g->cells));
	for (i = 0; i < n; i++) {
		g->names[i] = safe_text(columns[i].name, false);
		g->needs[i] = head ? safe_width(g->names[i]) : 0;
	}
	return g;
}

void
grid_live(struct grid *g)
{
	g->live = true;
}

/* The widest of a safe text's lines */
static size_t
widest(const char *text)
{
	size_t w, most = 0;

	for (;; text++) {
		if ((w = safe_width(text)) > most)
			most = w;
		if ((text = strchr(text, '\n')) == NULL)
			return most;
	}
}

/* The cells of a row of this block */
static struct cell *
row(const struct grid *g, int i)
{
	return g->cells + (size_t)i * (size_t)g->n;
}

void
grid_row(struct grid *g, char *const texts[], const char *const colors[])
{
	struct cell *cell = row(g, g->nrows);
	size_t w;
	int i;

	for (i = 0; i < g->n; i++, cell++) {
		bool wrap = g->columns[i].form == GRID_WRAP;

		cell->text = safe_text(texts[i] == NULL ? "" : texts[i], wrap);
		cell->color = colors == NULL ? NULL : colors[i];
		if ((w = widest(cell->text)) > g->needs[i])
			g->needs[i] = w;
	}
	if (++g->nrows == BLOCK)
		grid_flush(g);
}

static size_t
gap(const struct grid *g)
{
	return g->width == 0 || g->width >= ROOMY ? 2 : 1;
}

/* What a column keeps while others are wider. The last one has the most to
 * say, and half of the room that others need on no usual terminal. */
static size_t
least(const struct grid *g, int column)
{
	size_t n = (size_t)g->columns[column].least;

	if (column == g->n - 1 && g->width > USUAL_WIDTH)
		n += (g->width - USUAL_WIDTH) / 2;
	return n;
}

/* The column that gives way next: the widest one that is still wider than it
 * has to be, or -1 */
static int
widest_column(const struct grid *g, bool spare)
{
	size_t w = 1;
	int i, found = -1;

	for (i = 0; i < g->n; i++) {
		if (g->widths[i] <= w || (spare && g->widths[i] <= least(g, i)))
			continue;
		w = g->widths[i];
		found = i;
	}
	return found;
}

/* Find the columns' widths. Whether they are others than before. */
static bool
lay_out(struct grid *g)
{
	size_t most, sum = 0, changes = 0;
	size_t *old = xcalloc((size_t)g->n, sizeof(*old));
	int i;

	memcpy(old, g->widths, (size_t)g->n * sizeof(*old));
	for (i = 0; i < g->n; i++) {
		most = (size_t)g->columns[i].most;
		g->widths[i] =
		    most > 0 && g->needs[i] > most ? most : g->needs[i];
		/* far beyond any terminal: spares the loop below its steps */
		if (g->width > 0 && g->widths[i] > g->width)
			g->widths[i] = g->width;
		sum += g->widths[i] + (i > 0 ? gap(g) : 0);
	}
	for (; g->width > 0 && sum > g->width; sum--) {
		if ((i = widest_column(g, true)) == -1 &&
		    (i = widest_column(g, false)) == -1)
			break;
		g->widths[i]--;
	}
	/* nothing stands behind the last one */
	for (i = 0; i < g->n - 1; i++)
		changes += g->widths[i] != old[i];
	free(old);
	return changes > 0;
}

static void
check(int rc)
{
	if (rc < 0)
		errx(TOOL_FAILED, "libsmartcols: %s", strerror(-rc));
}

/* How many bytes of a text that is wrapped go on the next line: up to a space,
 * where that leaves no great gap. A wide character goes into a column that is
 * too narrow for it. */
static size_t
line_length(const char *s, size_t width)
{
	size_t i, n = safe_fit(s, width);

	if (s[n] == '\0' || s[n] == '\n')
		return n;
	for (i = n; i > n - n / 3; i--)
		if (s[i - 1] == ' ')
			return i;
	return n > 0 ? n : strlen(s);
}

/* The next line of a cell: what it shows of *rest, which then is behind it */
static char *
piece(const struct grid *g, int column, const char **rest)
{
	size_t n, width = g->widths[column];
	char *text;

	if (g->columns[column].form != GRID_WRAP) {
		text = safe_cut(*rest, width);
		*rest = "";
		return text;
	}
	n = line_length(*rest, width);
	text = xstrndup(*rest, n);
	*rest += n;
	if (**rest == '\n')
		++*rest;
	return text;
}

static void
add_row(const struct grid *g, struct libscols_table *tb,
    const struct cell *cells)
{
	const char **rests = xcalloc((size_t)g->n, sizeof(*rests));
	struct libscols_line *line;
	bool more;
	int i;

	for (i = 0; i < g->n; i++)
		rests[i] = cells[i].text;
	do {
		more = false;
		if ((line = scols_table_new_line(tb, NULL)) == NULL)
			err(TOOL_FAILED, "libsmartcols");
		for (i = 0; i < g->n; i++) {
			char *text = piece(g, i, &rests[i]);

			check(scols_line_refer_data(line, (size_t)i, text));
			check(scols_cell_set_color(scols_line_get_cell(line,
						       (size_t)i),
			    cells[i].color));
			more = more || *rests[i] != '\0';
		}
	} while (more);
	free(rests);
}

static void
add_columns(const struct grid *g, struct libscols_table *tb)
{
	struct libscols_column *column;
	char *name;
	int i, flags;

	for (i = 0; i < g->n; i++) {
		flags = g->columns[i].form == GRID_RIGHT ? SCOLS_FL_RIGHT : 0;
		name = safe_cut(g->names[i], g->widths[i]);
		column = scols_table_new_column(tb, name, (double)g->widths[i],
		    flags);
		free(name);
		if (column == NULL)
			err(TOOL_FAILED, "libsmartcols");
		check(scols_cell_set_color(scols_column_get_header(column),
		    "bold"));
	}
}

/* Print the block as a table of its own: what libsmartcols would find out about
 * widths has been settled, so each looks like a part of one. */
static void
print_block(const struct grid *g, bool head)
{
	struct libscols_table *tb = scols_new_table();
	int i;

	if (tb == NULL)
		err(TOOL_FAILED, "libsmartcols");
	scols_table_set_stream(tb, g->fp);
	scols_table_set_termforce(tb, SCOLS_TERMFORCE_NEVER);
	scols_table_enable_noencoding(tb, 1);
	scols_table_enable_minout(tb, 1);
	scols_table_enable_noheadings(tb, !head);
	scols_table_enable_colors(tb, g->colors);
	check(scols_table_set_column_separator(tb, gap(g) == 2 ? "  " : " "));
	add_columns(g, tb);
	for (i = 0; i < g->nrows; i++)
		add_row(g, tb, row(g, i));
	check(scols_print_table(tb));
	scols_unref_table(tb);
}

void
grid_flush(struct grid *g)
{
	bool changed;
	int i;

	if (g->nrows == 0)
		return;
	if (g->fp == stdout && !g->live)
		pager_start();
	changed = lay_out(g);
	print_block(g, g->head && (changed || !g->begun));
	for (i = 0; i < g->nrows * g->n; i++)
		free(g->cells[i].text);
	g->nrows = 0;
	g->begun = true;
}

void
grid_free(struct grid *g)
{
	int i;

	if (g == NULL)
		return;
	grid_flush(g);
	for (i = 0; i < g->n; i++)
		free(g->names[i]);
	free(g->names);
	free(g->needs);
	free(g->widths);
	free(g->cells);
	free(g);
}
