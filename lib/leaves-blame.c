/* leaves-blame - events and leaves that do not fit, laid aside with what it
 * takes to name them */

#include <string.h>

#include "buf.h"
#include "leaves-state.h"
#include "parts.h"

/* The bytes of one event, among those that have its id */
struct wanted {
	struct leaves *c;
	const uint8_t *own;
	struct buf bytes;
};

static void
keep_bytes(void *arg, const struct leaf_event *ev)
{
	struct wanted *w = arg;
	uint8_t leaf[DIGEST_LEN];
	const uint8_t *bytes;
	size_t len;

	if (parts_leaf(w->c->leaf, ev, leaf) == -1 ||
	    memcmp(leaf, w->own, DIGEST_LEN) != 0)
		return;
	bytes = leaf_bytes(w->c->leaf, &len);
	w->bytes.len = 0;
	buf_put(&w->bytes, (const char *)bytes, len);
}

static void
blame_brief(struct leaves *c, const struct blame_case *one)
{
	struct wanted w = { .c = c, .own = one->own };

	if (blame_wants(c->blame))
		c->begin.whole(c->begin.arg, one->id, keep_bytes, &w);
	blame_add(c->blame, one, w.bytes.p, w.bytes.len);
	buf_free(&w.bytes);
}

void
leaves_blame(struct leaves *c, const struct blame_case *one)
{
	uint8_t leaf[DIGEST_LEN];
	const uint8_t *bytes = NULL;
	size_t len = 0;

	if (c->form == LEAVES_BRIEF) {
		blame_brief(c, one);
		return;
	}
	if (c->form == LEAVES_HASHED ||
	    (c->form == LEAVES_WHOLE &&
		parts_leaf(c->leaf, c->event, leaf) == 0))
		bytes = leaf_bytes(c->leaf, &len);
	blame_add(c->blame, one, bytes, len);
}

void
leaves_hold(struct leaves *c, enum blame_kind kind, const struct rows_row *row,
    const uint8_t *own)
{
	const struct open *o = row->open;
	struct blame_case one;

	memset(&one, 0, sizeof(one));
	one.kind = kind;
	memcpy(one.id, row->at, sizeof(one.id));
	one.has_seal = true;
	one.seal = o->no;
	memcpy(one.leaf, row->at + 16, DIGEST_LEN);
	if (own != NULL)
		memcpy(one.own, own, DIGEST_LEN);
	if (o->ranged)
		watch_doubt(c->watch, one.seal, o->from, o->to);
	else
		watch_doubt(c->watch, one.seal, INT64_MIN, INT64_MAX);
	if (own != NULL)
		leaves_blame(c, &one);
	else
		blame_add(c->blame, &one, NULL, 0);
}
