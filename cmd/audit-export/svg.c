/* svg - charts as drawings in a page */

#include "svg.h"

#include <stdlib.h>
#include <string.h>

#define WIDE SVG_WIDE
/* around the columns */
#define LEFT 52
#define TOP 12
#define TALL 200
#define BOTTOM 26

/* The least of 1, 2, 5, 10, 20 ... of which five reach this */
static double
step_of(double most)
{
	double power = 1, step = 1;
	int i;

	for (i = 0; 5 * step < most; i++) {
		step = power * (i % 3 == 0 ? 2 : i % 3 == 1 ? 5 : 10);
		if (i % 3 == 2)
			power *= 10;
	}
	return step;
}

void
svg_number(char text[static PAGE_TIME], double v)
{
	if (v == (double)(int64_t)v)
		page_count(text, (int64_t)v);
	else
		snprintf(text, PAGE_TIME, "%.1f", v);
}

static double
total(const struct chart *c, size_t cat)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < c->nseries; i++)
		sum += c->v[i * c->ncats + cat];
	return sum;
}

static double
largest(const struct chart *c)
{
	double most = 0;
	size_t i;

	for (i = 0; i < c->ncats; i++)
		if (total(c, i) > most)
			most = total(c, i);
	return most;
}

/* The class of what a series is drawn with */
static const char *
fill(const struct chart *c, size_t series)
{
	const char *tone = page_tone(c->series[series].tone);

	return *tone == '\0' ? "plain" : tone;
}

/* 2026-11-22, update: 12 events */
static void
put_hint(FILE *fp, const struct chart *c, size_t series, size_t cat)
{
	char number[PAGE_TIME];

	svg_number(number, c->v[series * c->ncats + cat]);
	fputs("<title>", fp);
	page_plain(fp, c->cats[cat]);
	if (c->nseries > 1) {
		fputs(", ", fp);
		page_plain(fp, c->series[series].name);
	}
	fprintf(fp, ": %s ", number);
	page_plain(fp, c->of);
	fputs("</title>", fp);
}

/* Text that has room for so many characters */
static void
put_short(FILE *fp, const char *text, size_t most)
{
	size_t len = strlen(text), i, n = 0, cut = len;

	for (i = 0; i < len; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80) {
			if (n == most - 1)
				cut = i;
			n++;
		}
	if (n <= most) {
		page_plain(fp, text);
		return;
	}
	html_plain(fp, text, cut);
	fputs("\u2026", fp);
}

static void
put_rect(FILE *fp, const struct chart *c, size_t series, size_t cat,
    const double box[4])
{
	fprintf(fp,
	    "<rect class=\"of-%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
	    "height=\"%.1f\">",
	    fill(c, series), box[0], box[1], box[2], box[3]);
	put_hint(fp, c, series, cat);
	fputs("</rect>\n", fp);
}

/* The least multiple of the step that is above all */
static double
top_of(double most)
{
	double step = step_of(most), top = step;

	while (top < most)
		top += step;
	return top;
}

static void
put_axis(FILE *fp, double most)
{
	double step = step_of(most), top = top_of(most), y;
	char text[PAGE_TIME];
	int i;

	for (i = 0; i * step <= top; i++) {
		y = TOP + TALL - i * step / top * TALL;
		svg_number(text, i * step);
		fprintf(fp,
		    "<path class=\"axis\" d=\"M%d %.1fH%d\"/>"
		    "<text x=\"%d\" y=\"%.1f\" class=\"end\">%s</text>\n",
		    LEFT, y, WIDE, LEFT - 6, y + 4, text);
	}
}

void
svg_columns(FILE *fp, const struct chart *c)
{
	double most = largest(c), top = top_of(most);
	double wide = (double)(WIDE - LEFT) / (double)c->ncats;
	double bar = wide > 60 ? 44 : wide > 4 ? wide - wide / 4 : wide;
	size_t cat, s, chars = 0, every;

	for (cat = 0; cat < c->ncats; cat++)
		if (strlen(c->cats[cat]) > chars)
			chars = strlen(c->cats[cat]);
	/* names of which each has its room */
	every = (size_t)((double)(chars * 7 + 12) / wide) + 1;
	put_axis(fp, most);
	for (cat = 0; cat < c->ncats; cat++) {
		double x = LEFT + wide * (double)cat, y = TOP + TALL;

		for (s = 0; s < c->nseries; s++) {
			double v = c->v[s * c->ncats + cat];
			double h = v / top * TALL;

			if (v <= 0)
				continue;
			y -= h;
			put_rect(fp, c, s, cat,
			    (double[]){ x + (wide - bar) / 2, y, bar, h });
		}
		if (cat % every != 0 ||
		    x + wide / 2 + (double)chars * 3.6 > WIDE)
			continue;
		fprintf(fp, "<text x=\"%.1f\" y=\"%d\" class=\"middle\">",
		    x + wide / 2, TOP + TALL + 18);
		put_short(fp, c->cats[cat], 24);
		fputs("</text>\n", fp);
	}
}

int
svg_columns_tall(void)
{
	return TOP + TALL + BOTTOM;
}

/* Names have the room at the left, sums the room at the right. */
#define NAMES 176
#define SUMS 64
#define BAR 26

void
svg_bars(FILE *fp, const struct chart *c)
{
	double most = largest(c), room = WIDE - NAMES - SUMS;
	char text[PAGE_TIME];
	size_t cat, s;

	for (cat = 0; cat < c->ncats; cat++) {
		double y = (double)cat * BAR, x = NAMES;

		fprintf(fp, "<text x=\"%d\" y=\"%.1f\" class=\"end\">",
		    NAMES - 8, y + 17);
		put_short(fp, c->cats[cat], 24);
		fputs("<title>", fp);
		page_plain(fp, c->cats[cat]);
		fputs("</title></text>\n", fp);
		for (s = 0; s < c->nseries; s++) {
			double v = c->v[s * c->ncats + cat];
			double w = most > 0 ? v / most * room : 0;

			if (v <= 0)
				continue;
			put_rect(fp, c, s, cat,
			    (double[]){ x, y + 4, w < 1 ? 1 : w, BAR - 8 });
			x += w;
		}
		svg_number(text, total(c, cat));
		fprintf(fp, "<text x=\"%.1f\" y=\"%.1f\">%s</text>\n", x + 6,
		    y + 17, text);
	}
}

int
svg_bars_tall(const struct chart *c)
{
	return (int)c->ncats * BAR + 4;
}

/* What has room in a grid: 999, 1.2k, 12k, 3.4M */
static void
small_number(char text[static PAGE_TIME], double v)
{
	static const char units[] = "kMGT";
	size_t i = 0;

	if (v < 999.5) {
		snprintf(text, PAGE_TIME, "%.0f", v);
		return;
	}
	for (v /= 1000; v >= 999.5 && i < strlen(units) - 1; v /= 1000)
		i++;
	snprintf(text, PAGE_TIME, v < 9.95 ? "%.1f%c" : "%.0f%c", v, units[i]);
}

/* A row a series */
#define ROW 28
#define STEPS 8

/* The room that the names of the rows need */
static double
names_room(const struct chart *c)
{
	size_t i, n, most = 0;

	for (i = 0; i < c->nseries; i++) {
		n = strlen(c->series[i].name);
		most = n > most ? n : most;
	}
	return 14 + 8.2 * (double)(most > 12 ? 12 : most);
}

static void
put_step(FILE *fp, const struct chart *c, size_t s, size_t cat, double most,
    const double box[3])
{
	double v = c->v[s * c->ncats + cat];
	char text[PAGE_TIME];
	int step = v <= 0 ? 0 : 1 + (int)(v / most * (STEPS - 1.001));

	fprintf(fp,
	    "<rect class=\"step-%d\" x=\"%.1f\" y=\"%.1f\" "
	    "width=\"%.1f\" height=\"%d\" rx=\"2\">",
	    step, box[0] + 1, box[1] + 1, box[2] - 2, ROW - 2);
	put_hint(fp, c, s, cat);
	fputs("</rect>\n", fp);
	small_number(text, v);
	if (v > 0 && (double)strlen(text) * 5.5 <= box[2])
		fprintf(fp,
		    "<text x=\"%.1f\" y=\"%.1f\" class=\"middle small "
		    "on-%d\">%s</text>\n",
		    box[0] + box[2] / 2, box[1] + 18, step, text);
}

void
svg_grid(FILE *fp, const struct chart *c)
{
	double left = names_room(c), most = 0;
	double wide = (WIDE - left) / (double)c->ncats;
	size_t s, cat;

	for (s = 0; s < c->nseries * c->ncats; s++)
		if (c->v[s] > most)
			most = c->v[s];
	for (cat = 0; cat < c->ncats; cat++) {
		fprintf(fp, "<text x=\"%.1f\" y=\"14\" class=\"middle\">",
		    left + wide * ((double)cat + 0.5));
		put_short(fp, c->cats[cat], 5);
		fputs("</text>\n", fp);
	}
	for (s = 0; s < c->nseries; s++) {
		double y = 20 + (double)s * ROW;

		fprintf(fp, "<text x=\"%.1f\" y=\"%.1f\" class=\"end\">",
		    left - 8, y + 18);
		put_short(fp, c->series[s].name, 12);
		fputs("</text>\n", fp);
		for (cat = 0; cat < c->ncats; cat++)
			put_step(fp, c, s, cat, most,
			    (double[]){ left + wide * (double)cat, y, wide });
	}
}

int
svg_grid_tall(const struct chart *c)
{
	return 22 + (int)c->nseries * ROW;
}
