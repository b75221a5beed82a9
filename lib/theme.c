/* theme - the colours of a report, the same in a workbook and on a page */

#include "theme.h"

#include <stdlib.h>
#include <string.h>

/* On the page each colour of a text has a contrast of 4.5:1 at least (WCAG AA),
 * in high-contrast of 7:1 (AAA); tests/theme.c looks. Those of colour-blind are
 * the hues of Okabe and Ito, darkened until they can be read, and until any two
 * of what happened differ for protanopes, deuteranopes and tritanopes alike. */
static const struct theme themes[] = {
	{ (char *)"light", false,
	    { 0xffffff, 0x1b1f24, 0x57606a, 0xd0d7de, 0xeef1f4, 0x1b1f24,
		0x0550ae, 0x1a7f37, 0x0a62c9, 0xc11f2b, 0x7c4bd6, 0x5f6975,
		0x1a7f37, 0x8f5f00, 0xc11f2b, 0xeef1f4, 0x0550ae } },
	{ (char *)"dark", true,
	    { 0x0f141a, 0xe6edf3, 0x9aa4af, 0x3a434d, 0x1b222b, 0xe6edf3,
		0x6cb6ff, 0x5fdc85, 0x58a6ff, 0xf4716a, 0xd2b0ff, 0xa3adb8,
		0x5fdc85, 0xe3b341, 0xf4716a, 0x1b222b, 0x6cb6ff } },
	{ (char *)"blue", false,
	    { 0xffffff, 0x14263a, 0x4f6074, 0xc9d7e6, 0x1f4e79, 0xffffff,
		0x1f4e79, 0x1e7a4c, 0x1f63b0, 0xb3261e, 0x6a4fb3, 0x5a6878,
		0x1e7a4c, 0x8a5a00, 0xb3261e, 0xe9f0f8, 0x1f4e79 } },
	{ (char *)"green", false,
	    { 0xffffff, 0x16291e, 0x50635a, 0xc8dacf, 0x1e5b3a, 0xffffff,
		0x1e5b3a, 0x1e7a3f, 0x2a63a8, 0xb0302a, 0x75508f, 0x5c6a62,
		0x1e7a3f, 0x865c00, 0xb0302a, 0xe8f3ec, 0x1e5b3a } },
	{ (char *)"high-contrast", false,
	    { 0xffffff, 0x000000, 0x333333, 0x000000, 0x000000, 0xffffff,
		0x00308f, 0x004d1a, 0x00308f, 0x8a0010, 0x4b0082, 0x404040,
		0x004d1a, 0x663d00, 0x8a0010, 0xffffff, 0x000000 } },
	{ (char *)"colour-blind", false,
	    { 0xffffff, 0x1a1a1a, 0x595959, 0xd0d0d0, 0xeeeeee, 0x1a1a1a,
		0x005a8e, 0x005f45, 0x0072b2, 0x8a3d00, 0x995b7d, 0x262626,
		0x005f45, 0x8f6300, 0x8a3d00, 0xf2f2f2, 0x005a8e } },
};

const struct theme *
theme_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(themes) / sizeof(*themes); i++)
		if (strcmp(name, themes[i].name) == 0)
			return &themes[i];
	return NULL;
}

const char *
theme_names(void)
{
	return "light, dark, blue, green, high-contrast, colour-blind";
}

const char *
theme_color_name(enum theme_color color)
{
	static const char *const names[THEME_COLORS] = { "page", "text",
		"faint", "line", "head", "head-text", "accent", "insert",
		"update", "delete", "read", "other", "good", "warn", "bad",
		"low", "high" };

	return names[color];
}

bool
theme_is_text(enum theme_color color)
{
	return color != THEME_PAGE && color != THEME_LINE &&
	    color != THEME_HEAD && color != THEME_LOW && color != THEME_HIGH;
}

void
theme_free(struct theme *t)
{
	if (t == NULL)
		return;
	free(t->name);
	free(t);
}
