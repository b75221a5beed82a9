/* cursor - the rows of a cursor one by one, some of them fetched ahead */

#include "cursor.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

static int
keep(int ncols, const struct db_field cols[], void *arg)
{
	struct cursor *c = arg;
	struct cursor_row *row;
	int i;

	if (c->n == c->size) {
		c->size = c->size == 0 ? 64 : c->size * 2;
		c->rows = xreallocarray(c->rows, c->size, sizeof(*c->rows));
	}
	row = &c->rows[c->n++];
	memset(row, 0, sizeof(*row));
	row->at = c->bytes.len;
	for (i = 0; i < ncols && i < CURSOR_COLS; i++) {
		row->cols[i] = cols[i];
		if (cols[i].data == NULL)
			continue;
		buf_put(&c->bytes, cols[i].data, (size_t)cols[i].len);
		buf_byte(&c->bytes, '\0');
	}
	return 0;
}

/* Now that the bytes stay where they are */
static void
point(struct cursor *c)
{
	const char *p;
	size_t i;
	int col;

	for (i = 0; i < c->n; i++) {
		p = c->bytes.p + c->rows[i].at;
		for (col = 0; col < CURSOR_COLS; col++)
			if (c->rows[i].cols[col].data != NULL) {
				c->rows[i].cols[col].data = p;
				p += c->rows[i].cols[col].len + 1;
			}
	}
}

const struct db_field *
cursor_row(struct cursor *c)
{
	if (c->next == c->n && !c->ended) {
		buf_reset(&c->bytes);
		c->n = c->next = 0;
		if (db_query_binary(c->db, c->fetch, 0, NULL, NULL, keep, c) ==
		    -1)
			c->n = 0;
		c->ended = c->n == 0;
		point(c);
	}
	return c->ended ? NULL : c->rows[c->next].cols;
}

void
cursor_next(struct cursor *c)
{
	c->next++;
}

void
cursor_free(struct cursor *c)
{
	buf_free(&c->bytes);
	free(c->rows);
	c->rows = NULL;
}
