/* numbers - a set of numbers */

#include "numbers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "mem.h"

void
numbers_add(struct numbers *s, int64_t n)
{
	if (s->n == s->size) {
		s->size = s->size == 0 ? 64 : 2 * s->size;
		s->v = xreallocarray(s->v, s->size, sizeof(*s->v));
	}
	s->v[s->n++] = n;
}

static int
compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

void
numbers_sort(struct numbers *s)
{
	size_t i, n = 0;

	if (s->n == 0)
		return;
	qsort(s->v, s->n, sizeof(*s->v), compare);
	for (i = 0; i < s->n; i++)
		if (n == 0 || s->v[i] != s->v[n - 1])
			s->v[n++] = s->v[i];
	s->n = n;
}

bool
numbers_has(const struct numbers *s, int64_t n)
{
	return s->n > 0 &&
	    bsearch(&n, s->v, s->n, sizeof(*s->v), compare) != NULL;
}

/* What is not in another one */
void
numbers_without(struct numbers *s, const struct numbers *other)
{
	size_t i, n = 0;

	for (i = 0; i < s->n; i++)
		if (!numbers_has(other, s->v[i]))
			s->v[n++] = s->v[i];
	s->n = n;
}

char *
numbers_array(const struct numbers *s)
{
	char *text = NULL;
	size_t len = 0, i;
	FILE *fp = xmemstream(&text, &len);

	putc('{', fp);
	for (i = 0; i < s->n; i++)
		fprintf(fp, "%s%" PRId64, i > 0 ? "," : "", s->v[i]);
	putc('}', fp);
	xclose(fp);
	return text;
}
