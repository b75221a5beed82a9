/* proof-json - a proof's JSON taken apart strictly */

#include "proof-json.h"

#include <stdio.h>
#include <string.h>

#include "hex.h"

static char message[128];

static const char *
wrong(const char *what, const char *how, const char *name)
{
	snprintf(message, sizeof(message), "%s: %s \"%s\"", what, how, name);
	return message;
}

const char *
proof_keys(const char *what, struct json object, const struct proof_key keys[],
    size_t n)
{
	struct json_iter i;
	struct json name, value;
	size_t k;

	for (k = 0; k < n; k++)
		*keys[k].to = (struct json){ NULL, 0 };
	if (json_kind(object) != '{')
		return wrong(what, "no object with a", keys[0].name);
	json_begin(&i, object);
	while (json_next(&i, &name, &value)) {
		for (k = 0; k < n && !json_says(name, keys[k].name); k++)
			;
		if (k == n)
			return wrong(what, "a key that is none behind",
			    keys[0].name);
		if (keys[k].to->p != NULL)
			return wrong(what, "two", keys[k].name);
		*keys[k].to = value;
	}
	for (k = 0; k < n; k++)
		if (keys[k].to->p == NULL && !keys[k].may_miss)
			return wrong(what, "no", keys[k].name);
	return NULL;
}

bool
proof_bytes(uint8_t *bytes, size_t n, struct json j)
{
	return json_kind(j) == '"' && hex_read(bytes, n, j.p + 1, j.len - 2);
}

bool
proof_number(uint64_t *n, struct json j)
{
	size_t i;

	if (j.len == 0 || j.len > 18 || (j.len > 1 && *j.p == '0'))
		return false;
	for (*n = 0, i = 0; i < j.len; i++) {
		if (j.p[i] < '0' || j.p[i] > '9')
			return false;
		*n = *n * 10 + (uint64_t)(j.p[i] - '0');
	}
	return true;
}

const char *
proof_path(const char *what, struct json j, struct merkle_path *path)
{
	struct json_iter i;
	struct json none, hash;

	path->n = 0;
	if (json_kind(j) != '[')
		return wrong(what, "bad", "path");
	json_begin(&i, j);
	while (json_next(&i, &none, &hash)) {
		if (path->n == MERKLE_DEPTH)
			return wrong(what, "too long a", "path");
		if (!proof_bytes(path->hash[path->n++], DIGEST_LEN, hash))
			return wrong(what, "bad", "path");
	}
	return NULL;
}

const char *
proof_place(const char *what, struct json j, struct proof_place *place,
    struct json *month)
{
	struct json index, size, path, other;
	const struct proof_key keys[] = {
		{ "index", &index, false },
		{ "size", &size, false },
		{ "path", &path, false },
		{ "month", month != NULL ? month : &other, false },
	};
	const char *why = proof_keys(what, j, keys, month != NULL ? 4 : 3);

	if (why != NULL)
		return why;
	if (!proof_number(&place->index, index))
		return wrong(what, "bad", "index");
	if (!proof_number(&place->size, size))
		return wrong(what, "bad", "size");
	if (place->index >= place->size)
		return wrong(what, "beyond its size is", "index");
	return proof_path(what, path, &place->path);
}
