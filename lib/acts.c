/* acts - events that say that somebody changed what decides about capturing */

#include "acts.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"

struct act {
	int64_t txid;
	uint32_t version; /* of the rows that it wrote */
	enum act_kind kind;
};

static enum act_kind
kind_of(struct leaf_value op)
{
	static const struct {
		const char *begin;
		enum act_kind kind;
	} kinds[] = {
		{ "rule_compile", ACT_DDL },
		{ "rule_", ACT_RULE },
		{ "ddl", ACT_DDL },
		{ "init", ACT_INIT },
		{ "uninstall", ACT_INIT },
		{ "grant", ACT_RULE },
		{ "revoke", ACT_RULE },
		{ "purge", ACT_PURGE },
		{ "erase", ACT_PURGE },
		{ "policy", ACT_PURGE },
		{ "hold", ACT_PURGE },
		{ "release", ACT_PURGE },
		{ "prepare", ACT_PURGE },
		{ "approve", ACT_PURGE },
	};
	size_t i, n;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		n = strlen(kinds[i].begin);
		if (op.len >= n && memcmp(op.p, kinds[i].begin, n) == 0)
			return kinds[i].kind;
	}
	return ACT_NONE;
}

bool
acts_is(struct leaf_value op)
{
	return kind_of(op) != ACT_NONE;
}

static void
add(struct acts *a, struct act new)
{
	const struct act *last = a->n > 0 ? &a->v[a->n - 1] : NULL;

	if (last != NULL && last->txid == new.txid &&
	    last->version == new.version && last->kind == new.kind)
		return;
	if (a->v == NULL || a->n == a->size) {
		a->size = a->size == 0 ? 64 : a->size * 2;
		a->v = xreallocarray(a->v, a->size, sizeof(*a->v));
	}
	a->v[a->n++] = new;
}

static bool
member(const struct leaf_event *ev, const char *quoted, struct json *value)
{
	const struct json key = { quoted, strlen(quoted) };
	struct json new;
	size_t where;

	return ev->new.p !=
	    NULL &&json_parse(&new, ev->new.p, ev->new.len, &where) ==
	    NULL &&json_kind(new) == '{' &&
	    json_get(new, key, value);
}

static bool
has(struct json text, const char *what)
{
	return memmem(text.p, text.len, what, strlen(what)) != NULL;
}

/* Putting a trigger or a function right does not explain that it was wrong. */
static bool
is_mended(const struct leaf_event *ev)
{
	struct json found;

	return member(ev, "\"found\"", &found) &&
	    (has(found, "\"disabled\"") || has(found, "\"altered\""));
}

void
acts_add(struct acts *a, const struct leaf_event *ev)
{
	struct act new = { ev->txid, (uint32_t)ev->txid,
		kind_of(ev->text[LEAF_OP]) };
	struct json xid;

	if (new.kind == ACT_NONE)
		return;
	if (new.kind >= ACT_RULE && is_mended(ev))
		new.kind = ACT_DDL;
	add(a, new);
	/* in a subtransaction rows get its number, and the event says it */
	if (member(ev, "\"xid\"", &xid)) {
		new.version = (uint32_t)strtoul(xid.p, NULL, 10);
		add(a, new);
	}
}

static int
by_number(const void *a, const void *b)
{
	const struct act *x = a, *y = b;

	return x->txid < y->txid ? -1 : x->txid > y->txid;
}

void
acts_end(struct acts *a)
{
	if (a->n > 0)
		qsort(a->v, a->n, sizeof(*a->v), by_number);
}

/* The first one from this transaction on */
static size_t
first(const struct acts *a, int64_t txid)
{
	size_t lo = 0, hi = a->n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (a->v[mid].txid < txid)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool
acts_explain(const struct acts *a, const struct acts_need *need)
{
	size_t i;

	for (i = first(a, need->from); i < a->n && a->v[i].txid < need->next;
	     i++)
		if (a->v[i].kind >= need->kind &&
		    (!need->by_version || a->v[i].version == need->version))
			return true;
	return false;
}

void
acts_free(struct acts *a)
{
	free(a->v);
	*a = (struct acts){ NULL, 0, 0 };
}
