/* theme - the colours of a report, the same in a workbook and on a page */
#ifndef AUDIT_THEME_H
#define AUDIT_THEME_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum theme_color {
	THEME_PAGE, /* behind all */
	THEME_TEXT,
	THEME_FAINT, /* text that is less important */
	THEME_LINE,  /* borders, axes */
	THEME_HEAD,  /* behind the heads of tables */
	THEME_HEAD_TEXT,
	THEME_ACCENT, /* titles, links, what has the focus */
	/* what happened */
	THEME_INSERT,
	THEME_UPDATE,
	THEME_DELETE,
	THEME_READ,
	THEME_OTHER,
	/* how it is */
	THEME_GOOD,
	THEME_WARN,
	THEME_BAD,
	/* a coloured grid, from none to most */
	THEME_LOW,
	THEME_HIGH,
	THEME_COLORS
};

struct theme {
	char *name;
	bool dark;
	uint32_t color[THEME_COLORS]; /* 0xRRGGBB */
};

/* One that is built in: light, dark, blue, green, high-contrast, colour-blind;
 * NULL: there is none of this name. */
const struct theme *theme_find(const char *name);
/* Their names with ", " between. */
const char *theme_names(void);
/* The name of a colour as a theme file has it: "head-text". */
const char *theme_color_name(enum theme_color);
/* Whether text is written in it: on THEME_HEAD if it is THEME_HEAD_TEXT, else
 * on THEME_PAGE. */
bool theme_is_text(enum theme_color);
/* The contrast of two colours, 1 to 21 (WCAG 2), and the least that a text
 * needs. */
double theme_contrast(uint32_t, uint32_t);
#define THEME_LEGIBLE 4.5

/* Read one of the user's: a JSON object of colours, {"base": "light", "accent":
 * "#0a5c36", ...}; what is not there is as in base. What cannot be read for
 * lack of contrast is wrong as well. Returns NULL, or what is wrong and on
 * which line, to be freed; free the theme with theme_free() if not. */
char *theme_read(struct theme **, FILE *);
void theme_free(struct theme *); /* accepts NULL */

#endif
