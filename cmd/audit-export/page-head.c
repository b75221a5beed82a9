/* page-head - what is before and behind the parts of a page */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "asset.h"
#include "base64.h"
#include "digest.h"
#include "mem.h"
#include "page.h"

#define STEPS 8 /* of a coloured grid */

/* The colour that is so many parts of STEPS - 1 from low to high */
static uint32_t
between(uint32_t low, uint32_t high, int part)
{
	uint32_t color = 0;
	int shift;

	for (shift = 0; shift <= 16; shift += 8) {
		int a = (int)(low >> shift & 0xff);
		int b = (int)(high >> shift & 0xff);

		color |= (uint32_t)(a + (b - a) * part / (STEPS - 1)) << shift;
	}
	return color;
}

static void
put_colors(FILE *fp, const struct theme *t)
{
	uint32_t c;
	int i;

	fprintf(fp, "color-scheme:%s;", t->dark ? "dark" : "light");
	for (i = 0; i < THEME_COLORS; i++)
		fprintf(fp, "--%s:#%06x;",
		    theme_color_name((enum theme_color)i), t->color[i]);
	for (i = 0; i < STEPS; i++) {
		c = between(t->color[THEME_LOW], t->color[THEME_HIGH], i);
		fprintf(fp, "--step-%d:#%06x;--on-%d:#%s;", i, c, i,
		    theme_contrast(c, 0) > theme_contrast(c, 0xffffff) ? "000"
								       : "fff");
	}
}

/* The style: the theme's colours, then what is the same for all. Without a
 * theme the reader's system says whether it is light or dark; paper is light.
 */
static char *
style(const struct job *job, size_t *len)
{
	const struct theme *light = theme_find("light");
	const struct theme *dark = theme_find("dark");
	char *text;
	FILE *fp = xmemstream(&text, len);

	fputs("\n:root{", fp);
	put_colors(fp, job->theme_given ? job->theme : light);
	fputs("}\n", fp);
	if (!job->theme_given) {
		fputs("@media screen and (prefers-color-scheme:dark){"
		      ":root:not([data-theme=light]){",
		    fp);
		put_colors(fp, dark);
		fputs("}}\n@media screen{:root[data-theme=dark]{", fp);
		put_colors(fp, dark);
		fputs("}}\n", fp);
	} else if (job->theme->dark) {
		fputs("@media print{:root{", fp);
		put_colors(fp, light);
		fputs("}}\n", fp);
	}
	fputs(asset_page_css, fp);
	xclose(fp);
	return text;
}

/* Nothing may run or be loaded but this script, this style, and a logo that is
 * in the page. */
static void
put_hash(FILE *fp, const char *text, size_t len)
{
	struct digest *d = digest_new();
	uint8_t hash[DIGEST_LEN];

	digest_of(d, text, len, hash);
	digest_free(d);
	fputs("'sha256-", fp);
	base64_write(fp, hash, sizeof(hash));
	fputs("'", fp);
}

static void
put_policy(FILE *fp, const char *css, size_t len)
{
	fputs("<meta http-equiv=\"Content-Security-Policy\" content=\""
	      "default-src 'none'; script-src ",
	    fp);
	put_hash(fp, asset_page_js, strlen(asset_page_js));
	fputs("; style-src ", fp);
	put_hash(fp, css, len);
	fputs("; img-src data:; base-uri 'none'; form-action 'none'\">\n", fp);
}

static void
put_logo(FILE *fp, const struct logo *logo)
{
	fprintf(fp, "<img class=\"logo\" alt=\"\" src=\"data:image/%s;base64,",
	    logo->type);
	base64_write(fp, (const uint8_t *)logo->bytes, logo->len);
	fputs("\">\n", fp);
}

static void
put_top(FILE *fp, struct view *v, const struct page_part *parts, size_t n)
{
	size_t i;

	fputs("<a class=\"skip\" href=\"#main\">To the report</a>\n"
	      "<header>\n",
	    fp);
	if (v->job->logo != NULL)
		put_logo(fp, v->job->logo);
	fputs("<h1>", fp);
	page_text(fp, v->job->title);
	fputs("</h1>\n<nav aria-label=\"Parts\"><ul>\n", fp);
	for (i = 0; i < n; i++) {
		fprintf(fp, "<li><a href=\"#%s\">", parts[i].id);
		page_text(fp, parts[i].title);
		fputs("</a></li>\n", fp);
	}
	fputs("</ul></nav>\n", fp);
	if (!v->job->theme_given)
		fputs("<button type=\"button\" id=\"theme\" hidden>Dark"
		      "</button>\n",
		    fp);
	fputs("</header>\n<main id=\"main\" tabindex=\"-1\">\n", fp);
	if (v->job->note != NULL) {
		fputs("<p class=\"text note\">", fp);
		page_text(fp, v->job->note);
		fputs("</p>\n", fp);
	}
	fputs("<p class=\"hint\">Times are in the zone <span class=\"id\">",
	    fp);
	page_text(fp, v->job->zone);
	fputs("</span>.</p>\n", fp);
	fputs("<noscript><p class=\"notice\">JavaScript is off: figures, "
	      "charts and short tables are all here; the table of events needs "
	      "it.</p></noscript>\n",
	    fp);
}

/* Patterns, so that colour alone tells nothing. */
static void
put_patterns(FILE *fp)
{
	static const char *const lines[TONES] = {
		[TONE_UPDATE] = "M-1 1l2-2M0 6l6-6M5 7l2-2",
		[TONE_DELETE] = "M-1 5l2 2M0 0l6 6M5-1l2 2",
		[TONE_READ] = "M3 0v6",
		[TONE_OTHER] = "M0 3h6",
		[TONE_WARN] = "M-1 1l2-2M0 6l6-6M5 7l2-2",
		[TONE_BAD] = "M-1 5l2 2M0 0l6 6M5-1l2 2",
	};
	int i;

	fputs("<svg class=\"patterns\" aria-hidden=\"true\" width=\"0\" "
	      "height=\"0\"><defs>\n",
	    fp);
	for (i = 0; i < TONES; i++) {
		const char *tone =
		    i == 0 ? "plain" : page_tone((enum cell_tone)i);

		fprintf(fp,
		    "<pattern id=\"p-%s\" width=\"6\" height=\"6\" "
		    "patternUnits=\"userSpaceOnUse\"><rect width=\"6\" "
		    "height=\"6\" class=\"fill-%s\"/>",
		    tone, tone);
		if (lines[i] != NULL)
			fprintf(fp, "<path class=\"hatch\" d=\"%s\"/>",
			    lines[i]);
		fputs("</pattern>\n", fp);
	}
	fputs("</defs></svg>\n", fp);
}

void
page_head(FILE *fp, struct view *v, const struct page_part *parts, size_t n)
{
	size_t len;
	char *css = style(v->job, &len);

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n",
	    fp);
	put_policy(fp, css, len);
	fputs("<meta name=\"viewport\" content=\"width=device-width, "
	      "initial-scale=1\">\n"
	      "<meta name=\"referrer\" content=\"no-referrer\">\n<title>",
	    fp);
	page_plain(fp, v->job->title);
	fprintf(fp, "</title>\n<style>%s</style>\n</head>\n<body>\n", css);
	free(css);
	put_patterns(fp);
	put_top(fp, v, parts, n);
}

void
page_foot(FILE *fp, struct view *v)
{
	(void)v;
	fprintf(fp, "</main>\n<script>%s</script>\n</body>\n</html>\n",
	    asset_page_js);
}
