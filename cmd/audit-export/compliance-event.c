/* compliance-event - what a report of compliance takes from events */

#include <string.h>
#include <strings.h>

#include "compliance.h"
#include "siem-op.h"

/* Ops, where they are listed */
static const struct {
	const char *op;
	enum list list;
	enum cell_tone tone;
} acts[ACTS] = {
	[ACT_INIT] = { "init", L_RULE_ACTS, TONE_NONE },
	[ACT_UNINSTALL] = { "uninstall", L_RULE_ACTS, TONE_BAD },
	[ACT_RULE_ADD] = { "rule_add", L_RULE_ACTS, TONE_GOOD },
	[ACT_RULE_CHANGE] = { "rule_change", L_RULE_ACTS, TONE_WARN },
	[ACT_RULE_ENABLE] = { "rule_enable", L_RULE_ACTS, TONE_GOOD },
	[ACT_RULE_DISABLE] = { "rule_disable", L_RULE_ACTS, TONE_WARN },
	[ACT_RULE_REMOVE] = { "rule_remove", L_RULE_ACTS, TONE_WARN },
	[ACT_RULE_COVER] = { "rule_cover", L_RULE_ACTS, TONE_GOOD },
	[ACT_RULE_SKIP] = { "rule_skip", L_RULE_ACTS, TONE_WARN },
	[ACT_RULE_COMPILE] = { "rule_compile", L_RULE_ACTS, TONE_NONE },
	[ACT_RULE_TRIGGER] = { "rule_trigger", L_TRIGGERS, TONE_NONE },
	[ACT_GAP] = { "gap", L_GAPS, TONE_BAD },
	[ACT_POLICY] = { "policy", L_POLICY_ACTS, TONE_NONE },
	[ACT_PURGE] = { "purge", L_PURGES, TONE_NONE },
	[ACT_HOLD] = { "hold", L_HOLD_ACTS, TONE_NONE },
	[ACT_RELEASE] = { "release", L_HOLD_ACTS, TONE_WARN },
	[ACT_ERASE] = { "erase", L_ERASURES, TONE_NONE },
	[ACT_PREPARE] = { "prepare", L_APPROVALS, TONE_NONE },
	[ACT_APPROVE] = { "approve", L_APPROVALS, TONE_GOOD },
	[ACT_GRANT] = { "grant", L_GRANT_ACTS, TONE_NONE },
	[ACT_REVOKE] = { "revoke", L_GRANT_ACTS, TONE_NONE },
	[ACT_DDL] = { "ddl", L_DDL, TONE_NONE },
	[ACT_SESSION_BLOCK] = { "session_block", L_BLOCKS, TONE_WARN },
	[ACT_SESSION_UNBLOCK] = { "session_unblock", L_BLOCKS, TONE_NONE },
	[ACT_SESSION_POLICY] = { "session_policy", L_BLOCKS, TONE_NONE },
};

bool
compliance_id(uint8_t id[static 16], struct json j)
{
	size_t i, n = 0;
	int digit;

	if (json_kind(j) != '"' || j.len != 38)
		return false;
	memset(id, 0, 16);
	for (i = 1; i < j.len - 1; i++) {
		char c = j.p[i];

		if (c == '-')
			continue;
		digit = c >= '0' && c <= '9' ? c - '0'
		    : c >= 'a' && c <= 'f'   ? c - 'a' + 10
					     : -1;
		if (digit == -1 || n == 32)
			return false;
		id[n / 2] = (uint8_t)(id[n / 2] << 4 | digit);
		n++;
	}
	return n == 32;
}

static void
put_id(struct ring *ring, struct json j)
{
	uint8_t id[16], *at = ring->id[ring->n % RING];

	if (!compliance_id(id, j))
		return;
	if (ring->n >= RING && memcmp(at, ring->passed, 16) > 0)
		memcpy(ring->passed, at, 16);
	memcpy(at, id, 16);
	ring->n++;
}

uint64_t
compliance_newer(const struct report *r, bool *least)
{
	const struct ring *ring = &r->ring;
	uint64_t i, n = 0;

	for (i = 0; i < ring->n && i < RING; i++)
		n += memcmp(ring->id[i], r->facts.sealed_id, 16) > 0;
	*least = memcmp(ring->passed, r->facts.sealed_id, 16) > 0;
	return n;
}

/* What people write SQL with, as it names itself */
static bool
is_by_hand(struct json app)
{
	static const char *const names[] = { "psql", "pgadmin", "dbeaver",
		"datagrip", "heidisql", "navicat", "postico", "tableplus",
		"sqlworkbench", "sql workbench", "beekeeper", "pgcli",
		"adminer", "phppgadmin", "omnidb" };
	size_t i, len;

	if (json_kind(app) != '"')
		return false;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		len = strlen(names[i]);
		if (app.len >= len + 2 &&
		    strncasecmp(app.p + 1, names[i], len) == 0)
			return true;
	}
	return false;
}

/* Count what r->key names. */
static int
count(struct report *r, struct tally *t, int64_t at)
{
	struct span *sum = tally_at(t, r->key.p, r->key.len);
	struct span once = span_once(at);

	if (sum == NULL)
		return -1;
	span_add(sum, &once);
	return 0;
}

static int
put_change(struct report *r, const struct input *in)
{
	const struct event *e = in->event;

	r->facts.changes++;
	r->facts.unnamed += json_kind(e->v[E_ACTOR]) == 'n';
	if (!is_by_hand(e->v[E_APP]))
		return 0;
	r->facts.by_hand++;
	buf_reset(&r->key);
	brief_part_who(&r->key, e);
	brief_part(&r->key, e->v[E_APP]);
	brief_part_table(&r->key, e);
	return count(r, r->by_hand, in->at);
}

static int
put_refused(struct report *r, const struct input *in)
{
	const struct event *e = in->event;

	r->facts.refused++;
	buf_reset(&r->key);
	brief_part_who(&r->key, e);
	brief_part(&r->key,
	    json_kind(e->v[E_ADDR]) == '"' ? e->v[E_ADDR]
					   : json_member(e->v[E_NEW], "addr"));
	brief_part(&r->key, e->v[E_OP]);
	return count(r, r->refused, in->at);
}

/* Triggers that were there and not as they were made: somebody touched them.
 * Where there was none it may be a new table. */
static enum cell_tone
put_trigger(struct facts *f, struct json new)
{
	struct json found = json_member(new, "found"), key, value;
	struct json_iter i;
	bool touched = false, missing = false;

	json_begin(&i, found);
	while (json_kind(found) == '[' && json_next(&i, &key, &value))
		if (json_says(value, "missing"))
			missing = true;
		else
			touched = true;
	f->touched += touched;
	f->missing += missing && !touched;
	return touched ? TONE_BAD : TONE_NONE;
}

static enum cell_tone
put_purge(struct facts *f, struct json new)
{
	bool policy = json_kind(json_member(new, "policy")) != 'n';
	uint64_t n;

	if (brief_count(json_member(new, "events"), &n))
		f->purged += n;
	f->no_policy += !policy;
	f->no_archive += json_kind(json_member(new, "archive")) == 'n';
	f->alone += json_kind(json_member(new, "act")) == 'n';
	return policy ? TONE_NONE : TONE_WARN;
}

static enum cell_tone
put_erase(struct facts *f, struct json new)
{
	bool why = json_kind(json_member(new, "why")) != 'n';
	uint64_t n;

	if (brief_count(json_member(new, "events"), &n))
		f->erased += n;
	f->no_why += !why;
	f->alone += json_kind(json_member(new, "act")) == 'n';
	return why ? TONE_NONE : TONE_WARN;
}

/* Somebody who may see all, or remove, or say what is recorded */
static enum cell_tone
put_grant(struct facts *f, struct json key)
{
	static const char *const kinds[] = { "admin", "auditor", "purger",
		"sealer" };
	struct json kind = json_member(key, "kind");
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (json_says(kind, kinds[i])) {
			f->powerful++;
			return TONE_WARN;
		}
	return TONE_NONE;
}

/* A policy that there was before may have been made a shorter one. */
static enum cell_tone
put_policy(struct facts *f, const struct event *e)
{
	if (json_kind(e->v[E_OLD]) == 'n')
		return TONE_NONE;
	f->shortened++;
	return TONE_WARN;
}

static int
put_act(struct report *r, const struct input *in, enum act act)
{
	const struct event *e = in->event;
	enum cell_tone tone = acts[act].tone;
	struct facts *f = &r->facts;

	f->n[act]++;
	switch (act) {
	case ACT_RULE_TRIGGER: tone = put_trigger(f, e->v[E_NEW]); break;
	case ACT_GAP: f->log_gaps += siem_is_logged(e); break;
	case ACT_PURGE: tone = put_purge(f, e->v[E_NEW]); break;
	case ACT_ERASE: tone = put_erase(f, e->v[E_NEW]); break;
	case ACT_GRANT: tone = put_grant(f, e->v[E_KEY]); break;
	case ACT_POLICY: tone = put_policy(f, e); break;
	default: break;
	}
	list_put(r, acts[act].list, in, tone);
	/* it is the server, not a role, that leaves a gap */
	if (act == ACT_GAP)
		return 0;
	buf_reset(&r->key);
	brief_part_who(&r->key, e);
	brief_part(&r->key, e->v[E_OP]);
	return count(r, r->trail, in->at);
}

static bool
is_one_of(struct json op, const char *const *ops)
{
	for (; *ops != NULL; ops++)
		if (json_says(op, *ops))
			return true;
	return false;
}

int
compliance_event(struct report *r, const struct input *in)
{
	static const char *const changes[] = { "insert", "update", "delete",
		"truncate", NULL };
	static const char *const refused[] = { "login_failed", "denied", NULL };
	struct facts *f = &r->facts;
	struct json op = in->event->v[E_OP];
	size_t i;

	if (f->events == 0 || in->at < f->first)
		f->first = in->at;
	if (f->events == 0 || in->at > f->last)
		f->last = in->at;
	f->events++;
	put_id(&r->ring, in->event->v[E_ID]);
	if (is_one_of(op, changes))
		return put_change(r, in);
	if (is_one_of(op, refused))
		return put_refused(r, in);
	for (i = 0; i < ACTS; i++)
		if (json_says(op, acts[i].op))
			return put_act(r, in, i);
	return 0;
}
