/* count-both - how many events there are in a trail and in an archive
 *
 * Which ones both have is seen where they come in the same order: so they do,
 * as ids, and what they are counted by; the groups are counted here. */

#include <err.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "count.h"
#include "line.h"
#include "mem.h"
#include "rows.h"
#include "sql.h"

/* A group: the beginning of its element in what count_sum() takes */
struct group {
	char *text;
	unsigned long long n;
};

struct counting {
	const struct count *count;
	struct output *output;
	void *groups; /* of tsearch() */
	FILE *fp;     /* what they become */
	const char *comma;
};

static int
compare(const void *a, const void *b)
{
	return strcmp(((const struct group *)a)->text,
	    ((const struct group *)b)->text);
}

static void
add(struct counting *c, char *text)
{
	struct group *g = xcalloc(1, sizeof(*g)), **found;

	g->text = text;
	if ((found = tsearch(g, &c->groups, compare)) == NULL)
		err(TOOL_FAILED, NULL);
	(*found)->n++;
	if (*found == g)
		return;
	free(g->text);
	free(g);
}

/* The name of the trail of a row, whose last column is its number */
static const char *
trail_of(const struct counting *c, int ncols, char *const cols[])
{
	const char *no = cols[ncols - 1];

	return output_trail(c->output,
	    no == NULL ? -1 : (int)strtol(no, NULL, 10));
}

static void
put_text(FILE *fp, const char *text)
{
	if (text == NULL)
		fputs("null", fp);
	else
		line_put_string(fp, text, strlen(text));
	putc(',', fp);
}

/* As counts.sql says a group, or count-rows.sql */
static int
put(int ncols, char *const cols[], void *arg)
{
	struct counting *c = arg;
	const struct words *by = &c->count->by;
	bool rows = c->output->rows != NULL;
	char *text = NULL;
	size_t len = 0;
	FILE *fp = xmemstream(&text, &len);
	int i;

	putc(rows ? '[' : '{', fp);
	for (i = 0; i < (rows ? COUNT_MAX : by->n); i++) {
		const char *cell = by->n == 0 ? NULL : cols[1 + i];
		bool is_trail = i < by->n && strcmp(by->v[i], "trail") == 0;

		if (!rows) {
			line_put_string(fp, by->v[i], strlen(by->v[i]));
			putc(':', fp);
		}
		if (is_trail || rows)
			put_text(fp,
			    is_trail ? trail_of(c, ncols, cols) : cell);
		else
			fprintf(fp, "%s,", cell == NULL ? "null" : cell);
	}
	xclose(fp);
	add(c, text);
	return 0;
}

static void
write_group(const void *node, VISIT visit, void *arg)
{
	const struct group *g = *(struct group *const *)node;
	struct counting *c = arg;

	if (visit != postorder && visit != leaf)
		return;
	fprintf(c->fp,
	    c->output->rows != NULL ? "%s%s\"%llu\"]" : "%s%s\"count\":%llu}",
	    c->comma, g->text, g->n);
	c->comma = ",";
}

static void
free_group(void *node)
{
	struct group *g = node;

	free(g->text);
	free(g);
}

static int
query(struct counting *c, struct db *db, const struct filter *f)
{
	const struct words *by = &c->count->by;
	char *params[F_REVERSE + 1 + COUNT_MAX] = { NULL };
	static char no[] = "false";
	const char *sql = sql_log_ids;
	int i, n = F_NPARAMS, rc;

	memcpy(params, f->params, F_REVERSE * sizeof(*params));
	params[F_REVERSE] = no;
	if (by->n > 0 && c->output->rows != NULL) {
		sql = sql_count_rows_groups;
		params[n++] = db_array(by->n, by->v);
		params[n++] = (char *)rows_zone(c->output->rows);
	} else if (by->n > 0) {
		sql = sql_count_groups;
		for (i = 0; i < by->n; i++)
			params[n + i] = by->v[i];
		n += COUNT_MAX;
	}
	rc = filter_query(f, db, sql, n, params, put, NULL, c);
	if (sql == sql_count_rows_groups)
		free(params[F_NPARAMS]);
	return rc;
}

int
count_both(const struct count *count, struct db *db, const struct filter *f,
    struct output *o)
{
	struct counting c = { .count = count, .output = o, .comma = "" };
	char *parts = NULL;
	size_t len = 0;
	int rc = query(&c, db, f);

	c.fp = xmemstream(&parts, &len);
	putc('[', c.fp);
	twalk_r(c.groups, write_group, &c);
	putc(']', c.fp);
	xclose(c.fp);
	tdestroy(c.groups, free_group);
	if (rc == 0)
		rc = count_sum(count, db, parts, o);
	if (rc == 0 && o->rows == NULL && count->by.n == 0 && o->lines == 0)
		fputs("{\"count\":0}\n", o->fp);
	free(parts);
	return rc;
}
