/* intern - numbers for texts, the same for the same bytes */
#ifndef AUDIT_INTERN_H
#define AUDIT_INTERN_H

#include <stddef.h>

struct intern;

struct intern *intern_new(void);
void intern_free(struct intern *); /* accepts NULL */

/* The number of a text, which has to last as long as this: how many others were
 * seen before it was seen first. */
size_t intern_number(struct intern *, const char *, size_t len);
/* How many there are */
size_t intern_count(const struct intern *);

#endif
