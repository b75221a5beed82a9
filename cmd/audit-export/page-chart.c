/* page-chart - a chart on a page: the drawing, its key, and its numbers */

#include "page.h"
#include "svg.h"

static double
sum_of(const struct chart *c)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < c->nseries * c->ncats; i++)
		sum += c->v[i];
	return sum;
}

/* What a drawing says, for who does not see it: its largest value */
static void
put_desc(FILE *fp, const struct chart *c)
{
	size_t i, most = 0;
	char text[PAGE_TIME];

	for (i = 1; i < c->nseries * c->ncats; i++)
		if (c->v[i] > c->v[most])
			most = i;
	svg_number(text, sum_of(c));
	fprintf(fp, "%s ", text);
	page_plain(fp, c->of);
	fputs(" in all; the most in one place: ", fp);
	page_plain(fp, c->cats[most % c->ncats]);
	if (c->nseries > 1) {
		fputs(", ", fp);
		page_plain(fp, c->series[most / c->ncats].name);
	}
	svg_number(text, c->v[most]);
	fprintf(fp, ", %s. The numbers are in the table below.", text);
}

static void
put_key(FILE *fp, const struct chart *c)
{
	size_t i;

	if (c->nseries < 2 || c->kind == CHART_GRID)
		return;
	fputs("<ul class=\"key\">", fp);
	for (i = 0; i < c->nseries; i++) {
		const char *tone = page_tone(c->series[i].tone);

		fprintf(fp,
		    "<li><svg width=\"14\" height=\"14\" aria-hidden=\"true\">"
		    "<rect class=\"of-%s\" width=\"14\" height=\"14\"/></svg>",
		    *tone == '\0' ? "plain" : tone);
		page_text(fp, c->series[i].name);
		fputs("</li>\n", fp);
	}
	fputs("</ul>\n", fp);
}

static void
put_number(FILE *fp, double v)
{
	char text[PAGE_TIME];

	svg_number(text, v);
	fprintf(fp, "<td class=\"number\">%s</td>", text);
}

/* A row a category; of a grid, which is a table already, a row a series */
static void
put_table(FILE *fp, const struct chart *c)
{
	bool grid = c->kind == CHART_GRID;
	size_t rows = grid ? c->nseries : c->ncats;
	size_t cols = grid ? c->ncats : c->nseries, row, col;

	fputs("<details><summary>Numbers</summary>\n"
	      "<div class=\"scroll\"><table><caption>",
	    fp);
	page_text(fp, c->title);
	fputs("</caption>\n<thead><tr><td></td>", fp);
	for (col = 0; col < cols; col++) {
		fputs("<th scope=\"col\">", fp);
		page_text(fp, grid ? c->cats[col] : c->series[col].name);
		fputs("</th>", fp);
	}
	fputs("</tr></thead>\n<tbody>\n", fp);
	for (row = 0; row < rows; row++) {
		fputs("<tr><th scope=\"row\">", fp);
		page_text(fp, grid ? c->series[row].name : c->cats[row]);
		fputs("</th>", fp);
		for (col = 0; col < cols; col++)
			put_number(fp,
			    grid ? c->v[row * c->ncats + col]
				 : c->v[col * c->ncats + row]);
		fputs("</tr>\n", fp);
	}
	fputs("</tbody></table></div></details>\n", fp);
}

static int
tall(const struct chart *c)
{
	switch (c->kind) {
	case CHART_COLUMNS: return svg_columns_tall();
	case CHART_BARS: return svg_bars_tall(c);
	case CHART_GRID: return svg_grid_tall(c);
	}
	return 0;
}

static void
put_drawing(FILE *fp, const struct chart *c, size_t n)
{
	fprintf(fp,
	    "<div class=\"scroll drawing\"><svg viewBox=\"0 0 %d %d\" "
	    "role=\"img\" aria-labelledby=\"chart-%zu about-%zu\">"
	    "<title id=\"chart-%zu\">",
	    SVG_WIDE, tall(c), n, n, n);
	page_plain(fp, c->title);
	fprintf(fp, "</title><desc id=\"about-%zu\">", n);
	put_desc(fp, c);
	fputs("</desc>\n", fp);
	switch (c->kind) {
	case CHART_COLUMNS: svg_columns(fp, c); break;
	case CHART_BARS: svg_bars(fp, c); break;
	case CHART_GRID: svg_grid(fp, c); break;
	}
	fputs("</svg></div>\n", fp);
}

void
page_chart(FILE *fp, const struct chart *c, size_t n)
{
	fputs("<figure>\n<figcaption>", fp);
	page_text(fp, c->title);
	fputs("</figcaption>\n", fp);
	if (sum_of(c) <= 0)
		fputs("<p class=\"no\">There is nothing to show.</p>\n", fp);
	else {
		put_key(fp, c);
		put_drawing(fp, c, n);
		put_table(fp, c);
	}
	fputs("</figure>\n", fp);
}
