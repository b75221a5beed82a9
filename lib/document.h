/* document - a JSON object in a file that a user has written, and what is wrong
 * with it */
#ifndef AUDIT_DOCUMENT_H
#define AUDIT_DOCUMENT_H

#include <stddef.h>
#include <stdio.h>

#include "json.h"

struct document { /* starts as { NULL } */
	char *text;
	size_t len;
	struct json whole; /* the object */
};

/* Read all that is left of a file; what: "a theme", for messages. Returns NULL,
 * or what is wrong: free() it. document_free() in either case. */
char *document_read(struct document *, FILE *, const char *what);
void document_free(struct document *);

/* In which line this is written, from 1; p points into the text. */
size_t document_line(const struct document *, const char *p);
/* "line 3: WORDS: MORE", where words is written, which is the file's own;
 * free() it. */
char *document_wrong(const struct document *, struct json words,
    const char *more);

#endif
