/* proof - what audit-seal prove and consistency write, checked by itself */

#include "proof.h"

#include <err.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "canon.h"
#include "mem.h"
#include "merkle.h"
#include "proof-event.h"
#include "proof-json.h"
#include "proof-seal.h"
#include "sign.h"
#include "tool.h"

struct proof {
	struct digest *digest;
	struct proof_event *event;
	struct seal seal, head, other;
	const struct seal *last; /* the head, or the seal where there is none */
	struct buf bytes;
	struct proof_said said;
	/* whose signature is believed, and since when */
	const uint8_t *key; /* NULL: anybody's */
	uint8_t next[SIGN_KEY_LEN];
	enum { BEFORE, FOLLOWING, LOST } chain;
	char *wrong; /* what was found last */
};

struct proof *
proof_new(void)
{
	struct proof *p = xcalloc(1, sizeof(*p));

	p->digest = digest_new();
	p->event = proof_event_new();
	return p;
}

static void
forget(struct proof *p)
{
	seal_free(&p->seal);
	seal_free(&p->head);
	seal_free(&p->other);
	memset(&p->said, 0, sizeof(p->said));
	p->chain = BEFORE;
}

void
proof_free(struct proof *p)
{
	if (p == NULL)
		return;
	forget(p);
	digest_free(p->digest);
	proof_event_free(p->event);
	buf_free(&p->bytes);
	free(p->wrong);
	free(p);
}

const struct proof_said *
proof_said(const struct proof *p)
{
	return &p->said;
}

static const char *refuse(struct proof *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static const char *
refuse(struct proof *p, const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) == -1)
		err(TOOL_FAILED, NULL);
	va_end(ap);
	free(p->wrong);
	p->wrong = text;
	return p->wrong;
}

/* Whether the seal is signed by the key, or by one that its seals name. They
 * are met in order. */
static bool
meet(struct proof *p, const struct seal *s)
{
	if (p->key == NULL || !s->has_key || p->chain == LOST)
		return false;
	if (memcmp(s->key, p->chain == BEFORE ? p->key : p->next,
		SIGN_KEY_LEN) != 0) {
		if (p->chain == FOLLOWING)
			p->chain = LOST;
		return false;
	}
	p->chain = FOLLOWING;
	memcpy(p->next, s->next_key, SIGN_KEY_LEN);
	return true;
}

/* One of the seals that name another key */
static const char *
check_key(struct proof *p, struct json line, const uint64_t *before)
{
	const struct seal *s = &p->other;
	const char *why = proof_seal(p->digest, "keys", line, &p->other);

	if (why != NULL)
		return refuse(p, "%s", why);
	if (memcmp(s->trail, p->seal.trail, sizeof(s->trail)) != 0)
		return refuse(p, "keys: a seal of another trail");
	if ((before != NULL && s->no <= *before) || s->no == p->seal.no ||
	    s->no >= p->last->no)
		return refuse(p, "keys: seal %" PRIu64 " has no place there",
		    s->no);
	if (!s->has_key || memcmp(s->key, s->next_key, SIGN_KEY_LEN) == 0)
		return refuse(p, "keys: seal %" PRIu64 " names no other key",
		    s->no);
	return NULL;
}

/* Follow the keys through all seals that are there, in their order. */
static const char *
check_keys(struct proof *p, struct json keys)
{
	struct json_iter i;
	struct json none, line;
	const char *why;
	bool met = false, first = true;
	uint64_t no = 0;

	if (json_kind(keys) != '[')
		return refuse(p, "keys: no array");
	json_begin(&i, keys);
	for (; json_next(&i, &none, &line); first = false) {
		if ((why = check_key(p, line, first ? NULL : &no)) != NULL)
			return why;
		no = p->other.no;
		if (!met && no > p->seal.no) {
			p->said.seal_trusted = meet(p, &p->seal);
			met = true;
		}
		meet(p, &p->other);
	}
	if (!met)
		p->said.seal_trusted = meet(p, &p->seal);
	if (p->last != &p->seal)
		p->said.head_trusted = meet(p, &p->head);
	return NULL;
}

/* Two seals of one trail, the second one later, and the first in its log */
static const char *
check_pair(struct proof *p, struct json log)
{
	struct proof_place place;
	const char *why = proof_place("log", log, &place, NULL);

	if (why != NULL)
		return refuse(p, "%s", why);
	if (memcmp(p->seal.trail, p->head.trail, sizeof(p->seal.trail)) != 0)
		return refuse(p, "the seals are of two trails");
	if (p->head.no <= p->seal.no)
		return refuse(p, "the later seal is not the later one");
	if (p->seal.has_key && !p->head.has_key)
		return refuse(p, "the later seal is not signed");
	if (place.index != p->seal.no || place.size != p->head.no)
		return refuse(p, "log: index and size are not the seals'");
	if (!merkle_includes(&place.path, p->digest, p->said.hash, place.index,
		place.size, p->head.log))
		return refuse(p,
		    "log: its path does not lead from seal "
		    "%" PRIu64 " to the log of seal %" PRIu64,
		    p->seal.no, p->head.no);
	return NULL;
}

/* The seals, which are there if their JSON is */
static const char *
check_seals(struct proof *p, const char *one, struct json seal, const char *two,
    struct json head, struct json log, struct json keys)
{
	const char *why = proof_seal(p->digest, one, seal, &p->seal);

	if (why != NULL)
		return refuse(p, "%s", why);
	p->said.seal = p->last = &p->seal;
	seal_hash(&p->seal, p->digest, p->said.hash);
	if (json_kind(head) == 'n' && json_kind(log) != 'n')
		return refuse(p, "log: without a later seal");
	if (json_kind(head) != 'n') {
		if ((why = proof_seal(p->digest, two, head, &p->head)) != NULL)
			return refuse(p, "%s", why);
		p->said.head = p->last = &p->head;
		seal_hash(&p->head, p->digest, p->said.head_hash);
		if ((why = check_pair(p, log)) != NULL)
			return why;
	}
	return check_keys(p, keys);
}

/* From the event to the root of its month, which the seal has */
static const char *
check_leaf(struct proof *p, struct json leaf, const uint8_t *hash)
{
	const struct leaf_event *ev = p->said.ev;
	const struct seal *s = &p->seal;
	struct proof_place place;
	struct json name;
	char month[LEAF_MONTH];
	const char *why = proof_place("leaf", leaf, &place, &name);
	size_t i;

	if (why != NULL)
		return refuse(p, "%s", why);
	leaf_month(ev->id, month);
	for (i = 0; i < s->nmonths; i++)
		if (strcmp(s->months[i].month, month) == 0)
			break;
	if (!json_says(name, month) || i == s->nmonths)
		return refuse(p, "leaf: the event's month is %s", month);
	if (place.size != s->months[i].events)
		return refuse(p, "leaf: the seal has another size");
	if (!merkle_includes(&place.path, p->digest, hash, place.index,
		place.size, s->months[i].root))
		return refuse(p,
		    "leaf: its path does not lead from the event "
		    "to the root of %s",
		    month);
	if ((i == 0 && place.index == 0 &&
		memcmp(ev->id, s->first, sizeof(ev->id)) != 0) ||
	    (i == s->nmonths - 1 && place.index == place.size - 1 &&
		memcmp(ev->id, s->last, sizeof(ev->id)) != 0))
		return refuse(p,
		    "leaf: the seal begins or ends with another "
		    "event");
	return NULL;
}

static const char *
check_event(struct proof *p, struct json whole)
{
	struct json proof, event, parts, leaf, seal, keys, log, head;
	const struct proof_key names[] = {
		{ "proof", &proof, false },
		{ "event", &event, false },
		{ "parts", &parts, true },
		{ "leaf", &leaf, false },
		{ "seal", &seal, false },
		{ "keys", &keys, false },
		{ "log", &log, false },
		{ "head", &head, false },
	};
	const char *why = proof_keys("proof", whole, names, 8);
	uint8_t hash[DIGEST_LEN];

	if (why != NULL)
		return refuse(p, "%s", why);
	if (proof.len != 1 || *proof.p != '1')
		return refuse(p, "proof: a form that is not known here");
	if ((why = proof_event_leaf(p->event, event, parts, hash)) != NULL)
		return refuse(p, "%s", why);
	p->said.event = event;
	p->said.ev = proof_event_said(p->event);
	p->said.hidden = proof_event_hidden(p->event, &p->said.nhidden);
	if ((why = check_seals(p, "seal", seal, "head", head, log, keys)) !=
	    NULL)
		return why;
	return check_leaf(p, leaf, hash);
}

static const char *
check_consistency(struct proof *p, struct json whole)
{
	struct json form, from, to, keys, log, path;
	const struct proof_key names[] = {
		{ "consistency", &form, false },
		{ "from", &from, false },
		{ "to", &to, false },
		{ "keys", &keys, false },
		{ "log", &log, false },
		{ "path", &path, false },
	};
	const char *why = proof_keys("proof", whole, names, 6);
	struct merkle_path way;

	if (why != NULL)
		return refuse(p, "%s", why);
	if (form.len != 1 || *form.p != '1')
		return refuse(p, "consistency: a form that is not known here");
	if (json_kind(to) == 'n')
		return refuse(p, "to: no seal");
	if ((why = check_seals(p, "from", from, "to", to, log, keys)) != NULL)
		return why;
	if ((why = proof_path("proof", path, &way)) != NULL)
		return refuse(p, "%s", why);
	if (!merkle_consistent(&way, p->digest, p->seal.no, p->seal.log,
		p->head.no, p->head.log))
		return refuse(p,
		    "path: the log of seal %" PRIu64 " is not the "
		    "beginning of that of seal %" PRIu64,
		    p->seal.no, p->head.no);
	return NULL;
}

/* How many members the objects of a text have, all in all */
static size_t
count_members(const char *s, size_t len)
{
	const char *end = s + len;
	size_t n = 0;
	bool quoted = false;

	for (; s < end; s++)
		if (*s == '"')
			quoted = !quoted;
		else if (*s == '\\')
			s++;
		else if (*s == ':' && !quoted)
			n++;
	return n;
}

/* Whether some object has a name twice: its canonical form has it once. Who
 * reads a proof must see what was checked, whichever of the two he takes. */
static bool
has_twice(struct proof *p, struct json whole)
{
	buf_reset(&p->bytes);
	canon_put(&p->bytes, whole);
	return count_members(whole.p, whole.len) !=
	    count_members(p->bytes.p, p->bytes.len);
}

const char *
proof_check(struct proof *p, const char *text, size_t len, const uint8_t *key)
{
	static const struct json two = { "\"consistency\"", 13 };
	struct json whole, form;
	const char *why;
	size_t where;

	forget(p);
	p->key = key;
	if ((why = json_parse(&whole, text, len, &where)) != NULL)
		return refuse(p, "%s at character %zu", why, where + 1);
	if (has_twice(p, whole))
		return refuse(p, "a name stands twice in one object");
	why = json_get(whole, two, &form) ? check_consistency(p, whole)
					  : check_event(p, whole);
	if (why != NULL || key == NULL)
		return why;
	if (!p->said.head_trusted &&
	    (p->said.event.p == NULL || !p->said.seal_trusted))
		return refuse(p,
		    "not signed by that key, nor by one that it "
		    "named");
	return NULL;
}
