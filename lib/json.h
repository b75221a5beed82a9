/* json - a JSON text taken apart where it lies
 *
 * Nothing is copied or converted, so that no digit of a number is lost and a
 * value of 100 MB costs nothing. (The libraries that Debian has keep numbers
 * as doubles or 64-bit integers, or do not check what they read.) */
#ifndef AUDIT_JSON_H
#define AUDIT_JSON_H

#include <stdbool.h>
#include <stddef.h>

/* A value as it is written, borrowed from its text; p NULL: there is none. */
struct json {
	const char *p;
	size_t len;
};

/* Find the one value that a text consists of (RFC 8259; the text is UTF-8).
 * Returns NULL, or what is wrong with it and, in *where, at which byte. All
 * else here takes only values that came from this. */
const char *json_parse(struct json *, const char *text, size_t len,
    size_t *where);

/* The first character tells: n t f " [ { or, for a number, 0; null for what
 * is not there, too. */
char json_kind(struct json);

/* The members of an object, or the elements of an array; of anything else
 * there are none. */
struct json_iter {
	const char *p, *end;
	bool object;
};
void json_begin(struct json_iter *, struct json);
/* false: there are no more. The key is a string; for an array it is none. */
bool json_next(struct json_iter *, struct json *key, struct json *value);

/* The member of an object; the last one, if there are several. */
bool json_get(struct json object, struct json key, struct json *value);
/* The same by its name, in UTF-8; p NULL: there is none. */
struct json json_member(struct json object, const char *name);

/* Whether two are written alike. */
bool json_same(struct json, struct json);
/* Whether this is a string that says this. */
bool json_says(struct json, const char *);
/* What a string says, UTF-8, with an end of its own; free() it. It may hold
 * zero bytes; half of a surrogate pair is U+FFFD. */
char *json_text(struct json, size_t *len);

#endif
