/* dict - what has been written before, and where */
#ifndef AUDIT_EXPORT_DICT_H
#define AUDIT_EXPORT_DICT_H

#include <stdbool.h>
#include <stddef.h>

struct dict;

struct dict *dict_new(void);
void dict_free(struct dict *); /* accepts NULL */

/* Whether this text, which has to last as long as the dict, came before as the
 * nth one and is longer than that number. If not it is one more. */
bool dict_find(struct dict *, const char *, size_t len, size_t *nth);

#endif
