/* page-cell - what a cell looks like on a page */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "page.h"
#include "when.h"

size_t
page_fit(struct view *v, const char *text, size_t len, size_t *left)
{
	size_t i, chars = 0, fit = len;

	*left = 0;
	if (len <= PAGE_CHARS)
		return len;
	for (i = 0; i < len; i++) {
		if (((unsigned char)text[i] & 0xc0) == 0x80)
			continue;
		if (chars++ == PAGE_CHARS)
			fit = i;
	}
	if (fit < len) {
		*left = chars - PAGE_CHARS;
		v->cut++;
	}
	return fit;
}

void
page_time(char text[static PAGE_TIME], int64_t us)
{
	struct tm tm;

	when_local(&tm, us);
	snprintf(text, PAGE_TIME, "%04d-%02d-%02d %02d:%02d:%02d",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
	    tm.tm_sec);
}

/* The two largest units say enough. */
void
page_span(char text[static PAGE_TIME], int64_t us)
{
	const char *sign = us < 0 ? "-" : "";
	int64_t ms = (us < 0 ? -(us / 1000) : us / 1000), s = ms / 1000;

	if (s < 1)
		snprintf(text, PAGE_TIME, "%s%" PRId64 " ms", sign, ms);
	else if (s < 60)
		snprintf(text, PAGE_TIME, "%s%" PRId64 " s", sign, s);
	else if (s < 3600)
		snprintf(text, PAGE_TIME, "%s%" PRId64 " min %" PRId64 " s",
		    sign, s / 60, s % 60);
	else if (s < 86400)
		snprintf(text, PAGE_TIME, "%s%" PRId64 " h %" PRId64 " min",
		    sign, s / 3600, s / 60 % 60);
	else
		snprintf(text, PAGE_TIME, "%s%" PRId64 " d %" PRId64 " h", sign,
		    s / 86400, s / 3600 % 24);
}

void
page_count(char text[static PAGE_TIME], int64_t n)
{
	char digits[24];
	size_t i, len;
	char *out = text;

	snprintf(digits, sizeof(digits), "%" PRId64, n);
	len = strlen(digits);
	for (i = 0; i < len; i++) {
		*out++ = digits[i];
		if ((len - i) % 3 == 1 && i + 1 < len && digits[i] != '-')
			*out++ = ',';
	}
	*out = '\0';
}

const char *
page_tone(enum cell_tone tone)
{
	static const char *const names[TONES] = { "", "insert", "update",
		"delete", "read", "other", "good", "warn", "bad" };

	return names[tone];
}

void
page_text(FILE *fp, const char *text)
{
	html_text(fp, text, strlen(text));
}

void
page_plain(FILE *fp, const char *text)
{
	html_plain(fp, text, strlen(text));
}

static void
put_text(FILE *fp, struct view *v, const struct cell *c)
{
	size_t left, fit = page_fit(v, c->text, c->len, &left);
	char count[PAGE_TIME];

	html_text(fp, c->text, fit);
	if (left == 0)
		return;
	page_count(count, (int64_t)left);
	fprintf(fp, "<span class=\"no\">\u2026 %s more characters</span>",
	    count);
}

static void
put_changes(FILE *fp, struct view *v, const struct cell *c)
{
	size_t i;

	for (i = 0; i < c->nchanges && i < PAGE_CHANGES; i++) {
		const struct cell_change *change = &c->changes[i];
		bool both = change->old.kind != CELL_NONE &&
		    change->new.kind != CELL_NONE;

		fputs("<div><b>", fp);
		page_cell(fp, v, &change->field);
		fputs("</b> ", fp);
		if (change->old.kind != CELL_NONE) {
			fputs("<del>", fp);
			page_cell(fp, v, &change->old);
			fputs("</del>", fp);
		}
		if (both)
			fputs(" \u2192 ", fp);
		if (change->new.kind != CELL_NONE) {
			fputs("<ins>", fp);
			page_cell(fp, v, &change->new);
			fputs("</ins>", fp);
		}
		fputs("</div>", fp);
	}
	if (i < c->nchanges) {
		v->cut++;
		fprintf(fp, "<div class=\"no\">\u2026 %zu more fields</div>",
		    c->nchanges - i);
	}
}

void
page_cell(FILE *fp, struct view *v, const struct cell *c)
{
	const char *tone = page_tone(c->tone);
	char text[PAGE_TIME];

	if (*tone != '\0')
		fprintf(fp, "<span class=\"tone is-%s\">", tone);
	switch (c->kind) {
	case CELL_NONE: break;
	case CELL_TEXT:
	case CELL_NUMBER: put_text(fp, v, c); break;
	case CELL_MARK:
		fputs("<span class=\"no\">", fp);
		put_text(fp, v, c);
		fputs("</span>", fp);
		break;
	case CELL_COUNT:
		page_count(text, c->n);
		fputs(text, fp);
		break;
	case CELL_TIME:
		page_time(text, c->n);
		fprintf(fp,
		    "<span class=\"time\"><span>%.10s</span> "
		    "<span>%s</span></span>",
		    text, text + 11);
		break;
	case CELL_SPAN:
		page_span(text, c->n);
		fputs(text, fp);
		break;
	case CELL_CHANGES: put_changes(fp, v, c); break;
	}
	if (*tone != '\0')
		fputs("</span>", fp);
}
