/* mem - allocation that cannot fail: no memory ends the program (exit 3) */
#ifndef AUDIT_MEM_H
#define AUDIT_MEM_H

#include <stddef.h>
#include <stdio.h>

/* What these return is never NULL and is freed with free(). */
void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xreallocarray(void *, size_t n, size_t size);
char *xstrdup(const char *);
char *xstrndup(const char *, size_t len);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Likewise a copy; NULL of NULL, as of a column that is null. */
char *xstrdup_null(const char *);

/* A stream whose bytes become a text with an end of its own; it and its length
 * are there once xclose() has been called; free() it. */
FILE *xmemstream(char **text, size_t *len);
void xclose(FILE *);

#endif
