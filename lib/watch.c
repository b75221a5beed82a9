/* watch - whether what decides about capturing was changed only by acts that
 * are events themselves */

#include "watch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "acts.h"
#include "digest.h"
#include "json.h"
#include "mem.h"
#include "state.h"

/* Something that was changed or taken away and has to be explained */
struct change {
	char *what; /* as a sentence has it */
	bool gone;
	uint64_t seal; /* the one after it; 0: none yet */
	struct acts_need need;
	int64_t since, until; /* when the two states were */
};

struct watch {
	struct findings *findings;
	struct digest *digest;
	struct seal seal; /* the last one; without its own memory */
	bool any, same_cluster;
	bool anew;   /* all of it is another one than before */
	bool wanted; /* its state is another one, and has not come yet */
	bool now;    /* what comes is the state of now, no seal's */
	int64_t next;
	int64_t before_at;
	struct state state;
	uint8_t hash[DIGEST_LEN]; /* of its text */
	bool stale;		  /* it is not that of the seal before */
	struct change *changes;
	size_t nchanges;
	struct acts acts; /* that may explain them */
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
	acts_free(&w->acts);
	free(w->doubts);
	free(w);
}

/* Comparing two */

/* audit-purge runs each night: it must not explain what others did. */
static enum act_kind
need_of(const struct state_entry *e, bool gone)
{
	char *name = state_said(e, STATE_NAME);
	bool month = gone &&
	    (state_is(e, "partition") || state_is(e, "relation")) &&
	    strncmp(name, "event_", strlen("event_")) == 0;

	free(name);
	if (month || state_is(e, "retention") || state_is(e, "hold") ||
	    state_is(e, "approval"))
		return ACT_PURGE;
	return gone || state_is(e, "plan") ? ACT_DDL : ACT_RULE;
}

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
	c->need.kind = need_of(e, c->gone);
	c->seal = w->now ? 0 : w->seal.no;
	c->need.from = w->now ? w->seal.to : w->seal.from;
	c->need.next = w->now ? w->next : w->seal.next;
	c->since = w->now ? w->seal.at : w->before_at;
	c->until = w->seal.at;
	if (now == NULL ||
	    json_same(e->part[STATE_VERSION], now->part[STATE_VERSION]))
		return;
	version = state_said(now, STATE_VERSION);
	c->need.by_version = true;
	c->need.version = (uint32_t)strtoul(version, NULL, 10);
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
	if (w->now)
		finding_put(w->findings, "state", (struct finding_at){ NULL },
		    "%s %s", what, why);
	else
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
		.seal = w->now ? 0 : w->seal.no,
		.need = { .kind = ACT_INIT,
		    .from = w->now ? w->seal.to : w->seal.from,
		    .next = w->now ? w->next : w->seal.next },
		.since = w->now ? w->seal.at : w->before_at,
		.until = w->seal.at,
	};
	w->anew = true;
}

/* Where all is another there is nothing to compare. */
static void
note_moved(struct watch *w)
{
	if (w->now)
		finding_note(w->findings, "restored",
		    (struct finding_at){ NULL },
		    "this is another database than that of seal %" PRIu64
		    ": the trail was restored",
		    w->seal.no);
	else
		finding_note(w->findings, "restored", FINDING_SEAL(w->seal.no),
		    "seal %" PRIu64 " is of another database than the seal "
		    "before: the trail was restored between them",
		    w->seal.no);
}

static void
compare(struct watch *w, const struct state *was, const struct state *now)
{
	static const struct state none = { NULL, NULL, 0 };
	size_t i = 0, j = 0;
	int order;

	w->anew = false;
	if (state_is_anew(was, now) && state_moved(was, now)) {
		note_moved(w);
		was = &none;
	} else if (state_is_anew(was, now))
		add_anew(w);
	while (i < was->n || j < now->n) {
		order = i == was->n ? 1
		    : j == now->n   ? -1
				    : state_compare(&was->v[i], &now->v[j]);
		if (order > 0) {
			check_entry(w, now, &now->v[j]);
			/* nobody lets events go and does not say so */
			if (was->n > 0 && state_is(&now->v[j], "retention"))
				add_change(w, now, &now->v[j], &now->v[j]);
		} else if (order < 0) {
			if (!state_is_idle(&was->v[i]) &&
			    !(state_is_tables(&was->v[i]) &&
				state_table_went(now, &was->v[i])))
				add_change(w, was, &was->v[i], NULL);
		} else if (!state_is_idle(&now->v[j]) &&
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
	w->stale = true;
	finding_put(w->findings, "state", FINDING_SEAL(w->seal.no),
	    "the state that seal %" PRIu64 " has is not stored", w->seal.no);
}

void
watch_seal(struct watch *w, const struct seal *s, const struct seal *before)
{
	bool known;

	end_wait(w);
	known =
	    w->state.text != NULL && memcmp(w->hash, s->state, DIGEST_LEN) == 0;
	/* where seals are missing, one of them may have brought it */
	w->wanted = !known &&
	    (before != NULL ? memcmp(before->state, s->state, DIGEST_LEN) != 0
			    : s->no == 0);
	w->stale = !known && (w->stale || before == NULL);
	w->same_cluster = before != NULL && before->system == s->system;
	if (before != NULL)
		w->before_at = before->at;
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
	memcpy(w->hash, s->state, DIGEST_LEN);
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
		w->stale = true;
		state_free(&now);
		return;
	}
	compare(w,
	    w->same_cluster && !w->stale && w->state.text != NULL ? &w->state
								  : &none,
	    &now);
	w->wanted = false;
	w->stale = false;
	state_free(&w->state);
	w->state = now;
	memcpy(w->hash, w->seal.state, DIGEST_LEN);
}

void
watch_now(struct watch *w, const char *text, size_t len, int64_t next)
{
	struct state now = { NULL, NULL, 0 };

	end_wait(w);
	if (!w->any || w->stale || w->state.text == NULL ||
	    !state_read(&now, text, len))
		return;
	w->now = true;
	w->next = next;
	compare(w, &w->state, &now);
	state_free(&now);
}

void
watch_event(struct watch *w, const struct leaf_event *ev)
{
	acts_add(&w->acts, ev);
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

static bool
is_doubtful(const struct watch *w, const struct change *c)
{
	size_t i;

	for (i = 0; i < w->ndoubts; i++)
		if (w->doubts[i].from < c->need.next &&
		    w->doubts[i].to > c->need.from)
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

	if (c->seal == 0)
		finding_put(w->findings, "window",
		    (struct finding_at){ .since = &c->since },
		    "%s was %s after seal %" PRIu64
		    ", and no event says so: what happened meanwhile may not "
		    "be in the trail",
		    c->what, done, w->seal.no);
	else if (is_doubtful(w, c))
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
	acts_end(&w->acts);
	for (i = 0; i < w->nchanges; i++)
		if (!acts_explain(&w->acts, &w->changes[i].need))
			name(w, &w->changes[i]);
}
