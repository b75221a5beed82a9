/* fuzz/export - any bytes as a line of events; what comes of it is whole */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../cmd/audit-export/column.h"
#include "../../cmd/audit-export/csv.h"
#include "../../cmd/audit-export/input.h"
#include "../../cmd/audit-export/siem.h"
#include "mem.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef void write_fn(FILE *, const struct event *, int64_t at, bool exact);

/* What lib/line.h hands on */
static bool
is_line(const char *s, size_t len)
{
	size_t n;

	for (; len > 0; s += n, len -= n) {
		if (*s == '\0' || *s == '\n')
			return false;
		if ((n = utf8_length(s, len)) == 0)
			return false;
	}
	return true;
}

static void
want(bool true_)
{
	if (!true_)
		abort();
}

/* One line, and its end. */
static char *
written(write_fn *fn, const struct input *in, bool exact, size_t *len)
{
	char *text;
	FILE *fp = xmemstream(&text, len);

	fn(fp, in->event, in->at, exact);
	xclose(fp);
	want(*len > 0 && memchr(text, '\n', *len) == text + *len - 1);
	return text;
}

static void
check_json(write_fn *fn, const struct input *in, bool exact)
{
	struct json whole;
	size_t len, where;
	char *text = written(fn, in, exact, &len);

	want(json_parse(&whole, text, len, &where) == NULL);
	want(json_kind(whole) == '{' && is_line(text, len - 1));
	free(text);
}

static void
check_cef(const struct input *in, bool exact)
{
	size_t len, i, bars = 0;
	char *text = written(cef_write, in, exact, &len);

	for (i = 0; bars < 7; i++) {
		want(i < len - 1);
		bars += text[i] == '|';
		i += text[i] == '\\';
	}
	want(strncmp(text + i, "rt=", 3) == 0 && is_line(text, len - 1));
	for (i = 0; i < len - 1; i++)
		want((unsigned char)text[i] >= 0x20 && text[i] != 0x7f);
	free(text);
}

/* Whatever is in its cells, a row has as many as the head, and one end. */
static void
check_csv(const struct input *in, enum job_rows rows, bool safe, bool exact)
{
	const struct cell *cells;
	struct columns *c;
	size_t n, len, i, commas, ends;
	char *text, *wrong;
	bool quoted;
	FILE *fp;

	c = columns_new(COLUMN_TEXT, rows, NULL, "UTC", true, &wrong);
	want(c != NULL);
	columns_heads(c, &n);
	columns_begin(c, in);
	while ((cells = columns_row(c)) != NULL) {
		fp = xmemstream(&text, &len);
		csv_row(fp, cells, n, safe, exact);
		xclose(fp);
		quoted = false;
		for (i = commas = ends = 0; i < len; i++) {
			quoted ^= text[i] == '"';
			commas += !quoted && text[i] == ',';
			ends += !quoted && text[i] == '\n';
		}
		want(!quoted && commas == n - 1 && ends == 1);
		free(text);
	}
	columns_free(c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* exactly as long as it is, for the sanitizer */
	char *line = xstrndup((const char *)data, size);
	struct changes changes = { NULL, 0, 0 };
	struct input in = { .changes = &changes };
	struct event e;
	int exact;

	size = strlen(line);
	if (is_line(line, size) && input_read(&in, &e, line, size) == NULL &&
	    in.kind == INPUT_EVENT && !event_is_none(&e)) {
		change_list(&changes, &e);
		for (exact = 0; exact < 2; exact++) {
			check_json(ocsf_write, &in, exact);
			check_json(ecs_write, &in, exact);
			check_cef(&in, exact);
			check_csv(&in, JOB_ROWS_FIELD, false, exact);
			check_csv(&in, JOB_ROWS_EVENT, true, exact);
		}
	}
	change_free(&changes);
	free(line);
	return 0;
}
