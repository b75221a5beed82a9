/* net - what a record went through, as one event
 *
 * The events are sorted by the slot of their record (slot.h) and their id, so
 * that those of a record follow each other. Where keys have changed, whose
 * slot it was is known only when all have been read: then they are sorted once
 * more. */

#include "net.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fold.h"
#include "mem.h"
#include "slot.h"
#include "sort.h"

#define MEMORY ((size_t)32 * 1024 * 1024)
#define WAYS 256

/* A record of the sort has the line as its data. Its key is the slot, since
 * when it is this record's and a zero byte, the id; behind it, where it changes
 * no order, the length of the slot. */

struct net {
	struct sort *sort;
	struct moves *moves;
	struct buf slot, to; /* while an event is added */
	bool reading;
	struct buf last;  /* the key of the last one that was read */
	struct event e;	  /* it, and whether it is the same record's */
	bool ahead, same; /* as the one before */
	bool given;	  /* it has been handed out */
	struct fold fold;
	char *wrong;
};

struct net *
net_new(void)
{
	struct net *n = xcalloc(1, sizeof(*n));

	n->sort = sort_new(MEMORY, WAYS);
	n->moves = moves_new();
	return n;
}

void
net_free(struct net *n)
{
	if (n == NULL)
		return;
	sort_free(n->sort);
	moves_free(n->moves);
	fold_free(&n->fold);
	buf_free(&n->slot);
	buf_free(&n->to);
	buf_free(&n->last);
	free(n->wrong);
	free(n);
}

const char *
net_error(const struct net *n)
{
	return n->wrong != NULL ? n->wrong : sort_error(n->sort);
}

/* Add to the sort what is in slot, with the id behind it. */
static int
add(struct sort *sort, struct buf *slot, uint32_t len, struct json id,
    const char *line, size_t linelen)
{
	struct sort_record r = { .data = line, .len = linelen };

	buf_put(slot, id.p, id.len);
	buf_put(slot, (const char *)&len, sizeof(len));
	r.key = slot->p;
	r.keylen = slot->len;
	return sort_add(sort, &r);
}

int
net_add(struct net *n, const struct event *e, const char *line, size_t len)
{
	struct event at = *e;
	size_t slotlen;

	if (!fold_takes(e) && !json_says(e->v[E_OP], "gap"))
		return 0;
	if (!fold_takes(e))
		at.v[E_KEY] = (struct json){ NULL, 0 };
	buf_reset(&n->slot);
	slot_put(&n->slot, &at);
	buf_reset(&n->to);
	if (json_says(e->v[E_OP], "update") && slot_put_moved(&n->to, &at))
		moves_add(n->moves, &n->slot, &n->to, e);
	slotlen = n->slot.len;
	buf_byte(&n->slot, '\0');
	return add(n->sort, &n->slot, (uint32_t)slotlen, e->v[E_ID], line, len);
}

static uint32_t
slot_length(const struct sort_record *r)
{
	uint32_t len;

	memcpy(&len, r->key + r->keylen - sizeof(len), sizeof(len));
	return len;
}

/* Sort once more, by the records that the slots belonged to. */
static int
follow_moves(struct net *n)
{
	struct sort *by_slot = n->sort;
	struct sort_record r;
	struct json id;
	uint32_t len;
	int got;

	moves_follow(n->moves);
	n->sort = sort_new(MEMORY, WAYS);
	while ((got = sort_next(by_slot, &r)) == 1) {
		len = slot_length(&r);
		id.p = r.key + len + 1;
		id.len = r.keylen - len - 1 - sizeof(len);
		buf_reset(&n->slot);
		moves_put_record(n->moves, &n->slot, r.key, len, id);
		len = (uint32_t)n->slot.len - 1;
		if (add(n->sort, &n->slot, len, id, r.data, r.len) == -1)
			break;
	}
	if (got == -1)
		n->wrong = xstrdup(sort_error(by_slot));
	sort_free(by_slot);
	return got == 0 ? 0 : -1;
}

/* Read the next event, another one than the last. */
static int
step(struct net *n)
{
	struct sort_record r;
	size_t len;
	int got;

	n->given = false;
	do
		if ((got = sort_next(n->sort, &r)) != 1) {
			n->ahead = false;
			return got;
		}
	while (
	    r.keylen == n->last.len && memcmp(r.key, n->last.p, r.keylen) == 0);
	len = slot_length(&r) + 1;
	n->same = n->last.len > len && memcmp(r.key, n->last.p, len) == 0;
	n->ahead = true;
	buf_reset(&n->last);
	buf_put(&n->last, r.key, r.keylen);
	event_read(&n->e, r.data, r.len); /* which it has been before */
	return 0;
}

static int
begin_reading(struct net *n)
{
	n->reading = true;
	buf_free(&n->slot);
	if (moves_any(n->moves) && follow_moves(n) == -1)
		return -1;
	return step(n);
}

/* Events of tables without a key cannot be told to be of one record. */
static bool
is_alone(const struct event *e)
{
	struct json_iter i;
	struct json name, value;

	json_begin(&i, e->v[E_KEY]);
	return !json_next(&i, &name, &value) || !fold_takes(e);
}

int
net_next(struct net *n, struct event *e)
{
	if (n->reading ? n->given && step(n) == -1 : begin_reading(n) == -1)
		return -1;
	while (n->ahead) {
		if (is_alone(&n->e)) {
			*e = n->e;
			n->given = true;
			return 1;
		}
		fold_begin(&n->fold);
		do {
			fold_add(&n->fold, &n->e);
			if (step(n) == -1)
				return -1;
		} while (n->ahead && n->same);
		if (fold_end(&n->fold, e))
			return 1;
	}
	return 0;
}
