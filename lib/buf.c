/* buf - bytes that grow and are used again */

#include "buf.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

#define KEPT ((size_t)1024 * 1024) /* of an empty one */

void
buf_put(struct buf *b, const char *p, size_t len)
{
	if (len > b->size - b->len) {
		b->size = b->size / 2 * 3 > b->len + len ? b->size / 2 * 3
							 : b->len + len;
		b->p = xreallocarray(b->p, b->size, 1);
	}
	if (len > 0)
		memcpy(b->p + b->len, p, len);
	b->len += len;
}

void
buf_byte(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	if (b->size > KEPT)
		buf_free(b);
}

void
buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ NULL, 0, 0 };
}
