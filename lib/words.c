/* words - a list of strings that grows */

#include "words.h"

#include <stdlib.h>

#include "mem.h"

void
words_add(struct words *w, const char *word)
{
	/* at 8, 16, 32 … it doubles */
	if (w->n == 0 || (w->n >= 8 && (w->n & (w->n - 1)) == 0))
		w->v = xreallocarray(w->v, w->n == 0 ? 8 : (size_t)w->n * 2,
		    sizeof(*w->v));
	w->v[w->n++] = xstrdup(word);
}

void
words_free(struct words *w)
{
	while (w->n > 0)
		free(w->v[--w->n]);
	free(w->v);
	w->v = NULL;
}
