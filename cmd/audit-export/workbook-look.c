/* workbook-look - what cells look like in the theme's colours */

#include "workbook-state.h"

static uint32_t
mix(uint32_t a, uint32_t b, unsigned int percent)
{
	uint32_t all = 0;
	int shift;

	for (shift = 16; shift >= 0; shift -= 8)
		all |= ((a >> shift & 0xff) * (100 - percent) +
			   (b >> shift & 0xff) * percent + 50) /
			100
		    << shift;
	return all;
}

uint32_t
workbook_color(const struct workbook *w, enum theme_color color)
{
	return w->view.job->theme->color[color];
}

uint32_t
workbook_tone(const struct workbook *w, enum cell_tone tone)
{
	static const enum theme_color colors[TONES] = {
		[TONE_NONE] = THEME_ACCENT,
		[TONE_INSERT] = THEME_INSERT,
		[TONE_UPDATE] = THEME_UPDATE,
		[TONE_DELETE] = THEME_DELETE,
		[TONE_READ] = THEME_READ,
		[TONE_OTHER] = THEME_OTHER,
		[TONE_GOOD] = THEME_GOOD,
		[TONE_WARN] = THEME_WARN,
		[TONE_BAD] = THEME_BAD,
	};

	return workbook_color(w, colors[tone]);
}

static unsigned int
brightness(uint32_t color)
{
	return 299 * (color >> 16 & 0xff) + 587 * (color >> 8 & 0xff) +
	    114 * (color & 0xff);
}

uint32_t
workbook_ink_on(const struct workbook *w, uint32_t color)
{
	unsigned int here = brightness(color);
	uint32_t text = workbook_color(w, THEME_TEXT);
	uint32_t page = workbook_color(w, THEME_PAGE);
	unsigned int a = brightness(text), b = brightness(page);

	a = a > here ? a - here : here - a;
	b = b > here ? b - here : here - b;
	return a >= b ? text : page;
}

/* Excel's number format with so many decimals */
static const char *
decimals(unsigned int n)
{
	static const char format[] = "0.00000000000000000000";
	static char formats[DECIMALS + 1][sizeof(format)];
	unsigned int i;

	if (n == 0)
		return "0";
	for (i = 0; i < n + 2; i++)
		formats[n][i] = format[i];
	formats[n][i] = '\0';
	return formats[n];
}

/* Cells of tables */
static void
set_cell(const struct workbook *w, struct sheet_look *l, enum look look,
    enum cell_tone tone)
{
	l->top = l->lined = true;
	l->line = workbook_color(w, THEME_LINE);
	if (tone != TONE_NONE) {
		l->filled = true;
		l->fill = mix(workbook_color(w, THEME_PAGE),
		    workbook_tone(w, tone), 18);
	}
	switch (look) {
	case LOOK_TEXT: l->align = 'l'; break;
	case LOOK_LEFT:
		l->align = 'l';
		l->number = "#,##0";
		break;
	case LOOK_WRAP:
		l->align = 'l';
		l->wrap = true;
		break;
	case LOOK_MARK:
		l->italic = true;
		l->align = 'l';
		if (tone == TONE_NONE)
			l->ink = workbook_color(w, THEME_FAINT);
		break;
	case LOOK_TIME:
		l->number = "yyyy\\-mm\\-dd\\ hh:mm:ss.000";
		l->align = 'l';
		break;
	default:
		l->number = look == LOOK_SPAN ? "[h]:mm:ss"
		    : look == LOOK_COUNT
		    ? "#,##0"
		    : decimals((unsigned int)look - LOOK_NUMBER);
		l->align = 'r';
		l->indent = 1;
	}
}

/* Figures: a name, a value, a few words */
static void
set_tile(const struct workbook *w, struct sheet_look *l, enum look look,
    enum cell_tone tone)
{
	bool small = look == LOOK_TILE_NAME || look == LOOK_TILE_HINT;

	l->filled = l->edged = true;
	l->fill = mix(workbook_color(w, THEME_PAGE),
	    workbook_color(w, THEME_TEXT), 5);
	l->line = workbook_tone(w, tone);
	l->align = 'l';
	l->indent = 1;
	l->bold = !small;
	l->size = small ? 9 : look == LOOK_TILE_LONG ? 11 : 18;
	l->wrap = look == LOOK_TILE_LONG;
	if (small)
		l->ink = workbook_color(w, THEME_FAINT);
	else if (tone != TONE_NONE)
		l->ink = workbook_tone(w, tone);
	if (look == LOOK_TILE_TIME)
		l->number = "yyyy\\-mm\\-dd\\ hh:mm";
	else if (look == LOOK_TILE_SPAN)
		l->number = "[h]:mm:ss";
	else if (look == LOOK_TILE_COUNT)
		l->number = "#,##0";
}

static void
set_rest(const struct workbook *w, struct sheet_look *l, enum look look)
{
	switch (look) {
	case LOOK_TITLE:
	case LOOK_SECTION:
		l->bold = true;
		l->size = look == LOOK_TITLE ? 20 : 12;
		l->ink = workbook_color(w, THEME_ACCENT);
		break;
	case LOOK_FAINT: l->ink = workbook_color(w, THEME_FAINT); break;
	case LOOK_HEAD:
	case LOOK_HEAD_RIGHT:
		l->bold = l->filled = l->lined = l->wrap = true;
		l->fill = workbook_color(w, THEME_HEAD);
		l->ink = workbook_color(w, THEME_HEAD_TEXT);
		l->line = workbook_color(w, THEME_LINE);
		l->align = look == LOOK_HEAD ? 'l' : 'r';
		l->indent = look == LOOK_HEAD_RIGHT;
		break;
	case LOOK_GRID:
		l->ink = workbook_ink_on(w, workbook_color(w, THEME_LOW));
		l->number = "#,##0;-#,##0;";
		l->align = 'c';
		l->size = 9;
		break;
	case LOOK_GRID_HEAD:
	case LOOK_GRID_NAME:
		l->ink = workbook_color(w, THEME_FAINT);
		l->align = look == LOOK_GRID_HEAD ? 'c' : 'l';
		l->size = 9;
		break;
	default: break;
	}
}

int
workbook_look(struct workbook *w, enum look look, enum cell_tone tone)
{
	int *number = &w->look[tone][look];
	struct sheet_look l = { .inked = true };

	if (*number != 0)
		return *number;
	l.ink = workbook_color(w, THEME_TEXT);
	/* white is what Excel has anyway, with its lines */
	l.fill = workbook_color(w, THEME_PAGE);
	l.filled = l.fill != 0xffffff;
	if (look < LOOK_TILE_NAME)
		set_cell(w, &l, look, tone);
	else if (look < LOOK_PAGE)
		set_tile(w, &l, look, tone);
	else
		set_rest(w, &l, look);
	return *number = sheets_look(w->s, &l);
}
