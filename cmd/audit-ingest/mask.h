/* mask - a statement of the log without the passwords in it */
#ifndef AUDIT_INGEST_MASK_H
#define AUDIT_INGEST_MASK_H

#include "told.h"

/* The text with *** for what is behind the word password: a literal, with or
 * without a sign before it, or, as in a connection string, the word behind an
 * equals sign; and for the one in a URI, //user:password@host. It is in memory,
 * which is emptied, or the same. */
struct text mask_password(struct text, struct buf *memory);
/* A refusal's message without the value that it quotes: invalid value for
 * parameter "x": "value". */
struct text mask_value(struct text, struct buf *memory);

#endif
