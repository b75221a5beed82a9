/* fuzz/json - any bytes as JSON; what is taken apart is JSON again */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(struct json whole, struct json part)
{
	struct json again;
	size_t where;

	if (part.p < whole.p || part.p + part.len > whole.p + whole.len)
		abort();
	if (json_parse(&again, part.p, part.len, &where) != NULL ||
	    again.p != part.p || again.len != part.len)
		abort();
}

static size_t
walk(struct json j, int depth)
{
	struct json_iter i;
	struct json key, value, found;
	size_t n = 1, len;

	if (json_kind(j) == '"')
		free(json_text(j, &len));
	json_begin(&i, j);
	while (depth < 50 && json_next(&i, &key, &value)) {
		check(j, value);
		if (json_kind(j) == '{') {
			check(j, key);
			if (json_kind(key) != '"' || !json_get(j, key, &found))
				abort();
		}
		n += walk(value, depth + 1);
	}
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy of its own, so that reading behind it is seen */
	char *text = malloc(size == 0 ? 1 : size);
	struct json j;
	size_t where;

	if (text == NULL)
		abort();
	memcpy(text, data, size);
	if (json_parse(&j, text, size, &where) == NULL)
		walk(j, 0);
	else if (where > size)
		abort();
	free(text);
	return 0;
}
