/* diff-text - how two texts differ, word by word or line by line */

#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "intern.h"
#include "mem.h"

/* Beyond this, in bytes, a text counts as one word. */
#define LONGEST ((size_t)4 * 1024 * 1024)

struct words {
	size_t *start; /* where each begins, and where the last one ends */
	size_t *names;
	size_t n;
};

/* letters and digits, and all that is not ASCII */
static bool
is_letter(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 0x80 || (u >= '0' && u <= '9') ||
	    ((u | 0x20) >= 'a' && (u | 0x20) <= 'z');
}

static size_t
word_length(enum diff_unit unit, const char *s, size_t len)
{
	const char *end;
	size_t n = 1;

	if (unit == DIFF_LINES) {
		end = memchr(s, '\n', len);
		return end == NULL ? len : (size_t)(end - s) + 1;
	}
	if (is_letter(*s))
		while (n < len && is_letter(s[n]))
			n++;
	return n;
}

static void
split(struct words *w, struct intern *names, enum diff_unit unit, const char *s,
    size_t len)
{
	size_t i, n, size = 64;

	w->start = xreallocarray(NULL, size, sizeof(size_t));
	w->names = xreallocarray(NULL, size, sizeof(size_t));
	w->start[0] = w->n = 0;
	for (i = 0; i < len; i += n) {
		n = len > LONGEST ? len : word_length(unit, s + i, len - i);
		if (w->n + 1 >= size) {
			size *= 2;
			w->start =
			    xreallocarray(w->start, size, sizeof(size_t));
			w->names =
			    xreallocarray(w->names, size, sizeof(size_t));
		}
		w->start[w->n] = i;
		w->names[w->n++] = intern_number(names, s + i, n);
		w->start[w->n] = i + n;
	}
}

void
diff_texts(struct diff *d, enum diff_unit unit, const char *a, size_t na,
    const char *b, size_t nb)
{
	struct intern *names = intern_new();
	struct words old, new;
	size_t i;

	split(&old, names, unit, a, na);
	split(&new, names, unit, b, nb);
	diff_lists(d, old.names, old.n, new.names, new.n);
	for (i = 0; i < d->n; i++) {
		struct diff_run *r = &d->v[i];
		const size_t *start = r->kind == '+' ? new.start : old.start;

		r->len = start[r->from + r->len] - start[r->from];
		r->from = start[r->from];
	}
	intern_free(names);
	free(old.start);
	free(old.names);
	free(new.start);
	free(new.names);
}
