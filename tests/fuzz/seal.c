/* fuzz/seal - any bytes as a seal's line; what is read is written so that it is
 * read as the same */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *
write_line(const struct seal *s, size_t *len)
{
	char *text = NULL;
	FILE *fp = open_memstream(&text, len);

	if (fp == NULL)
		abort();
	seal_write(fp, s);
	fclose(fp);
	return text;
}

static void
check_same(const struct seal *a, const struct seal *b)
{
	struct buf x = { NULL, 0, 0 }, y = { NULL, 0, 0 };

	seal_bytes(&x, a);
	seal_bytes(&y, b);
	if (x.len != y.len || memcmp(x.p, y.p, x.len) != 0 ||
	    a->nmonths != b->nmonths || a->has_key != b->has_key)
		abort();
	buf_free(&x);
	buf_free(&y);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy of its own, so that reading behind it is seen */
	char *text = malloc(size == 0 ? 1 : size), *line, *again;
	struct seal s, t;
	size_t len, n;

	if (text == NULL)
		abort();
	memcpy(text, data, size);
	if (seal_read(&s, text, size) == NULL) {
		line = write_line(&s, &len);
		if (line[len - 1] != '\n' ||
		    strchr(line, '\n') != line + len - 1)
			abort();
		if (seal_read(&t, line, len) != NULL)
			abort();
		check_same(&s, &t);
		again = write_line(&t, &n);
		if (n != len || memcmp(line, again, len) != 0)
			abort();
		free(line);
		free(again);
		seal_free(&t);
	}
	seal_free(&s);
	free(text);
	return 0;
}
