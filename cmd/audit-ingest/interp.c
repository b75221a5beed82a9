/* interp - the events that records of the log tell of */

#include "interp.h"

#include <stdlib.h>

#include "mem.h"

struct interp {
	struct interp_want want;
};

struct interp *
interp_new(const struct interp_want *want)
{
	struct interp *t = xcalloc(1, sizeof(*t));

	t->want = *want;
	return t;
}

void
interp_free(struct interp *t)
{
	free(t);
}

void
interp_record(struct interp *t, const struct record *r, struct buf *out)
{
	(void)t;
	(void)r;
	(void)out;
}

void
interp_time(struct interp *t, int64_t now, struct buf *out)
{
	(void)t;
	(void)now;
	(void)out;
}

void
interp_end(struct interp *t, struct buf *out)
{
	(void)t;
	(void)out;
}

void
interp_load(struct interp *t, const char *state, size_t len)
{
	(void)t;
	(void)state;
	(void)len;
}

void
interp_save(struct interp *t, struct buf *out)
{
	(void)t;
	buf_put(out, "[]", 2);
}

void
interp_since(struct interp *t, int64_t since)
{
	(void)t;
	(void)since;
}
