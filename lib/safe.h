/* safe - foreign text made fit for a terminal
 *
 * What would move the cursor, change colours or hide itself is shown instead
 * of sent: control characters, C1 included, as \n or \x1b, what is no UTF-8
 * likewise, and what turns the direction of writing, is invisible or unknown
 * as \u202e. A backslash that such an escape could be mistaken for is doubled.
 * Where the locale is not UTF-8, so is all that is not ASCII. */
#ifndef AUDIT_SAFE_H
#define AUDIT_SAFE_H

#include <stdbool.h>
#include <stddef.h>

/* A safe copy of a text in UTF-8; free() it. lines: after each \n that it
 * shows, a line ends, too. */
char *safe_text(const char *, bool lines);

/* These take what safe_text() made. */

/* How many columns its first line takes */
size_t safe_width(const char *);
/* How many bytes of its first line fit in so many columns */
size_t safe_fit(const char *, size_t width);
/* A copy of its first line that is cut, and says so, if it does not fit;
 * free() it. */
char *safe_cut(const char *, size_t width);

/* Whether the locale has more than ASCII to show */
bool safe_is_utf8(void);

#endif
