/* cover - what a seal covers: the leaves of its events, its months and root */

#include "cover.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "hex.h"
#include "leaf.h"
#include "mem.h"
#include "merkle.h"
#include "parts.h"
#include "row.h"
#include "spool.h"
#include "sql.h"

#define LEAVES 1024 /* in a row of audit.leaf */
#define ID_LEN 16
#define LEAF_LEN (ID_LEN + DIGEST_LEN)

struct cover {
	struct spool *rows; /* of audit.leaf, but the last one */
	struct buf row;
	struct row event;
	struct leaf *leaf;
	struct merkle month; /* the last month's tree */
	struct digest *digest;
	struct seal *seal;
	char *error;
};

struct cover *
cover_new(void)
{
	struct spool *rows = spool_new();
	struct cover *c;

	if (rows == NULL)
		return NULL;
	c = xcalloc(1, sizeof(*c));
	c->rows = rows;
	c->leaf = leaf_new();
	return c;
}

void
cover_free(struct cover *c)
{
	if (c == NULL)
		return;
	spool_free(c->rows);
	buf_free(&c->row);
	row_free(&c->event);
	leaf_free(c->leaf);
	free(c->error);
	free(c);
}

const char *
cover_error(const struct cover *c)
{
	return c->error;
}

static int
fail(struct cover *c, const char *what)
{
	if (c->error == NULL)
		c->error = xstrdup(what);
	return -1;
}

static int
end_row(struct cover *c)
{
	if (c->row.len == 0)
		return 0;
	if (spool_add(c->rows, c->row.p, c->row.len) == -1)
		return fail(c, strerror(errno));
	buf_reset(&c->row);
	return 0;
}

static int
end_month(struct cover *c)
{
	struct seal *s = c->seal;
	struct seal_month *m;

	if (s->nmonths == 0)
		return 0;
	m = &s->months[s->nmonths - 1];
	m->events = c->month.size;
	merkle_root(&c->month, c->digest, m->root);
	c->month = (struct merkle){ .size = 0 };
	return end_row(c);
}

static int
begin_month(struct cover *c, const char *month)
{
	struct seal *s = c->seal;
	struct seal_month *m;

	if (end_month(c) == -1)
		return -1;
	s->months =
	    xreallocarray(s->months, s->nmonths + 1, sizeof(*s->months));
	m = &s->months[s->nmonths++];
	*m = (struct seal_month){ .events = 0 };
	strlcpy(m->month, month, sizeof(m->month));
	return 0;
}

static int
add_event(struct cover *c, int ncols, const struct db_field cols[])
{
	const struct leaf_event *ev = &c->event.event;
	struct seal *s = c->seal;
	char month[LEAF_MONTH];
	uint8_t hash[DIGEST_LEN];

	if (row_read(&c->event, ncols, cols) == -1 ||
	    parts_leaf(c->leaf, ev, hash) == -1)
		return fail(c, "an event cannot be read");
	leaf_month(ev->id, month);
	if ((s->nmonths == 0 ||
		strcmp(month, s->months[s->nmonths - 1].month) != 0) &&
	    begin_month(c, month) == -1)
		return -1;
	merkle_add(&c->month, c->digest, hash);
	buf_put(&c->row, (const char *)ev->id, ID_LEN);
	buf_put(&c->row, (const char *)hash, DIGEST_LEN);
	if (s->events++ == 0)
		memcpy(s->first, ev->id, ID_LEN);
	memcpy(s->last, ev->id, ID_LEN);
	return c->row.len == (size_t)LEAVES * LEAF_LEN ? end_row(c) : 0;
}

static int
add_row(int ncols, const struct db_field cols[], void *arg)
{
	return add_event(arg, ncols, cols);
}

/* Whether there is anything to read */
static int
found(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	(void)cols;
	*(bool *)arg = true;
	return 1;
}

static int
read_events(struct cover *c, struct db *db, bool all)
{
	char from[24], to[24], *params[] = { all ? NULL : from, to };
	bool any = false;

	snprintf(from, sizeof(from), "%" PRId64, c->seal->from);
	snprintf(to, sizeof(to), "%" PRId64, c->seal->to);
	if (db_query(db, all ? sql_seal_range_all : sql_seal_range, 2, params,
		found, &any) == -1)
		return -1;
	if (!any)
		return 0;
	return db_copy_binary(db, all ? sql_seal_events_all : sql_seal_events,
	    add_row, c);
}

int
cover_read(struct cover *c, struct db *db, struct seal *s, bool all,
    struct digest *digest)
{
	c->seal = s;
	c->digest = digest;
	if (read_events(c, db, all) == -1 || c->error != NULL ||
	    end_month(c) == -1)
		return -1;
	seal_root(s, digest, s->root);
	return 0;
}

static int
write_row(struct cover *c, struct db *db, size_t i, int n, const char *month)
{
	char number[24], row[12], *leaves, *params[4];
	const char *text;
	size_t len;
	int rc;

	if ((text = spool_get(c->rows, i, &len)) == NULL)
		return fail(c, strerror(errno));
	leaves = xmalloc(2 * len + 1);
	hex_write(leaves, (const uint8_t *)text, len);
	snprintf(number, sizeof(number), "%" PRIu64, c->seal->no);
	snprintf(row, sizeof(row), "%d", n);
	params[0] = number;
	params[1] = (char *)month;
	params[2] = row;
	params[3] = leaves;
	rc = db_exec(db, sql_seal_put_leaves, 4, params);
	free(leaves);
	return rc;
}

int
cover_write(struct cover *c, struct db *db, const struct seal *s)
{
	const struct seal_month *m = s->months;
	size_t i, rows = spool_count(c->rows);
	uint64_t left = m != NULL ? m->events : 0;
	int n = 0;

	for (i = 0; i < rows && m != NULL; i++) {
		if (write_row(c, db, i, n++, m->month) == -1)
			return -1;
		left -= left < LEAVES ? left : LEAVES;
		if (left == 0 && i + 1 < rows) {
			m++;
			left = m->events;
			n = 0;
		}
	}
	return 0;
}
