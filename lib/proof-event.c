/* proof-event - the leaf of an event in a proof */

#include "proof-event.h"

#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "mem.h"
#include "proof-json.h"

struct proof_event {
	struct leaf *leaf;
	struct evidence *evidence;
	struct leaf_event said;
	struct leaf_part *parts;
	bool *hides; /* whether a part is left out */
	size_t n, size;
	uint8_t *hidden; /* the fields of those */
	size_t nhidden;
};

struct proof_event *
proof_event_new(void)
{
	struct proof_event *e = xcalloc(1, sizeof(*e));

	e->leaf = leaf_new();
	e->evidence = evidence_new();
	return e;
}

void
proof_event_free(struct proof_event *e)
{
	if (e == NULL)
		return;
	leaf_free(e->leaf);
	evidence_free(e->evidence);
	free(e->parts);
	free(e->hides);
	free(e->hidden);
	free(e);
}

const struct leaf_event *
proof_event_said(const struct proof_event *e)
{
	return &e->said;
}

const uint8_t *
proof_event_hidden(const struct proof_event *e, size_t *n)
{
	*n = e->nhidden;
	return e->hidden;
}

/* One part: its field, and its salt or its commitment */
static const char *
read_part(struct proof_event *e, struct json j)
{
	struct leaf_part *part = &e->parts[e->n];
	struct json field, salt, commitment;
	const struct proof_key keys[] = {
		{ "field", &field, false },
		{ "salt", &salt, true },
		{ "commitment", &commitment, true },
	};
	const char *why = proof_keys("parts", j, keys, 3);

	if (why != NULL)
		return why;
	*part = (struct leaf_part){ .field = 0 };
	if (json_kind(field) == '"')
		part->field =
		    (uint8_t)evidence_field(field.p + 1, field.len - 2);
	if (part->field == 0)
		return "parts: bad \"field\"";
	if ((salt.p == NULL) == (commitment.p == NULL))
		return "parts: one has to have a salt or a commitment";
	e->hides[e->n] = salt.p == NULL;
	if (e->hides[e->n])
		e->hidden[e->nhidden++] = part->field;
	if (e->n++ > 0 && part[-1].field > part->field)
		return "parts: not in their order";
	if (salt.p != NULL
		? !proof_bytes(part->salt, sizeof(part->salt), salt)
		: !proof_bytes(part->commitment, DIGEST_LEN, commitment))
		return "parts: bad salt or commitment";
	return NULL;
}

static const char *
read_parts(struct proof_event *e, struct json parts)
{
	struct json_iter i;
	struct json none, part;
	const char *why = NULL;
	size_t n = 0;

	if (json_kind(parts) != '[')
		return "parts: no array";
	json_begin(&i, parts);
	while (json_next(&i, &none, &part))
		n++;
	if (n > e->size) {
		e->size = n;
		e->parts = xreallocarray(e->parts, n, sizeof(*e->parts));
		e->hides = xreallocarray(e->hides, n, sizeof(*e->hides));
		e->hidden = xreallocarray(e->hidden, n, 1);
	}
	json_begin(&i, parts);
	while (why == NULL && json_next(&i, &none, &part))
		why = read_part(e, part);
	return why;
}

/* How many values of a field are left out */
static size_t
count_hidden(const struct proof_event *e, int field)
{
	size_t i, n = 0;

	for (i = 0; i < e->nhidden; i++)
		n += e->hidden[i] == field;
	return n;
}

/* Where members are left out of old or new, there is an object; if it is empty
 * it is no value of its own. */
static const char *
check_rest(struct leaf_value *v, size_t hidden)
{
	struct json_iter i;
	struct json j = { v->p, v->len }, name, value;

	if (hidden == 0)
		return NULL;
	if (json_kind(j) != '{')
		return "parts: members left out of what is no object";
	json_begin(&i, j);
	if (!json_next(&i, &name, &value))
		*v = (struct leaf_value){ NULL, 0 };
	return NULL;
}

/* Whether the event leaves out what the parts do */
static const char *
check_hidden(struct proof_event *e, struct leaf_event *rest)
{
	const char *why;
	size_t n;
	int field;

	for (field = EVIDENCE_FIRST; field < EVIDENCE_OLD; field++) {
		n = count_hidden(e, field);
		if (n > 1)
			return "parts: two commitments to one value";
		if (n == 1 && evidence_has(e->evidence, field))
			return "parts: a commitment to what is in the event";
		if (n == 0 && !evidence_has(e->evidence, field))
			return "parts: no commitment to what is left out";
	}
	if ((why = check_rest(&rest->old, count_hidden(e, EVIDENCE_OLD))) !=
	    NULL)
		return why;
	return check_rest(&rest->new, count_hidden(e, EVIDENCE_NEW));
}

/* The values that are there have to be those whose salts are: compute their
 * commitments. */
static const char *
commit(struct proof_event *e)
{
	const struct leaf_part *there;
	size_t i, n, next = 0;

	there = leaf_parts(e->leaf, &n);
	for (i = 0; i < e->n; i++) {
		if (e->hides[i])
			continue;
		if (next == n || there[next].field != e->parts[i].field)
			return "parts: a salt without its value";
		e->parts[i].name = there[next].name;
		e->parts[i].value = there[next++].value;
		leaf_commit(e->leaf, &e->parts[i]);
	}
	return next < n ? "parts: a value without its salt" : NULL;
}

const char *
proof_event_leaf(struct proof_event *e, struct json event, struct json parts,
    uint8_t hash[static DIGEST_LEN])
{
	struct leaf_event rest;
	const char *why;

	e->n = e->nhidden = 0;
	why = evidence_read(e->evidence, event, parts.p != NULL, &e->said);
	if (why != NULL)
		return why;
	rest = e->said;
	if (parts.p != NULL && (why = read_parts(e, parts)) != NULL)
		return why;
	if (parts.p != NULL && (why = check_hidden(e, &rest)) != NULL)
		return why;
	if (leaf_hash(e->leaf, &rest, hash) == -1)
		return "event: its values are no JSON";
	if (parts.p == NULL)
		return NULL;
	if ((why = commit(e)) != NULL)
		return why;
	leaf_from_parts(e->leaf, &rest, e->parts, e->n, hash);
	return NULL;
}
