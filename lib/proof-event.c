/* proof-event - the leaf of an event in a proof */

#include "proof-event.h"

#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "mem.h"
#include "parts.h"

struct proof_event {
	struct leaf *leaf;
	struct evidence *evidence;
	struct leaf_event said;
	struct parts parts;
	uint8_t *hidden; /* the fields of those that are left out */
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
	parts_free(&e->parts);
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

static const char *
read_parts(struct proof_event *e, struct json parts)
{
	const char *why = parts_read(&e->parts, parts);
	size_t i;

	e->hidden = xreallocarray(e->hidden, e->parts.n + 1, 1);
	for (i = 0; i < e->parts.n; i++)
		if (e->parts.hides[i])
			e->hidden[e->nhidden++] = e->parts.v[i].field;
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

/* Whether the event leaves out what the parts do */
static const char *
check_hidden(struct proof_event *e, struct leaf_event *rest)
{
	const char *why;
	size_t n;
	int field;

	for (field = EVIDENCE_FIRST; field < EVIDENCE_OLD; field++) {
		n = count_hidden(e, field);
		if (n == 1 && evidence_has(e->evidence, field))
			return "parts: a commitment to what is in the event";
		if (n == 0 && !evidence_has(e->evidence, field))
			return "parts: no commitment to what is left out";
	}
	if (count_hidden(e, EVIDENCE_OLD) > 0 &&
	    (why = parts_strip(&rest->old)) != NULL)
		return why;
	return count_hidden(e, EVIDENCE_NEW) > 0 ? parts_strip(&rest->new)
						 : NULL;
}

const char *
proof_event_leaf(struct proof_event *e, struct json event, struct json parts,
    uint8_t hash[static DIGEST_LEN])
{
	struct leaf_event rest;
	const char *why;

	e->nhidden = 0;
	why = evidence_read(e->evidence, event, parts.p != NULL, &e->said);
	if (why != NULL)
		return why;
	if (e->said.redacted.p != NULL)
		return "event: bad \"redacted\"";
	if (parts.p == NULL)
		return leaf_hash(e->leaf, &e->said, hash) == -1
		    ? "event: its values are no JSON"
		    : NULL;
	rest = e->said;
	if ((why = read_parts(e, parts)) != NULL ||
	    (why = check_hidden(e, &rest)) != NULL)
		return why;
	return parts_commit(&e->parts, e->leaf, &rest, hash);
}
