/* walk-hashed - events as one process hands them to another, with their leaves
 *
 * What they are: 'b', id, at, txid, leaf, length of the op (1 byte), op; or
 * 'w', leaf, and for each column its length (4 bytes, -1: null) and bytes; or
 * 'x'. Numbers are as this machine has them. */

#include "walk-hashed.h"

#include <string.h>

#include "acts.h"
#include "parts.h"

#define OP_MAX 32 /* longer ones are unheard of */

static bool
is_brief(const struct leaf_event *ev)
{
	return ev->erased.p == NULL && ev->redacted.p == NULL &&
	    ev->text[LEAF_OP].len < OP_MAX && !acts_is(ev->text[LEAF_OP]);
}

static void
put_brief(struct buf *b, const struct leaf_event *ev, const uint8_t *leaf)
{
	const struct leaf_value op = ev->text[LEAF_OP];

	buf_byte(b, 'b');
	buf_put(b, (const char *)ev->id, sizeof(ev->id));
	buf_put(b, (const char *)&ev->at, sizeof(ev->at));
	buf_put(b, (const char *)&ev->txid, sizeof(ev->txid));
	buf_put(b, (const char *)leaf, DIGEST_LEN);
	buf_byte(b, (char)op.len);
	buf_put(b, op.p, op.len);
}

static void
put_whole(struct buf *b, const struct db_field cols[], const uint8_t *leaf)
{
	int32_t len;
	int i;

	buf_byte(b, 'w');
	buf_put(b, (const char *)leaf, DIGEST_LEN);
	for (i = 0; i < ROW_COLS; i++) {
		len = cols[i].data == NULL ? -1 : cols[i].len;
		buf_put(b, (const char *)&len, sizeof(len));
		if (len > 0)
			buf_put(b, cols[i].data, (size_t)len);
	}
}

void
hashed_put(struct buf *b, struct leaf *leaf, const struct leaf_event *ev,
    const struct db_field cols[static ROW_COLS])
{
	uint8_t own[DIGEST_LEN];
	bool sound = parts_leaf(leaf, ev, own) == 0 && parts_sound(ev);

	if (!sound)
		memset(own, 0, sizeof(own));
	if (sound && is_brief(ev))
		put_brief(b, ev, own);
	else
		put_whole(b, cols, own);
}

void
hashed_put_bad(struct buf *b)
{
	buf_byte(b, 'x');
}

static void
take(const char **p, void *to, size_t len)
{
	memcpy(to, *p, len);
	*p += len;
}

static void
get_brief(struct hashed *h, const char **p)
{
	struct leaf_event *ev = &h->brief;
	struct leaf_value *op = &ev->text[LEAF_OP];

	take(p, ev->id, sizeof(ev->id));
	take(p, &ev->at, sizeof(ev->at));
	take(p, &ev->txid, sizeof(ev->txid));
	take(p, h->leaf, DIGEST_LEN);
	op->len = (size_t) * (*p)++;
	op->p = *p;
	*p += op->len;
	h->ev = ev;
}

static void
get_whole(struct hashed *h, struct row *row, const char **p)
{
	struct db_field cols[ROW_COLS];
	int32_t len;
	int i;

	take(p, h->leaf, DIGEST_LEN);
	for (i = 0; i < ROW_COLS; i++) {
		take(p, &len, sizeof(len));
		cols[i].len = len;
		cols[i].data = len == -1 ? NULL : *p;
		*p += len > 0 ? len : 0;
	}
	if (row_read(row, ROW_COLS, cols) == 0)
		h->ev = &row->event;
}

void
hashed_get(struct hashed *h, struct row *row, const char **p)
{
	const char kind = *(*p)++;

	h->ev = NULL;
	h->whole = kind == 'w';
	if (kind == 'b')
		get_brief(h, p);
	else if (kind == 'w')
		get_whole(h, row, p);
}
