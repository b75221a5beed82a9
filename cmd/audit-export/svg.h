/* svg - charts as drawings in a page */
#ifndef AUDIT_EXPORT_SVG_H
#define AUDIT_EXPORT_SVG_H

#include <stdio.h>

#include "html.h"
#include "page.h"

#define SVG_WIDE 640

/* What is in a drawing, and how tall it is; charts with nothing in them have
 * none. */
void svg_columns(FILE *, const struct chart *);
int svg_columns_tall(void);
void svg_bars(FILE *, const struct chart *);
int svg_bars_tall(const struct chart *);
void svg_grid(FILE *, const struct chart *);
int svg_grid_tall(const struct chart *);

/* A value: 12,345, or 0.5 */
void svg_number(char text[static PAGE_TIME], double);

#endif
