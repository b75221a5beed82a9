/* row - an event as a binary COPY gives it, made ready to be hashed */

#include "row.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

#define JSONB_VERSION 1

static const struct {
	enum event_key column;
	enum leaf_text text;
} texts[] = {
	{ E_OP, LEAF_OP },
	{ E_SCHEMA, LEAF_SCHEMA },
	{ E_TABLE, LEAF_TABLE },
	{ E_ROLE, LEAF_ROLE },
	{ E_AS_ROLE, LEAF_AS_ROLE },
	{ E_RULES, LEAF_RULES },
	{ E_LABEL, LEAF_LABEL },
	{ E_ACTOR, LEAF_ACTOR },
	{ E_SESSION, LEAF_SESSION },
	{ E_APP, LEAF_APP },
	{ E_ADDR, LEAF_ADDR },
	{ E_REASON, LEAF_REASON },
};

static bool
has_len(const struct db_field *col, int len)
{
	return col->data == NULL || col->len == len;
}

static bool
is_values(const struct db_field *col)
{
	return col->data == NULL ||
	    (col->len > 1 && col->data[0] == JSONB_VERSION);
}

/* Whether the columns have their binary forms, as far as can be seen */
static bool
is_event(const struct db_field cols[])
{
	static const enum event_key there[] = { E_ID, E_AT, E_OP, E_TXID };
	size_t i;

	for (i = 0; i < sizeof(there) / sizeof(*there); i++)
		if (cols[there[i]].data == NULL)
			return false;
	return cols[ROW_SALT].data != NULL && has_len(&cols[E_ID], 16) &&
	    has_len(&cols[ROW_SALT], 16) && has_len(&cols[E_AT], 8) &&
	    has_len(&cols[E_TXID], 8) && has_len(&cols[ROW_RECORD], 8) &&
	    has_len(&cols[ROW_RECORD_TO], 8) && is_values(&cols[E_KEY]) &&
	    is_values(&cols[E_OLD]) && is_values(&cols[E_NEW]);
}

static struct leaf_value
values(const struct db_field *col)
{
	if (col->data == NULL)
		return (struct leaf_value){ NULL, 0 };
	return (struct leaf_value){ col->data + 1, (size_t)col->len - 1 };
}

static struct leaf_value
text(const struct db_field *col)
{
	return (struct leaf_value){ col->data,
		col->data != NULL ? (size_t)col->len : 0 };
}

static bool
read_record(const struct row *row, const struct db_field *col, int64_t *n)
{
	*n = col->data != NULL
	    ? relations_back(row->relations, db_int8(col->data))
	    : 0;
	return col->data != NULL;
}

/* An array is the number of its dimensions, whether it has nulls and its
 * elements' type; for each dimension its size and lower bound; for each element
 * its length and bytes. */
static int
read_parents(struct row *row, const struct db_field *col)
{
	struct leaf_event *ev = &row->event;
	const char *p = col->data;
	size_t i, n;

	ev->parents = NULL;
	ev->nparents = 0;
	if (p == NULL)
		return 0;
	if (col->len < 12 || db_int4(p) > 1)
		return -1;
	n = db_int4(p) == 0 ? 0 : (size_t)db_int4(p + 12);
	if (row->parents == NULL || n > row->size) {
		row->size = n > 16 ? n : 16;
		row->parents = xreallocarray(row->parents, row->size,
		    sizeof(*row->parents));
	}
	for (i = 0, p += 20; i < n; i++, p += 12) {
		if (p + 12 > col->data + col->len || db_int4(p) != 8)
			return -1;
		row->parents[i] =
		    relations_back(row->relations, db_int8(p + 4));
	}
	ev->parents = row->parents;
	ev->nparents = n;
	return 0;
}

int
row_read(struct row *row, int ncols, const struct db_field cols[])
{
	struct leaf_event *ev = &row->event;
	const struct db_field *col;
	size_t i;

	if (ncols != ROW_COLS || !is_event(cols))
		return -1;
	memcpy(ev->id, cols[E_ID].data, sizeof(ev->id));
	memcpy(ev->salt, cols[ROW_SALT].data, sizeof(ev->salt));
	ev->at = db_int8(cols[E_AT].data);
	ev->txid = db_int8(cols[E_TXID].data);
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		col = &cols[texts[i].column];
		ev->text[texts[i].text] = text(col);
	}
	ev->redacted = text(&cols[E_REDACTED]);
	ev->erased = text(&cols[ROW_PARTS]);
	ev->key = values(&cols[E_KEY]);
	ev->old = values(&cols[E_OLD]);
	ev->new = values(&cols[E_NEW]);
	ev->has_record = read_record(row, &cols[ROW_RECORD], &ev->record);
	ev->has_record_to =
	    read_record(row, &cols[ROW_RECORD_TO], &ev->record_to);
	ev->canonical = true;
	return read_parents(row, &cols[ROW_PARENTS]);
}

void
row_free(struct row *row)
{
	free(row->parents);
	*row = (struct row){ .parents = NULL };
}
