/* csv - rows of cells as RFC 4180 has them */

#include "csv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "exact.h"
#include "mem.h"
#include "when.h"

void
csv_head(FILE *fp, const struct columns *c)
{
	size_t i, n;

	columns_heads(c, &n);
	for (i = 0; i < n; i++)
		fprintf(fp, "%s%s", i == 0 ? "" : ",", columns_name(c, i));
	fputs("\r\n", fp);
}

static void
put_quoted(FILE *fp, const char *p, size_t len)
{
	const char *quote;

	for (; (quote = memchr(p, '"', len)) != NULL; p = quote + 1) {
		fwrite_unlocked(p, 1, (size_t)(quote - p) + 1, fp);
		putc_unlocked('"', fp);
		len -= (size_t)(quote - p) + 1;
	}
	fwrite_unlocked(p, 1, len, fp);
}

/* What a spreadsheet would take for a formula (OWASP, CSV Injection) */
static bool
is_formula(const char *p, size_t len)
{
	return len > 0 && *p != '\0' && strchr("=+-@\t\r", *p) != NULL;
}

static void
put_text(FILE *fp, const char *p, size_t len, bool safe)
{
	bool formula = safe && is_formula(p, len);
	size_t i;

	for (i = 0; i < len; i++)
		if (p[i] == '"' || p[i] == ',' || p[i] == '\n' || p[i] == '\r')
			break;
	/* a blank at an end does not count for some readers */
	if (i == len && len > 0 && !formula && p[0] != ' ' &&
	    p[len - 1] != ' ') {
		fwrite_unlocked(p, 1, len, fp);
		return;
	}
	putc_unlocked('"', fp);
	if (formula)
		putc_unlocked('\'', fp);
	put_quoted(fp, p, len);
	putc_unlocked('"', fp);
}

/* field: old -> new, a line each */
static void
put_changes(FILE *fp, const struct cell *c, bool safe)
{
	const struct cell_change *ch = c->changes;
	size_t i, len;
	char *text;
	FILE *all = xmemstream(&text, &len);

	for (i = 0; i < c->nchanges; i++, ch++) {
		fprintf(all, "%s", i == 0 ? "" : "\n");
		fwrite(ch->field.text, 1, ch->field.len, all);
		fputs(": ", all);
		if (ch->old.text != NULL)
			fwrite(ch->old.text, 1, ch->old.len, all);
		fputs(" -> ", all);
		if (ch->new.text != NULL)
			fwrite(ch->new.text, 1, ch->new.len, all);
	}
	xclose(all);
	if (len > 0)
		put_text(fp, text, len, safe);
	free(text);
}

/* Numbers in an object as strings, where a double cannot hold them */
static void
put_exact(FILE *fp, const struct cell *c, bool safe)
{
	size_t len;
	char *text;
	FILE *all = xmemstream(&text, &len);

	exact_write(all, c->text, c->len);
	xclose(all);
	put_text(fp, text, len, safe);
	free(text);
}

static void
put_cell(FILE *fp, const struct cell *c, bool safe, bool exact)
{
	char when[WHEN_LEN];

	switch (c->kind) {
	case CELL_NONE: break;
	case CELL_TEXT:
	case CELL_MARK:
		if (exact && c->json)
			put_exact(fp, c, safe);
		else
			put_text(fp, c->text, c->len, safe);
		break;
	case CELL_NUMBER: fwrite_unlocked(c->text, 1, c->len, fp); break;
	case CELL_COUNT:
	case CELL_SPAN: fprintf(fp, "%" PRId64, c->n); break;
	case CELL_TIME:
		when_iso(when, c->n);
		fputs(when, fp);
		break;
	case CELL_CHANGES: put_changes(fp, c, safe); break;
	}
}

void
csv_row(FILE *fp, const struct cell *cells, size_t n, bool safe, bool exact)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (i > 0)
			putc_unlocked(',', fp);
		put_cell(fp, &cells[i], safe, exact);
	}
	fputs("\r\n", fp);
}
