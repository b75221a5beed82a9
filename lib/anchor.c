/* anchor - seals that were kept elsewhere */

#include "anchor.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "line.h"
#include "mem.h"
#include "seal.h"

static void
add(struct anchors *a, size_t *size, const struct seal *s, struct digest *d)
{
	struct anchor *new;

	if (a->n == *size) {
		*size = *size == 0 ? 64 : *size * 2;
		a->v = xreallocarray(a->v, *size, sizeof(*a->v));
	}
	new = &a->v[a->n++];
	new->no = s->no;
	new->at = s->at;
	memcpy(new->trail, s->trail, sizeof(new->trail));
	seal_hash(s, d, new->hash);
}

static int
by_number(const void *a, const void *b)
{
	const struct anchor *x = a, *y = b;

	return x->no < y->no ? -1 : x->no > y->no;
}

/* A log may have other lines between. */
static bool
is_seal(const char *text)
{
	static const struct json key = { "\"seal\"", 6 };
	struct json line, value;
	size_t where;

	return json_parse(&line, text, strlen(text), &where) == NULL &&
	    json_kind(line) == '{' && json_get(line, key, &value);
}

static bool
read_lines(struct anchors *a, FILE *fp, const char *path)
{
	struct digest *d = digest_new();
	struct line *line = line_new(fp);
	struct seal s = { 0 };
	const char *why = NULL, *text;
	size_t size = 0;
	int got;

	while (why == NULL && (got = line_next(line)) != 0) {
		if (got == -1 || !is_seal(text = line_text(line)))
			continue;
		if ((why = seal_read(&s, text, strlen(text))) == NULL)
			add(a, &size, &s, d);
		else
			warnx("%s: line %zu: %s", path, line_number(line), why);
		seal_free(&s);
	}
	if (ferror(fp))
		warn("%s", path);
	else if (why == NULL && a->n == 0)
		warnx("%s: no seal is in it", path);
	line_free(line);
	digest_free(d);
	return why == NULL && a->n > 0 && !ferror(fp);
}

bool
anchor_read(struct anchors *a, const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0, ok;
	FILE *fp = is_stdin ? stdin : fopen(path, "r");

	if (fp == NULL) {
		warn("%s", path);
		return false;
	}
	ok = read_lines(a, fp, path);
	if (!is_stdin)
		fclose(fp);
	if (a->n > 0)
		qsort(a->v, a->n, sizeof(*a->v), by_number);
	return ok;
}

void
anchor_of(struct anchors *a, const struct anchors *all,
    const uint8_t trail[static 16])
{
	size_t i;

	*a = (struct anchors){ xcalloc(all->n, sizeof(*a->v)), 0 };
	for (i = 0; i < all->n; i++)
		if (memcmp(all->v[i].trail, trail, 16) == 0)
			a->v[a->n++] = all->v[i];
}

void
anchor_free(struct anchors *a)
{
	free(a->v);
	*a = (struct anchors){ NULL, 0 };
}
