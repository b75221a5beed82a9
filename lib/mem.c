/* mem - allocation that cannot fail: no memory ends the program (exit 3) */

#include "mem.h"

#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

static void *
check(void *p)
{
	if (p == NULL)
		err(TOOL_FAILED, NULL);
	return p;
}

/* malloc(0) may be NULL without being a failure */
void *
xmalloc(size_t size)
{
	return check(malloc(size > 0 ? size : 1));
}

void *
xcalloc(size_t n, size_t size)
{
	return check(calloc(n > 0 ? n : 1, size > 0 ? size : 1));
}

void *
xreallocarray(void *p, size_t n, size_t size)
{
	return check(reallocarray(p, n > 0 ? n : 1, size > 0 ? size : 1));
}

char *
xstrdup(const char *s)
{
	return check(strdup(s));
}

char *
xstrdup_null(const char *s)
{
	return s == NULL ? NULL : xstrdup(s);
}

char *
xstrndup(const char *s, size_t len)
{
	return check(strndup(s, len));
}

char *
xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s = NULL;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) == -1)
		err(TOOL_FAILED, NULL);
	va_end(ap);
	return s;
}

FILE *
xmemstream(char **text, size_t *len)
{
	FILE *fp = open_memstream(text, len);

	if (fp == NULL)
		err(TOOL_FAILED, NULL);
	return fp;
}

void
xclose(FILE *fp)
{
	if (fclose(fp) == EOF)
		err(TOOL_FAILED, NULL);
}
