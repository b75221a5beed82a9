/* numbers - a set of numbers */
#ifndef AUDIT_NUMBERS_H
#define AUDIT_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct numbers { /* starts as { 0 }; free() v */
	int64_t *v;
	size_t n, size;
};

void numbers_add(struct numbers *, int64_t);
/* When all have been added: only now is it a set. */
void numbers_sort(struct numbers *);
bool numbers_has(const struct numbers *, int64_t);
/* Take those away that another one has. */
void numbers_without(struct numbers *, const struct numbers *);
/* The text of a bigint[] that holds them; free() it. */
char *numbers_array(const struct numbers *);

#endif
