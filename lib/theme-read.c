/* theme-read - a theme of the user's own, and what is wrong with it */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "mem.h"
#include "theme.h"

struct reading {
	const struct document *document;
	struct theme *theme;
	size_t at[THEME_COLORS]; /* the line where it is given; 0: nowhere */
	size_t base, name;	 /* likewise */
};

/* #rrggbb, in either case */
static bool
read_color(struct json j, uint32_t *color)
{
	char hex[7] = "";
	size_t i;

	if (json_kind(j) != '"' || j.len != 9 || j.p[1] != '#')
		return false;
	memcpy(hex, j.p + 2, 6);
	for (i = 0; i < 6; i++)
		if (!isxdigit((unsigned char)hex[i]))
			return false;
	*color = (uint32_t)strtoul(hex, NULL, 16);
	return true;
}

/* Brightness and contrast as WCAG 2 defines them */

/* x to the power of 2.4, 0 < x <= 1 (libm is no other's need) */
static double
power(double x)
{
	double root = 1; /* the fifth, by Newton */
	int i;

	for (i = 0; i < 40; i++)
		root -= (root - x / (root * root * root * root)) / 5;
	return x * x * root * root;
}

static double
part(uint32_t color, int shift)
{
	double c = (color >> shift & 0xff) / 255.0;

	return c <= 0.03928 ? c / 12.92 : power((c + 0.055) / 1.055);
}

static double
brightness(uint32_t color)
{
	return 0.2126 * part(color, 16) + 0.7152 * part(color, 8) +
	    0.0722 * part(color, 0);
}

double
theme_contrast(uint32_t a, uint32_t b)
{
	double x = brightness(a), y = brightness(b);

	return x > y ? (x + 0.05) / (y + 0.05) : (y + 0.05) / (x + 0.05);
}

/* What comes before the rest, wherever it is: base fills in the others. */
static char *
read_base(struct reading *r, struct json key, struct json value)
{
	const struct theme *base;
	size_t len;
	char *name;

	if (r->base > 0)
		return document_wrong(r->document, key, "it is there twice");
	r->base = document_line(r->document, key.p);
	if (json_kind(value) != '"')
		return document_wrong(r->document, value,
		    "base is the name of a theme");
	name = json_text(value, &len);
	base = strlen(name) == len ? theme_find(name) : NULL;
	free(name);
	if (base == NULL) {
		char *more =
		    xasprintf("no such theme; there are %s", theme_names());
		char *message = document_wrong(r->document, value, more);

		free(more);
		return message;
	}
	memcpy(r->theme->color, base->color, sizeof(base->color));
	return NULL;
}

static char *
read_name(struct reading *r, struct json key, struct json value)
{
	size_t len;

	if (r->name > 0)
		return document_wrong(r->document, key, "it is there twice");
	r->name = document_line(r->document, key.p);
	if (json_kind(value) != '"' || value.len == 2)
		return document_wrong(r->document, value, "a name is a text");
	free(r->theme->name);
	r->theme->name = json_text(value, &len);
	return NULL;
}

static char *
unknown(const struct reading *r, struct json key)
{
	char *more, *message;
	size_t len;
	FILE *fp = xmemstream(&more, &len);
	int i;

	fputs("unknown; there are base, name", fp);
	for (i = 0; i < THEME_COLORS; i++)
		fprintf(fp, ", %s", theme_color_name((enum theme_color)i));
	xclose(fp);
	message = document_wrong(r->document, key, more);
	free(more);
	return message;
}

static char *
read_one(struct reading *r, struct json key, struct json value)
{
	int i;

	if (json_says(key, "base"))
		return NULL; /* has been read */
	if (json_says(key, "name"))
		return read_name(r, key, value);
	for (i = 0; i < THEME_COLORS; i++)
		if (json_says(key, theme_color_name((enum theme_color)i)))
			break;
	if (i == THEME_COLORS)
		return unknown(r, key);
	if (r->at[i] > 0)
		return document_wrong(r->document, key, "it is there twice");
	r->at[i] = document_line(r->document, key.p);
	if (!read_color(value, &r->theme->color[i]))
		return document_wrong(r->document, value,
		    "no colour; one is \"#0a5c36\"");
	return NULL;
}

static char *
read_all(struct reading *r, struct json whole)
{
	struct json_iter i;
	struct json key, value;
	char *error = NULL;

	json_begin(&i, whole);
	while (error == NULL && json_next(&i, &key, &value))
		if (json_says(key, "base"))
			error = read_base(r, key, value);
	json_begin(&i, whole);
	while (error == NULL && json_next(&i, &key, &value))
		error = read_one(r, key, value);
	return error;
}

/* The nearest colour, lighter or darker, that can be read on this one */
static uint32_t
legible(uint32_t color, uint32_t on)
{
	uint32_t to = brightness(on) < 0.18 ? 0xff : 0;
	uint32_t better = color;
	int step, shift;

	for (step = 1; step <= 100; step++) {
		better = 0;
		for (shift = 0; shift <= 16; shift += 8) {
			int c = (int)(color >> shift & 0xff);

			c += ((int)to - c) * step / 100;
			better |= (uint32_t)c << shift;
		}
		if (theme_contrast(better, on) >= THEME_LEGIBLE)
			break;
	}
	return better;
}

/* A report that cannot be read is worse than one in other colours. */
static char *
check(const struct reading *r)
{
	const uint32_t *c = r->theme->color;
	int i;

	for (i = 0; i < THEME_COLORS; i++) {
		enum theme_color on =
		    i == THEME_HEAD_TEXT ? THEME_HEAD : THEME_PAGE;
		size_t line = r->at[i] > 0 ? r->at[i] : r->at[on];

		if (!theme_is_text((enum theme_color)i) ||
		    theme_contrast(c[i], c[on]) >= THEME_LEGIBLE)
			continue;
		return xasprintf("line %zu: %s #%06x on %s #%06x: a contrast "
				 "of %.2f:1, and to be read it needs %.1f:1; "
				 "#%06x has it",
		    line, theme_color_name((enum theme_color)i), c[i],
		    theme_color_name(on), c[on], theme_contrast(c[i], c[on]),
		    THEME_LEGIBLE, legible(c[i], c[on]));
	}
	return NULL;
}

char *
theme_read(struct theme **theme, FILE *fp)
{
	struct document d = { NULL };
	struct reading r = { .document = &d };
	char *error = document_read(&d, fp, "a theme");

	r.theme = xmalloc(sizeof(*r.theme));
	*r.theme = *theme_find("light");
	r.theme->name = xstrdup("own");
	if (error == NULL)
		error = read_all(&r, d.whole);
	if (error == NULL)
		error = check(&r);
	r.theme->dark = brightness(r.theme->color[THEME_PAGE]) <
	    brightness(r.theme->color[THEME_TEXT]);
	document_free(&d);
	*theme = error == NULL ? r.theme : NULL;
	if (error != NULL)
		theme_free(r.theme);
	return error;
}
