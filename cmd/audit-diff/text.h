/* text - parts of what people read in a terminal or a mail */
#ifndef AUDIT_TEXT_H
#define AUDIT_TEXT_H

#include "format.h"

#define TEXT_RED "\033[31m"
#define TEXT_GREEN "\033[32m"
#define TEXT_PLAIN "\033[m"

/* A code that makes a color, "" where there are none */
const char *text_color(const struct show *, const char *code);

/* Write a text without what would act on a terminal. */
void text_safe(FILE *, const char *);

/* Show how two strings of which one is long, or has several lines, differ.
 * false: neither is, nothing was written. */
bool text_long(const struct show *, struct json old, struct json new);

#endif
