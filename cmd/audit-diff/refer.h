/* refer - what the foreign keys of an event refer to */
#ifndef AUDIT_REFER_H
#define AUDIT_REFER_H

#include "catalog.h"

/* The side of an event that is asked: before or after it */
enum refer_side { REFER_OLD, REFER_NEW };

/* The value of a column on one side, as far as the event tells: what did not
 * change may stand in the key. p NULL: it does not. */
struct json refer_value(const struct event *, enum refer_side,
    const char *column);

/* The key that a foreign key refers to: a JSON array of texts, in the order of
 * the other table's key. NULL if a part of it is NULL, hidden or not told.
 * free() it. */
char *refer_key(const struct event *, enum refer_side, const struct table *,
    const struct foreign *);

/* The same as JSON shows a key: a value or, of several columns, an object by
 * the other table's names. object: always an object. Only where refer_key()
 * is not NULL. free() it. */
char *refer_json(const struct event *, enum refer_side, const struct table *,
    const struct foreign *, bool object);

/* A text as JSON; free() it. */
char *refer_string(const char *text);

#endif
