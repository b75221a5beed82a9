/* claims-erase - events that have lost values, and the acts that say so */

#include <stdlib.h>
#include <string.h>

#include "claims-state.h"
#include "evidence.h"
#include "hex.h"
#include "mem.h"
#include "parts.h"

#define MEMORY ((size_t)4 * 1024 * 1024)
#define WAYS 16
#define ACTS 64 /* who erases more often is not believed more */

void
claims_add_ids(struct claims *c, uint32_t act, struct json ids)
{
	struct json_iter i;
	struct json none, id;
	uint8_t key[16];
	const struct sort_record r = { .key = (const char *)key,
		.keylen = sizeof(key),
		.data = (const char *)&act,
		.len = sizeof(act) };

	json_begin(&i, ids);
	while (json_next(&i, &none, &id)) {
		if (json_kind(id) != '"' ||
		    !hex_read_uuid(key, id.p + 1, id.len - 2))
			continue;
		if (c->ids == NULL)
			c->ids = sort_new(MEMORY, WAYS);
		(void)sort_add(c->ids, &r); /* it keeps its failure */
	}
}

static void
next_id(struct claims *c)
{
	c->ids_left = sort_next(c->ids, &c->next_id) == 1;
}

/* The acts that took values of an event, which comes by in the order of ids */
static size_t
take_acts(struct claims *c, const uint8_t *id, uint32_t acts[], size_t most)
{
	size_t n = 0;
	int order;

	if (!c->ids_begun) {
		c->ids_begun = true;
		next_id(c);
	}
	while (c->ids_left && (order = memcmp(c->next_id.key, id, 16)) <= 0) {
		if (order == 0 && n < most)
			memcpy(&acts[n++], c->next_id.data, sizeof(*acts));
		next_id(c);
	}
	return n;
}

/* Whether the names say this */
static bool
names(struct json array, const char *begin, const char *rest)
{
	struct json_iter i;
	struct json none, name;
	const size_t n = strlen(begin);
	bool is;
	char *text;
	size_t len;

	json_begin(&i, array);
	while (json_next(&i, &none, &name)) {
		text = json_text(name, &len);
		is = len == n + strlen(rest) && memcmp(text, begin, n) == 0 &&
		    memcmp(text + n, rest, len - n) == 0;
		free(text);
		if (is)
			return true;
	}
	return false;
}

/* Whether a member of a value is said to be gone; the names of columns that
 * begin with @ are written with another one. */
static bool
says_gone(struct json redacted, struct leaf_value v)
{
	struct json_iter i;
	struct json all, name, value;
	size_t where, len;
	bool is = false;
	char *text;

	if (v.p == NULL || json_parse(&all, v.p, v.len, &where) != NULL ||
	    json_kind(all) != '{')
		return false;
	json_begin(&i, all);
	while (!is && json_next(&i, &name, &value)) {
		text = json_text(name, &len);
		is = strlen(text) == len &&
		    names(redacted, *text == '@' ? "@" : "", text);
		free(text);
	}
	return is;
}

static size_t
lost(const struct parts *parts, int field)
{
	size_t i, n = 0;

	for (i = 0; i < parts->n; i++)
		if (parts->hides[i] && parts->v[i].field == field)
			n++;
	return n;
}

/* How many of the names can be those of columns */
static size_t
members(struct json redacted)
{
	struct json_iter i;
	struct json none, name;
	size_t n = 0;
	int field;

	json_begin(&i, redacted);
	while (json_next(&i, &none, &name))
		n++;
	for (field = EVIDENCE_FIRST; field < EVIDENCE_OLD; field++)
		if (names(redacted, "@", evidence_name(field)))
			n--;
	return n;
}

/* Whether what it says was erased can be what was. */
static bool
is_told(const struct leaf_event *ev)
{
	struct parts parts = { .v = NULL };
	struct json redacted;
	uint32_t hidden;
	size_t where;
	size_t old, new;
	int field;
	bool ok = true;

	if (json_parse(&redacted, ev->redacted.p, ev->redacted.len, &where) !=
		NULL ||
	    !parts_get(&parts, ev->erased.p, ev->erased.len))
		return false;
	hidden = parts_hidden(&parts);
	old = lost(&parts, EVIDENCE_OLD);
	new = lost(&parts, EVIDENCE_OLD + 1);
	parts_free(&parts);
	for (field = EVIDENCE_FIRST; field < EVIDENCE_OLD; field++)
		if (((hidden >> field) & 1) !=
		    names(redacted, "@", evidence_name(field)))
			ok = false;
	/* each name can be that of one in either */
	if (old > members(redacted) || new > members(redacted))
		ok = false;
	return ok && !says_gone(redacted, ev->old) &&
	    !says_gone(redacted, ev->new);
}

/* Lay it aside with the acts that claim it, and behind them the names of what
 * it lost: whether these are sound is known only when they have come by. */
static void
put_redacted(struct claims *c, const struct leaf_event *ev,
    const uint32_t acts[], size_t n)
{
	const uint32_t count = (uint32_t)n;
	const size_t most = sizeof(count) + n * sizeof(*acts);
	struct sort_record r = { .key = (const char *)ev->id,
		.keylen = 16,
		.len = most + ev->redacted.len };
	char *data = xmalloc(r.len);
	char id[HEX_UUID];

	c->erased++;
	if (c->redacted == NULL)
		c->redacted = sort_new(MEMORY, WAYS);
	memcpy(data, &count, sizeof(count));
	if (n > 0)
		memcpy(data + sizeof(count), acts, n * sizeof(*acts));
	if (ev->redacted.len > 0)
		memcpy(data + most, ev->redacted.p, ev->redacted.len);
	r.data = data;
	(void)sort_add(c->redacted, &r);
	free(data);
	if (is_told(ev))
		return;
	hex_write_uuid(id, ev->id);
	finding_put(c->findings, "redacted",
	    (struct finding_at){ .id = ev->id },
	    "event %s says that other values were erased than were", id);
}

void
claims_values(struct claims *c, const struct leaf_event *ev)
{
	uint32_t acts[ACTS];
	char id[HEX_UUID], by[HEX_UUID];
	size_t n = c->ids != NULL ? take_acts(c, ev->id, acts, ACTS) : 0;

	if (ev->erased.p != NULL)
		put_redacted(c, ev, acts, n);
	if (ev->erased.p != NULL || n == 0)
		return;
	if (c->archive) {
		c->whole++;
		return;
	}
	hex_write_uuid(id, ev->id);
	hex_write_uuid(by, c->acts[acts[0] - 1].id);
	finding_put(c->findings, "claimed", (struct finding_at){ .id = ev->id },
	    "event %s has all its values, and act %s says that some were "
	    "erased",
	    id, by);
}

/* What was laid aside: the acts are not aligned */
struct lost {
	uint32_t n;
	const char *acts;
	struct json names;
};

static struct lost
get_lost(const struct sort_record *r)
{
	struct lost l = { .acts = r->data + sizeof(l.n) };

	memcpy(&l.n, r->data, sizeof(l.n));
	l.names.p = l.acts + l.n * sizeof(uint32_t);
	l.names.len = (size_t)(r->data + r->len - l.names.p);
	return l;
}

/* One of its acts that is sound and, if a name is given, that says it */
static const struct claims_act *
find_sound(const struct claims *c, const struct lost *l, const char *name)
{
	const struct claims_act *act;
	uint32_t i, no;

	for (i = 0; i < l->n; i++) {
		memcpy(&no, l->acts + i * sizeof(no), sizeof(no));
		act = &c->acts[no - 1];
		if (act->there &&
		    (name == NULL ||
			(act->redacted != NULL &&
			    names((struct json){ act->redacted,
				      strlen(act->redacted) },
				"", name))))
			return act;
	}
	return NULL;
}

/* Which of what it lost no act says; NULL: none; free() it. */
static char *
find_unsaid(const struct claims *c, const struct lost *l)
{
	struct json_iter i;
	struct json all, none, name;
	size_t where, len;
	char *text;

	if (json_parse(&all, l->names.p, l->names.len, &where) != NULL)
		return NULL; /* it has been said so */
	json_begin(&i, all);
	while (json_next(&i, &none, &name)) {
		text = json_text(name, &len);
		if (find_sound(c, l, text) == NULL)
			return text;
		free(text);
	}
	return NULL;
}

static void
check_lost(struct claims *c, const struct sort_record *r)
{
	const struct lost l = get_lost(r);
	const struct finding_at at = { .id = (const uint8_t *)r->key };
	const bool sound = find_sound(c, &l, NULL) != NULL;
	char id[HEX_UUID], *name = sound ? find_unsaid(c, &l) : NULL;

	hex_write_uuid(id, (const uint8_t *)r->key);
	if (!sound)
		finding_put(c->findings, "redacted", at,
		    l.n == 0 ? "values of event %s were erased, and no act "
			       "says so"
			     : "values of event %s were erased, and the act "
			       "that says so is not proven",
		    id);
	else if (name != NULL)
		finding_put(c->findings, "redacted", at,
		    "%s of event %s was erased, and no act says so", name, id);
	free(name);
}

void
claims_end_redacted(struct claims *c)
{
	struct sort_record r;
	int got;

	if (c->redacted == NULL)
		return;
	while ((got = sort_next(c->redacted, &r)) == 1)
		check_lost(c, &r);
	if (got == -1)
		c->failed = sort_error(c->redacted);
}
