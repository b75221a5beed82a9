/* canon - the one way to write a JSON value
 *
 * It is what PostgreSQL prints of jsonb: ", " and ": " between, members with
 * shorter names first, else in the order of their bytes, the last of several
 * with the same name; strings escaped no more than they must be; numbers as
 * they are written. */
#ifndef AUDIT_CANON_H
#define AUDIT_CANON_H

#include <stdbool.h>

#include "buf.h"
#include "json.h"

/* Append it. The value comes from json_parse(). */
void canon_put(struct buf *, struct json);
/* Whether a comes before b as names of members. */
bool canon_before(const char *a, size_t alen, const char *b, size_t blen);

/* The members of an object in canonical form; who sent it may be anybody: what
 * is behind its end is not read. Nothing is said of what the values are. */
struct canon_iter {
	const char *p, *end;
};
void canon_begin(struct canon_iter *, const char *object, size_t len);
/* Returns 1; 0: there are no more; -1: it is no such object. */
int canon_next(struct canon_iter *, struct json *name, struct json *value);

#endif
