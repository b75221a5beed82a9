/* sort - what comes out is what qsort() makes of it, however little memory and
 * however few ways there are */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sort.h"

#define MOST 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
by_key(const void *a, const void *b)
{
	const struct sort_record *x = a, *y = b;
	size_t n = x->keylen < y->keylen ? x->keylen : y->keylen;
	int order = memcmp(x->key, y->key, n);

	if (order == 0)
		order = (x->keylen > y->keylen) - (x->keylen < y->keylen);
	return order != 0 ? order : (x->data > y->data) - (x->data < y->data);
}

/* A byte says how much memory there is, one how many ways; then there are
 * lengths of key and data and, behind them, their bytes. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sort_record v[MOST], r;
	struct sort *s;
	size_t n = 0, i, keylen, len;

	if (size < 2)
		return 0;
	s = sort_new((size_t)data[0] * 16, 2 + data[1] % 8);
	data += 2;
	size -= 2;
	while (size >= 2 && n < MOST) {
		keylen = data[0] % 16;
		len = (size_t)data[1] * data[1];
		data += 2;
		size -= 2;
		if (keylen > size)
			keylen = size;
		if (len > size - keylen)
			len = size - keylen;
		v[n].key = (const char *)data;
		v[n].keylen = keylen;
		v[n].data = v[n].key + keylen;
		v[n].len = len;
		data += keylen + len;
		size -= keylen + len;
		if (sort_add(s, &v[n++]) == -1)
			abort();
	}
	if (n > 1)
		qsort(v, n, sizeof(*v), by_key);
	for (i = 0; i < n; i++)
		if (sort_next(s, &r) != 1 || r.keylen != v[i].keylen ||
		    r.len != v[i].len ||
		    memcmp(r.key, v[i].key, r.keylen) != 0 ||
		    memcmp(r.data, v[i].data, r.len) != 0)
			abort();
	for (i = 0; i < 2; i++)
		if (sort_next(s, &r) != 0)
			abort();
	sort_free(s);
	return 0;
}
