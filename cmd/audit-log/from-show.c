/* from-show - what of the events of files is shown, or counted */

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "from-state.h"
#include "hex.h"
#include "mem.h"
#include "rows.h"

#define MOST_GROUPS                                              \
	((size_t)8 * 1024 * 1024) /* bytes, before a sum is made \
				   */

void
from_fail_db(struct from *x)
{
	if (x->status != TOOL_FAILED)
		warnx("%s", db_error(x->db));
	x->status = TOOL_FAILED;
}

/* What is shown */

bool
from_by_server(const struct from *x)
{
	return x->output->rows != NULL || x->count->by.n > 0;
}

/* Each part has a comma behind it. */
static const char *
groups(struct from *x)
{
	x->groups.p[x->groups.len - 1] = ']';
	buf_byte(&x->groups, '\0');
	return x->groups.p;
}

/* What has been counted so far as few parts. */
static void
sum_groups(struct from *x)
{
	struct output part = *x->output;
	char *text = NULL;
	size_t len = 0, i;

	if (x->output->rows != NULL)
		return;
	part.fp = xmemstream(&text, &len);
	if (count_sum(x->count, x->db, groups(x), &part) == -1)
		from_fail_db(x);
	xclose(part.fp);
	x->groups.len = 1;
	for (i = 0; i < len; i++)
		if (text[i] == '\n')
			text[i] = ',';
	buf_put(&x->groups, text, len);
	free(text);
}

static int
count_chunk(struct from *x)
{
	char *text = NULL;
	size_t len = 0;
	FILE *fp = xmemstream(&text, &len);
	int rc = count_part(x->count, x->db, &x->none, x->output, fp);

	xclose(fp);
	if (x->groups.len == 0)
		buf_byte(&x->groups, '[');
	buf_put(&x->groups, text, len);
	free(text);
	if (rc == 0 && x->groups.len > MOST_GROUPS)
		sum_groups(x);
	return rc;
}

void
from_show_chunk(struct from *x)
{
	char *json;
	int rc;

	if (x->shown.n == 0 || x->status == TOOL_FAILED)
		return;
	x->none.given = json = chunk_json(&x->shown, 0, x->shown.n);
	rc =
	    x->counts ? count_chunk(x) : rows_print(x->output, x->db, &x->none);
	x->none.given = NULL;
	free(json);
	if (rc == -1)
		from_fail_db(x);
	chunk_reset(&x->shown);
}

void
from_show(struct from *x, const struct source_event *s)
{
	struct output *o = x->output;

	if (from_by_server(x)) {
		chunk_add(&x->shown, s, true);
		if (chunk_is_full(&x->shown))
			from_show_chunk(x);
		return;
	}
	if (x->counts)
		return;
	source_write(o->fp, s, o->exact);
	output_check(o);
	o->lines++;
}

/* An event that is asked for by its id */
static void
show_whole(struct from *x, const struct source_event *s)
{
	char id[HEX_UUID];

	hex_write_uuid(id, s->id);
	filter_set(&x->none, F_ID, id);
}

/* The newest ones, or all from behind */
void
from_show_held(struct from *x)
{
	const struct filter *f = x->filter;
	bool reverse = strcmp(f->params[F_REVERSE], "true") == 0;
	size_t n = spool_count(x->spool), i = 0, len, most;
	struct source_event s = { .path = "a temporary file" };
	const char *line;

	if (f->params[F_LIMIT] != NULL) {
		most = (size_t)strtoull(f->params[F_LIMIT], NULL, 10);
		i = n > most ? n - most : 0;
		x->matched = n - i;
	}
	for (len = n - i; len > 0 && x->status != TOOL_FAILED; len--) {
		size_t bytes, at = reverse ? i + len - 1 : n - len;

		if ((line = spool_get(x->spool, at, &bytes)) == NULL) {
			warn("a temporary file");
			x->status = TOOL_FAILED;
		} else if (source_read(&s, line, bytes) == NULL) {
			if (f->id != NULL)
				show_whole(x, &s);
			from_show(x, &s);
		}
	}
}

void
from_end_counts(struct from *x)
{
	struct output *o = x->output;

	if (!from_by_server(x) || x->groups.len == 0) {
		if (o->rows == NULL && x->count->by.n == 0)
			fprintf(o->fp, "{\"count\":%llu}\n", x->matched);
		else if (x->groups.len == 0 &&
		    count_sum(x->count, x->db, "[]", o) == -1)
			from_fail_db(x);
		return;
	}
	if (count_sum(x->count, x->db, groups(x), o) == -1)
		from_fail_db(x);
}
