/* sheet-text - a text as a workbook can hold it */
#ifndef AUDIT_SHEET_TEXT_H
#define AUDIT_SHEET_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* Put a text in buf, with a zero byte at its end, as libxlsxwriter is to get
 * it. Returns whether it was too long and has been cut. */
bool sheet_text_put(struct buf *, const char *, size_t len);
/* The same of a text that is not a cell's, where libxlsxwriter escapes nothing:
 * one line, 200 bytes at most. Returns buf->p. */
const char *sheet_text_line(struct buf *, const char *);

#endif
