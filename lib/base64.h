/* base64 - bytes as text (RFC 4648, section 4) */
#ifndef AUDIT_SEAL_BASE64_H
#define AUDIT_SEAL_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "buf.h"

void base64_write(FILE *, const uint8_t *, size_t len);
/* Whether the text is such; the bytes take the place of what b has. */
bool base64_read(struct buf *b, const char *text, size_t len);

#endif
