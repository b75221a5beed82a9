/* proof-json - a proof's JSON taken apart strictly: for lib/proof*.c only */
#ifndef AUDIT_PROOF_JSON_H
#define AUDIT_PROOF_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json.h"
#include "merkle.h"

/* These return NULL, or what is wrong with what; borrowed until the next. */

/* Take these keys of an object: all have to be there but those that may miss,
 * whose value then has p NULL, and no others. */
struct proof_key {
	const char *name;
	struct json *to;
	bool may_miss;
};
const char *proof_keys(const char *what, struct json object,
    const struct proof_key[], size_t n);

/* Where something stands in a tree, and the path to its root: index, size, path
 * and, unless month is NULL, a month */
struct proof_place {
	uint64_t index, size;
	struct merkle_path path;
};
const char *proof_place(const char *what, struct json, struct proof_place *,
    struct json *month);
const char *proof_path(const char *what, struct json, struct merkle_path *);

/* Whether a string is these n bytes; a number that counts something */
bool proof_bytes(uint8_t *bytes, size_t n, struct json);
bool proof_number(uint64_t *n, struct json);

#endif
