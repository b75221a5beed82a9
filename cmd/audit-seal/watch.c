/* watch - whether what decides about capturing was changed only by acts that
 * are events themselves */

#include "watch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "json.h"
#include "mem.h"
#include "state.h"

/* Something that was changed or taken away and has to be explained */
struct change {
	char *what; /* as a sentence has it */
	bool gone;
	uint64_t seal;
	uint32_t version; /* by this transaction, if by_version */
	bool by_version;
	int64_t from, next;   /* by one of these */
	int64_t since, until; /* when the two states were */
};

struct watch {
	struct findings *findings;
	struct digest *digest;
	struct seal seal; /* the last one; without its own memory */
	bool any, same_cluster;
	bool anew;   /* all of it is another one than before */
	bool wanted; /* its state is another one, and has not come yet */
	int64_t before_at;
	struct state state;
	struct change *changes;
	size_t nchanges;
	int64_t *acts; /* transactions whose events say that they changed it */
	size_t nacts, size;
	struct doubt {
		uint64_t seal;
		int64_t from, to; /* the transactions that it covers */
	} * doubts;
	size_t ndoubts;
};

struct watch *
watch_new(struct findings *findings)
{
	struct watch *w = xcalloc(1, sizeof(*w));

	w->findings = findings;
	w->digest = digest_new();
	return w;
}

void
watch_free(struct watch *w)
{
	size_t i;

	if (w == NULL)
		return;
	for (i = 0; i < w->nchanges; i++)
		free(w->changes[i].what);
	digest_free(w->digest);
	state_free(&w->state);
	free(w->changes);
	free(w->acts);
	free(w->doubts);
	free(w);
}

/* Comparing two */

static void
add_change(struct watch *w, const struct state *s, const struct state_entry *e,
    const struct state_entry *now)
{
	struct change *c;
	char *version;

	if (w->anew)
		return;
	w->changes =
	    xreallocarray(w->changes, w->nchanges + 1, sizeof(*w->changes));
	c = &w->changes[w->nchanges++];
	memset(c, 0, sizeof(*c));
	c->what = state_describe(s, e);
	c->gone = now == NULL;
	c->seal = w->seal.no;
	c->from = w->seal.from;
	c->next = w->seal.next;
	c->since = w->before_at;
	c->until = w->seal.at;
	if (now == NULL ||
	    json_same(e->part[STATE_VERSION], now->part[STATE_VERSION]))
		return;
	version = state_said(now, STATE_VERSION);
	c->by_version = true;
	c->version = (uint32_t)strtoul(version, NULL, 10);
	free(version);
}

/* What must not be, whoever did it */
static void
check_entry(struct watch *w, const struct state *s, const struct state_entry *e)
{
	const char *why = NULL;
	char *what, *name;

	if (state_is(e, "capture") && !state_member_is(e, "enabled", "A"))
		why = "is disabled";
	else if (state_is(e, "trigger")) {
		if (!state_member_is(e, "function", "audit.") &&
		    !state_member_is(e, "internal", "true"))
			why = "is not ours";
		else if (state_member_is(e, "function", "audit.") &&
		    !state_member_is(e, "enabled", "A"))
			why = "is disabled";
	} else if (state_is(e, "rewrite")) {
		name = state_said(e, STATE_NAME);
		if (strstr(name, " _RETURN") == NULL)
			why = "is not ours";
		free(name);
	}
	if (why == NULL)
		return;
	what = state_describe(s, e);
	finding_put(w->findings, "state", FINDING_SEAL(w->seal.no),
	    "%s %s, since seal %" PRIu64, what, why, w->seal.no);
	free(what);
}

static void
add_anew(struct watch *w)
{
	w->changes =
	    xreallocarray(w->changes, w->nchanges + 1, sizeof(*w->changes));
	w->changes[w->nchanges++] = (struct change){
		.what = xstrdup("schema audit, restored or installed again,"),
		.seal = w->seal.no,
		.from = w->seal.from,
		.next = w->seal.next,
		.since = w->before_at,
		.until = w->seal.at,
	};
	w->anew = true;
}

static void
compare(struct watch *w, const struct state *was, const struct state *now)
{
	size_t i = 0, j = 0;
	int order;

	w->anew = false;
	if (state_is_anew(was, now))
		add_anew(w);
	while (i < was->n || j < now->n) {
		order = i == was->n ? 1
		    : j == now->n   ? -1
				    : state_compare(&was->v[i], &now->v[j]);
		if (order > 0)
			check_entry(w, now, &now->v[j]);
		else if (order < 0) {
			if (!state_is(&was->v[i], "table") &&
			    !(state_is_tables(&was->v[i]) &&
				state_table_went(now, &was->v[i])))
				add_change(w, was, &was->v[i], NULL);
		} else if (!state_is(&now->v[j], "table") &&
		    (!json_same(was->v[i].part[STATE_CONTENT],
			 now->v[j].part[STATE_CONTENT]) ||
			!json_same(was->v[i].part[STATE_VERSION],
			    now->v[j].part[STATE_VERSION]))) {
			add_change(w, now, &was->v[i], &now->v[j]);
			check_entry(w, now, &now->v[j]);
		}
		i += order <= 0;
		j += order >= 0;
	}
}

/* What comes */

static void
end_wait(struct watch *w)
{
	if (!w->wanted)
		return;
	w->wanted = false;
	state_free(&w->state);
	finding_put(w->findings, "state", FINDING_SEAL(w->seal.no),
	    "the state that seal %" PRIu64 " has is not stored", w->seal.no);
}

void
watch_seal(struct watch *w, const struct seal *s, const struct seal *before)
{
	bool same = w->any && memcmp(w->seal.state, s->state, DIGEST_LEN) == 0;

	end_wait(w);
	/* where seals are missing, one of them may have brought it */
	w->wanted = before != NULL
	    ? memcmp(before->state, s->state, DIGEST_LEN) != 0
	    : s->no == 0;
	w->same_cluster = before != NULL && before->system == s->system;
	if (before != NULL)
		w->before_at = before->at;
	else if (!same)
		state_free(&w->state);
	w->seal = *s;
	w->any = true;
}

static bool
gives(struct watch *w, const char *text, size_t len,
    const uint8_t hash[static DIGEST_LEN])
{
	uint8_t own[DIGEST_LEN];

	digest_of(w->digest, text, len, own);
	return memcmp(own, hash, DIGEST_LEN) == 0;
}

void
watch_base(struct watch *w, const struct seal *s, const char *text, size_t len)
{
	state_free(&w->state);
	if (!gives(w, text, len, s->state) || !state_read(&w->state, text, len))
		state_free(&w->state);
}

void
watch_state(struct watch *w, uint64_t seal, const char *text, size_t len)
{
	struct state now = { NULL, NULL, 0 }, none = { NULL, NULL, 0 };

	if (!w->any || seal != w->seal.no) {
		finding_put(w->findings, "state", FINDING_SEAL(seal),
		    "a state is stored for seal %" PRIu64
		    ", which is not there",
		    seal);
		return;
	}
	if (!gives(w, text, len, w->seal.state) ||
	    !state_read(&now, text, len)) {
		finding_put(w->findings, "state", FINDING_SEAL(seal),
		    "the state stored for seal %" PRIu64
		    " is not the one that it has",
		    seal);
		w->wanted = false;
		state_free(&now);
		state_free(&w->state);
		return;
	}
	compare(w, w->same_cluster && w->state.text != NULL ? &w->state : &none,
	    &now);
	w->wanted = false;
	state_free(&w->state);
	w->state = now;
}

static bool
is_act(struct leaf_value op)
{
	static const char *const acts[] = { "rule_", "grant", "revoke", "ddl",
		"init", "uninstall", "purge", "erase", "policy", "hold",
		"release", "prepare", "approve" };
	size_t i, n;

	for (i = 0; i < sizeof(acts) / sizeof(*acts); i++) {
		n = strlen(acts[i]);
		if (op.len >= n && memcmp(op.p, acts[i], n) == 0)
			return true;
	}
	return false;
}

void
watch_event(struct watch *w, const struct leaf_event *ev)
{
	if (!is_act(ev->text[LEAF_OP]) ||
	    (w->nacts > 0 && w->acts[w->nacts - 1] == ev->txid))
		return;
	if (w->nacts == w->size) {
		w->size = w->size == 0 ? 64 : w->size * 2;
		w->acts = xreallocarray(w->acts, w->size, sizeof(*w->acts));
	}
	w->acts[w->nacts++] = ev->txid;
}

void
watch_doubt(struct watch *w, uint64_t seal, int64_t from, int64_t to)
{
	size_t i;

	for (i = 0; i < w->ndoubts; i++)
		if (w->doubts[i].seal == seal)
			return;
	w->doubts =
	    xreallocarray(w->doubts, w->ndoubts + 1, sizeof(*w->doubts));
	w->doubts[w->ndoubts++] = (struct doubt){ seal, from, to };
}

static int
by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Of the acts in its range: which is the first */
static size_t
first_act(const struct watch *w, int64_t txid)
{
	size_t lo = 0, hi = w->nacts, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (w->acts[mid] < txid)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool
is_explained(const struct watch *w, const struct change *c)
{
	size_t i;

	for (i = first_act(w, c->from); i < w->nacts && w->acts[i] < c->next;
	     i++)
		if (!c->by_version || (uint32_t)w->acts[i] == c->version)
			return true;
	return false;
}

static bool
is_doubtful(const struct watch *w, const struct change *c)
{
	size_t i;

	for (i = 0; i < w->ndoubts; i++)
		if (w->doubts[i].from < c->next && w->doubts[i].to > c->from)
			return true;
	return false;
}

/* An event that would explain it may be among those that are gone: these are
 * named, so nothing is hidden. */
static void
name(struct watch *w, const struct change *c)
{
	const struct finding_at at =
	    FINDING_WINDOW(c->seal, c->since, c->until);
	const char *done = c->gone ? "taken away" : "changed";

	if (is_doubtful(w, c))
		finding_note(w->findings, "window", at,
		    "%s was %s between the seals %" PRIu64 " and %" PRIu64
		    ": events of that time that may say so are not there",
		    c->what, done, c->seal - 1, c->seal);
	else
		finding_put(w->findings, "window", at,
		    "%s was %s between the seals %" PRIu64 " and %" PRIu64
		    ", and no event says so: what happened meanwhile may not "
		    "be in the trail",
		    c->what, done, c->seal - 1, c->seal);
}

void
watch_end(struct watch *w)
{
	size_t i;

	end_wait(w);
	if (w->nacts > 0)
		qsort(w->acts, w->nacts, sizeof(*w->acts), by_number);
	for (i = 0; i < w->nchanges; i++)
		if (!is_explained(w, &w->changes[i]))
			name(w, &w->changes[i]);
}
