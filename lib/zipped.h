/* zipped - the parts of a zip file, read again */
#ifndef AUDIT_ZIPPED_H
#define AUDIT_ZIPPED_H

#include <stddef.h>
#include <stdint.h>

/* The bytes of a part as they come; len 0: that was all of it. Returns NULL, or
 * what is wrong. */
typedef const char *zipped_fn(void *arg, const char *part, const char *bytes,
    size_t len);

/* Read all parts in the order of the file's list; minizip looks at their CRCs.
 * Returns NULL, or what is wrong; free() it. */
char *zipped_read(const char *path, zipped_fn *, void *arg);

#endif
