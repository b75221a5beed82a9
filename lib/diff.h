/* diff - what two lists have in common, and how two texts differ */
#ifndef AUDIT_DIFF_H
#define AUDIT_DIFF_H

#include <stdbool.h>
#include <stddef.h>

/* A run of what both have, of what only the old or only the new one has */
struct diff_run {
	char kind;	  /* '=' '-' '+' */
	size_t from, len; /* in the old list, for + in the new one */
};

struct diff {
	struct diff_run *v;
	size_t n;
};

/* Compare lists of numbers: equal elements have equal numbers
 * (lib/intern.h). Finds as few
 * differences as there are (E. Myers, An O(ND) Difference Algorithm and Its
 * Variations, 1986); lists that have too little in common count as different
 * from the first difference to the last. diff_free() frees the result. */
void diff_lists(struct diff *, const size_t a[], size_t na, const size_t b[],
    size_t nb);
void diff_free(struct diff *);

/* Compare texts, word by word or line by line; runs are of bytes. */
enum diff_unit { DIFF_WORDS, DIFF_LINES };
void diff_texts(struct diff *, enum diff_unit, const char *a, size_t na,
    const char *b, size_t nb);

#endif
