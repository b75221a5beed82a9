/* value - values as COPY writes them, made what jsonb would write */
#ifndef AUDIT_VALUE_H
#define AUDIT_VALUE_H

#include <stddef.h>
#include <string.h>

/* A line that grows; starts as zeros, free() its p. */
struct text {
	char *p;
	size_t len, size;
};

void text_grow(struct text *, size_t len);

static inline void
text_put(struct text *t, const char *s, size_t len)
{
	if (len > t->size - t->len)
		text_grow(t, len);
	memcpy(t->p + t->len, s, len);
	t->len += len;
}

/* Cut the next field from a line of COPY's text form; NULL: it is null, or
 * there is none. */
char *value_next(char **line);
/* Undo COPY's escapes, in place. */
void value_unescape(char *field);
/* Add a field as JSON; NULL is null. kind: what its type's text is, n a number,
 * b a boolean, t a timestamp, z one with its zone, UTC, j or J JSON, s what
 * becomes a string as it is. */
void value_put(struct text *, char kind, char *field);

#endif
