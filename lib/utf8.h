/* utf8 - where a character ends; foreign bytes made text */
#ifndef AUDIT_UTF8_H
#define AUDIT_UTF8_H

#include <stddef.h>

#include "buf.h"

/* Length of the UTF-8 sequence at s, of which left bytes are there; 0 if it is
 * none: cut short, overlong, a surrogate, beyond U+10FFFF. */
size_t utf8_length(const char *s, size_t left);

/* Add a text: what is no UTF-8 as U+FFFD, a control character as a space, and
 * no more than fits in so many bytes. */
void utf8_clean(struct buf *, const char *, size_t len, size_t most);

#endif
