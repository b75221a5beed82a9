/* rules - who changes what is recorded, and what could not be recorded */

#include <inttypes.h>
#include <string.h>

#include "guard.h"
#include "mark.h"

/* How it is said; severity ALARM_LOW: it adds to what is recorded. What the
 * server does by itself, to follow the tables, is not there. */
static const struct act {
	const char *op, *verb;
	int severity;
} acts[] = {
	{ "rule_disable", "switched off rule", 0 },
	{ "rule_remove", "removed rule", 0 },
	{ "rule_enable", "switched on rule", ALARM_LOW },
	{ "rule_add", "added rule", ALARM_LOW },
	{ "rule_skip", "left out a table:", 0 },
	{ "rule_trigger", "found triggers altered on", 0 },
	{ "rule_change", "changed rule", 0 },
	{ "grant", "gave rights on the trail to", 0 },
	{ "revoke", "took rights on the trail from", ALARM_LOW },
	{ "policy", "changed how long is kept:", 0 },
	{ "release", "released a hold:", 0 },
	{ "uninstall", "took the audit away:", 0 },
};

static const struct act *
act_of(struct said op)
{
	size_t i;

	for (i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (said_is(op, acts[i].op))
			return &acts[i];
	return NULL;
}

/* The triggers of a table were put right, as they are when it has a rule for
 * the first time, or taken away. */
static const struct act hung = { "", "put triggers on", ALARM_LOW },
			unhung = { "", "took the triggers from", 0 };

static const struct act *
act_of_trigger(const struct act *altered, const struct fact *e)
{
	struct json found = json_member(e->new, "found"), key, value;
	struct json_iter i;

	if (found.p == NULL)
		return &unhung;
	json_begin(&i, found);
	while (json_next(&i, &key, &value))
		if (!json_says(value, "missing"))
			return altered;
	return &hung;
}

static const struct act other = { "", "changed the rules:", 0 };

static bool
is_automatic(struct said op)
{
	return said_is(op, "rule_compile") || said_is(op, "rule_table") ||
	    said_is(op, "rule_cover");
}

/* What it was about: its label, or a member of its details */
static struct said
object_of(const struct fact *e)
{
	static const char *const names[] = { "rule", "role", "policy", "hold",
		"table" };
	const struct json where[] = { e->event.v[E_KEY], e->new, e->old };
	struct json j = { NULL, 0 };
	size_t i;

	for (i = 0; json_kind(j) != '"' && i < 15; i++)
		j = json_member(where[i / 5], names[i % 5]);
	if (json_kind(j) == '"')
		return (struct said){ j.p + 1, j.len - 2 };
	return e->table.p != NULL ? e->table : e->op_text;
}

static void
on_rules(struct guard *g, const struct fact *e)
{
	const struct act *act = act_of(e->op_text);
	struct alarm a = { .pattern = P_RULES_CHANGED,
		.count = 1,
		.add = 1,
		.op = e->op,
		.table = e->table.p != NULL };

	if (is_automatic(e->op_text) || !config_wants(g->config, a.pattern, e))
		return;
	if (act == NULL)
		act = &other;
	else if (said_is(e->op_text, "rule_trigger"))
		act = act_of_trigger(act, e);
	/* of one op, what adds must not hide what takes away */
	a.key = mark_pair(mark_bytes(fact_here(e, e->who), e->op_text.p,
			      e->op_text.len),
	    mark_bytes(0, act->verb, strlen(act->verb)));
	a.severity = act->severity;
	if (!alarm_due(g, e, &a))
		return;
	if (a.count == 1)
		alarm_give(g, e, &a, "%s %s %s", name_who(e), act->verb,
		    name_of(object_of(e)));
	else
		alarm_give(g, e, &a, "%s %s %s and %" PRIu64 " others",
		    name_who(e), act->verb, name_of(object_of(e)), a.count - 1);
}

static void
on_gap(struct guard *g, const struct fact *e)
{
	struct json reason = json_member(e->new, "reason");
	struct alarm a = { .pattern = P_GAP,
		.count = 1,
		.add = 1,
		.table = e->table.p != NULL };
	struct said why = { NULL, 0 };

	if (json_kind(reason) == '"')
		why = (struct said){ reason.p + 1, reason.len - 2 };
	a.key =
	    mark_pair(mark_bytes(fact_here(e, 1), why.p, why.len), e->relation);
	if (!config_wants(g->config, a.pattern, e) || !alarm_due(g, e, &a))
		return;
	alarm_give(g, e, &a, "%" PRIu64 " gap%s in the trail: %s%s%s", a.count,
	    a.count == 1 ? "" : "s",
	    why.p != NULL ? name_of(why) : "something was not recorded",
	    e->table.p != NULL ? " on " : "",
	    e->table.p != NULL ? name_table(e) : "");
}

static void
rules_event(struct guard *g, void *state, const struct fact *e)
{
	(void)state;
	if (e->op == OP_RULES)
		on_rules(g, e);
	else if (e->op == OP_GAP)
		on_gap(g, e);
}

const struct detector detector_rules = { .event = rules_event };
