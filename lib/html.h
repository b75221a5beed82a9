/* html - parts of a page */
#ifndef AUDIT_HTML_H
#define AUDIT_HTML_H

#include <stddef.h>
#include <stdio.h>

/* Write text as text, of so many bytes. What would
 * turn the direction of writing, or hide, is shown instead. */
void html_text(FILE *, const char *, size_t len);
/* The same where there can be no elements: in attributes, titles, drawings. */
void html_plain(FILE *, const char *, size_t len);

#endif
