/* parts - the leaf of an event of which values were erased */

#include "parts.h"

#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "hex.h"
#include "mem.h"
#include "proof-json.h"

enum { SALT, COMMITMENT };

void
parts_free(struct parts *p)
{
	free(p->v);
	free(p->hides);
	*p = (struct parts){ .v = NULL };
}

static struct leaf_part *
add(struct parts *p, bool hides)
{
	if (p->n == p->size) {
		p->size = p->size == 0 ? 32 : p->size * 2;
		p->v = xreallocarray(p->v, p->size, sizeof(*p->v));
		p->hides = xreallocarray(p->hides, p->size, sizeof(bool));
	}
	p->v[p->n] = (struct leaf_part){ .field = 0 };
	p->hides[p->n] = hides;
	return &p->v[p->n++];
}

/* A field has one commitment, old and new one for each member. */
static bool
is_ordered(const struct parts *p)
{
	const struct leaf_part *last = &p->v[p->n - 1];

	if (last->field < EVIDENCE_FIRST || last->field > EVIDENCE_LAST)
		return false;
	return p->n == 1 || last[-1].field < last->field ||
	    (last[-1].field == last->field && last->field >= EVIDENCE_OLD);
}

uint32_t
parts_hidden(const struct parts *p)
{
	uint32_t fields = 0;
	size_t i;

	for (i = 0; i < p->n; i++)
		if (p->hides[i])
			fields |= UINT32_C(1) << p->v[i].field;
	return fields;
}

/* As bytes */

void
parts_put(struct buf *b, const struct parts *p)
{
	const struct leaf_part *part = p->v;
	size_t i;

	for (i = 0; i < p->n; i++, part++) {
		buf_byte(b, (char)part->field);
		buf_byte(b, p->hides[i] ? COMMITMENT : SALT);
		if (p->hides[i])
			buf_put(b, (const char *)part->commitment, DIGEST_LEN);
		else
			buf_put(b, (const char *)part->salt, 16);
	}
}

bool
parts_get(struct parts *p, const char *bytes, size_t len)
{
	struct leaf_part *part;
	size_t n;

	for (p->n = 0; len > 0; bytes += 2 + n, len -= 2 + n) {
		if (len < 2 || (bytes[1] != SALT && bytes[1] != COMMITMENT))
			return false;
		n = bytes[1] == SALT ? 16 : DIGEST_LEN;
		if (len < 2 + n)
			return false;
		part = add(p, bytes[1] == COMMITMENT);
		part->field = (uint8_t)bytes[0];
		memcpy(bytes[1] == SALT ? part->salt : part->commitment,
		    bytes + 2, n);
		if (!is_ordered(p))
			return false;
	}
	return true;
}

/* As JSON */

void
parts_write(FILE *fp, const struct parts *p)
{
	char hex[2 * DIGEST_LEN + 1];
	const struct leaf_part *part = p->v;
	size_t i;

	putc('[', fp);
	for (i = 0; i < p->n; i++, part++) {
		if (p->hides[i])
			hex_write(hex, part->commitment, DIGEST_LEN);
		else
			hex_write(hex, part->salt, sizeof(part->salt));
		fprintf(fp, "%s{\"field\":\"%s\",\"%s\":\"%s\"}",
		    i > 0 ? "," : "", evidence_name(part->field),
		    p->hides[i] ? "commitment" : "salt", hex);
	}
	putc(']', fp);
}

static const char *
read_part(struct parts *p, struct json j)
{
	struct json field, salt, commitment;
	const struct proof_key keys[] = {
		{ "field", &field, false },
		{ "salt", &salt, true },
		{ "commitment", &commitment, true },
	};
	const char *why = proof_keys("parts", j, keys, 3);
	struct leaf_part *part;

	if (why != NULL)
		return why;
	if ((salt.p == NULL) == (commitment.p == NULL))
		return "parts: one has to have a salt or a commitment";
	part = add(p, salt.p == NULL);
	if (json_kind(field) == '"')
		part->field =
		    (uint8_t)evidence_field(field.p + 1, field.len - 2);
	if (part->field == 0)
		return "parts: bad \"field\"";
	if (!is_ordered(p))
		return "parts: not in their order";
	if (salt.p != NULL
		? !proof_bytes(part->salt, sizeof(part->salt), salt)
		: !proof_bytes(part->commitment, DIGEST_LEN, commitment))
		return "parts: bad salt or commitment";
	return NULL;
}

const char *
parts_read(struct parts *p, struct json parts)
{
	struct json_iter i;
	struct json none, part;
	const char *why = NULL;

	p->n = 0;
	if (json_kind(parts) != '[')
		return "parts: no array";
	json_begin(&i, parts);
	while (why == NULL && json_next(&i, &none, &part))
		why = read_part(p, part);
	return why;
}

/* The leaf */

const char *
parts_strip(struct leaf_value *v)
{
	const char *p = v->p, *end = v->p + v->len;

	if (p == NULL || p == end || *p != '{')
		return "parts: members left out of what is no object";
	while (++p < end && strchr(" \t\n\r", *p) != NULL)
		;
	if (p < end && *p == '}')
		*v = (struct leaf_value){ NULL, 0 };
	return NULL;
}

/* The values that are there have to be those whose salts are: compute their
 * commitments. */
const char *
parts_commit(struct parts *p, struct leaf *leaf, const struct leaf_event *rest,
    uint8_t hash[static DIGEST_LEN])
{
	const struct leaf_part *there;
	size_t i, n, next = 0;

	if (leaf_hash(leaf, rest, hash) == -1)
		return "event: its values are no JSON";
	there = leaf_parts(leaf, &n);
	for (i = 0; i < p->n; i++) {
		if (p->hides[i])
			continue;
		if (next == n || there[next].field != p->v[i].field)
			return "parts: a salt without its value";
		p->v[i].name = there[next].name;
		p->v[i].value = there[next++].value;
		leaf_commit(leaf, &p->v[i]);
	}
	if (next < n)
		return "parts: a value without its salt";
	leaf_from_parts(leaf, rest, p->v, p->n, hash);
	return NULL;
}

/* What is left of the event, if it can be that. */
static bool
strip(struct leaf_event *rest, uint32_t hidden)
{
	static const uint8_t none[16];

	if (memcmp(rest->salt, none, sizeof(none)) != 0)
		return false; /* with it, what was erased can be guessed */
	if (hidden & UINT32_C(1) << EVIDENCE_KEY) {
		if (rest->key.p != NULL || rest->has_record_to ||
		    rest->parents != NULL ||
		    (rest->has_record && (uint32_t)rest->record != 0))
			return false;
		rest->has_record = false;
	}
	if (hidden & UINT32_C(1) << EVIDENCE_OLD && rest->old.p != NULL &&
	    parts_strip(&rest->old) != NULL)
		return false;
	return !(hidden & UINT32_C(1) << EVIDENCE_NEW) || rest->new.p == NULL ||
	    parts_strip(&rest->new) == NULL;
}

int
parts_open(struct parts *p, struct leaf *leaf, const struct leaf_event *ev,
    uint8_t hash[static DIGEST_LEN])
{
	struct leaf_event rest = *ev;
	const struct leaf_part *all;
	size_t i, n;

	if (ev->erased.p != NULL)
		return parts_get(p, ev->erased.p, ev->erased.len) &&
			strip(&rest, parts_hidden(p)) &&
			parts_commit(p, leaf, &rest, hash) == NULL
		    ? 0
		    : -1;
	p->n = 0;
	if (leaf_hash(leaf, ev, hash) == -1)
		return -1;
	all = leaf_parts(leaf, &n);
	for (i = 0; i < n; i++)
		*add(p, false) = all[i];
	return 0;
}

int
parts_leaf(struct leaf *leaf, const struct leaf_event *ev,
    uint8_t hash[static DIGEST_LEN])
{
	struct parts p = { .v = NULL };
	int rc;

	if (ev->erased.p == NULL)
		return leaf_hash(leaf, ev, hash);
	rc = parts_open(&p, leaf, ev, hash);
	parts_free(&p);
	return rc;
}
