/* fuzz/canon - any JSON; its canonical form is its own, and has the members in
 * order */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "canon.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_order(struct json j, int depth)
{
	struct json_iter i;
	struct json key, value;
	char *name, *before = NULL;
	size_t len, before_len = 0;

	json_begin(&i, j);
	while (depth < 50 && json_next(&i, &key, &value)) {
		check_order(value, depth + 1);
		if (key.p == NULL)
			continue;
		name = json_text(key, &len);
		if (before != NULL &&
		    !canon_before(before, before_len, name, len))
			abort();
		free(before);
		before = name;
		before_len = len;
	}
	free(before);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf once = { NULL, 0, 0 }, twice = { NULL, 0, 0 };
	/* a copy of its own, so that reading behind it is seen */
	char *text = malloc(size == 0 ? 1 : size);
	struct json j;
	size_t where;

	if (text == NULL)
		abort();
	memcpy(text, data, size);
	if (json_parse(&j, text, size, &where) == NULL) {
		canon_put(&once, j);
		if (json_parse(&j, once.p, once.len, &where) != NULL ||
		    j.len != once.len)
			abort();
		check_order(j, 0);
		canon_put(&twice, j);
		if (once.len != twice.len ||
		    memcmp(once.p, twice.p, once.len) != 0)
			abort();
	}
	buf_free(&once);
	buf_free(&twice);
	free(text);
	return 0;
}
