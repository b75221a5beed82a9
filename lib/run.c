/* run - records that lie in a file one after another, sorted by their keys */

#include "run.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"

void
run_put(struct buf *b, const struct sort_record *r)
{
	size_t lengths[] = { r->keylen, r->len };

	buf_put(b, (const char *)lengths, sizeof(lengths));
	buf_put(b, r->key, r->keylen);
	buf_put(b, r->data, r->len);
}

void
run_get(const char *p, struct sort_record *r)
{
	memcpy(&r->keylen, p, sizeof(r->keylen));
	memcpy(&r->len, p + sizeof(r->keylen), sizeof(r->len));
	r->key = p + RUN_HEAD;
	r->data = r->key + r->keylen;
}

int
run_compare(const struct sort_record *a, const struct sort_record *b)
{
	size_t n = a->keylen < b->keylen ? a->keylen : b->keylen;
	int order = memcmp(a->key, b->key, n);

	return order != 0 ? order
			  : (a->keylen > b->keylen) - (a->keylen < b->keylen);
}

/* Have so many bytes in memory, from the record on. */
static int
have(struct run *run, size_t wanted)
{
	struct buf *b = &run->chunk;
	size_t left = b->len - run->from, size = wanted;
	ssize_t got;

	if (left >= wanted)
		return 0;
	if (left > 0)
		memmove(b->p, b->p + run->from, left);
	run->from = 0;
	b->len = left;
	if (size < RUN_CHUNK)
		size = RUN_CHUNK;
	if (b->size != size) { /* larger, or so again */
		b->p = xreallocarray(b->p, size, 1);
		b->size = size;
	}
	while (b->len < wanted) {
		size = b->size - b->len;
		if ((off_t)size > run->end - run->at)
			size = (size_t)(run->end - run->at);
		got = pread(run->fd, b->p + b->len, size, run->at);
		if (got == -1 && errno == EINTR)
			continue;
		if (got == 0)
			errno = EIO; /* it is shorter than it was */
		if (got <= 0)
			return -1;
		b->len += (size_t)got;
		run->at += got;
	}
	return 0;
}

int
run_next(struct run *run)
{
	run->from += run->size;
	run->size = 0;
	if (run->from == run->chunk.len && run->at == run->end)
		return 0;
	if (have(run, RUN_HEAD) == -1)
		return -1;
	run_get(run->chunk.p + run->from, &run->r);
	run->size = RUN_HEAD + run->r.keylen + run->r.len;
	if (have(run, run->size) == -1)
		return -1;
	run_get(run->chunk.p + run->from, &run->r);
	return 1;
}
