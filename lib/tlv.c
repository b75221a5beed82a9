/* tlv - canonical bytes: what is hashed and signed */

#include "tlv.h"

#include <endian.h>
#include <err.h>
#include <string.h>

#include "tool.h"

void
tlv_begin(struct buf *b, const char form[static 3])
{
	buf_reset(b);
	buf_put(b, form, 3);
}

void
tlv_head(struct buf *b, uint8_t field, size_t len)
{
	const uint32_t n = htobe32((uint32_t)len);
	char head[1 + sizeof(n)];

	/* PostgreSQL has no value of more than 1 GB */
	if (len > UINT32_MAX)
		errx(TOOL_FAILED, "a value of %zu bytes is too long", len);
	head[0] = (char)field;
	memcpy(head + 1, &n, sizeof(n));
	buf_put(b, head, sizeof(head));
}

void
tlv_put(struct buf *b, uint8_t field, const void *data, size_t len)
{
	tlv_head(b, field, len);
	buf_put(b, data, len);
}

void
tlv_u64(struct buf *b, uint8_t field, uint64_t n)
{
	n = htobe64(n);
	tlv_put(b, field, &n, sizeof(n));
}

void
tlv_u32(struct buf *b, uint8_t field, uint32_t n)
{
	n = htobe32(n);
	tlv_put(b, field, &n, sizeof(n));
}
