/* compliance-check - the list that an auditor goes through */

#include <stdlib.h>

#include "compliance-item.h"
#include "mem.h"

static const struct {
	const char *name;
	enum cell_tone tone;
} states[CHECK_STATES] = {
	{ "good", TONE_GOOD },
	{ "look at it", TONE_WARN },
	{ "bad", TONE_BAD },
	{ "not given", TONE_NONE },
};

static const struct item {
	const char *name;
	check_fn *check;
	const char *where; /* the part with the proof */
	const char *how;   /* what puts it into the input */
} items[] = {
	{ "What rules cover is recorded", check_coverage, "Rules",
	    "audit-rule check --summary" },
	{ "Rules are in force", check_rules, "Rules", "audit-rule list" },
	{ "No gap: each change recorded", check_gaps, "Rules", "audit-log" },
	{ "Changes of rules", check_rule_changes, "Rules", "audit-log" },
	{ "Triggers were not touched", check_triggers, "Rules", "audit-log" },
	{ "The trail is sealed", check_seals, "Seals", "audit-seal list" },
	{ "Seals are signed", check_signed, "Seals", "audit-seal list" },
	{ "These events are sealed", check_sealed, "Seals",
	    "audit-log; audit-seal list" },
	{ "The trail is as it was sealed", check_verified, "Seals",
	    "audit-seal verify -f json" },
	{ "How long events are kept", check_policies, "Removal",
	    "audit-purge policy list" },
	{ "Events that were removed", check_purges, "Removal", "audit-log" },
	{ "Legal holds", check_holds, "Removal", "audit-purge hold list" },
	{ "Values that were erased", check_erasures, "Removal", "audit-log" },
	{ "Two people for a removal", check_approval, "Removal",
	    "audit-log; audit-purge policy list" },
	{ "Who may do what with the trail", check_grants, "Rights",
	    "audit-rule grant -f json" },
	{ "Acts on the trail itself", check_trail, "Rights", "audit-log" },
	{ "Changes of tables", check_ddl, "Rights",
	    "audit-rule init --event-trigger; audit-log" },
	{ "Changes made by hand", check_by_hand, "Rights", "audit-log" },
	{ "Changes have a name", check_named, "Rights", "audit-log" },
	{ "Refused logins and accesses", check_refused, "Refusals",
	    "audit-log" },
	{ "Blocked sessions", check_blocked, "Refusals", "audit-log" },
	{ "What looks suspicious", check_alerts, "Refusals",
	    "audit-watch --pass" },
};
#define ITEMS (sizeof(items) / sizeof(items[0]))

static const struct view_column columns[] = {
	{ "Item", 34, FIND_TEXT },
	{ "State", 12, FIND_WORD },
	{ "What was found", 70, FIND_TEXT },
	{ "Where the proof is", 36, FIND_TEXT },
};
enum { C_ITEM, C_STATE, C_FOUND, C_WHERE, C_NUMBER };

struct found {
	enum check_state state;
	char *text;
};

static void
put_items(struct view *v, const struct found *found)
{
	struct cell c[C_NUMBER];
	char *where;
	size_t i;

	view_table(v, VIEW_SHORT, "What to tick off", columns, C_NUMBER);
	for (i = 0; i < ITEMS; i++) {
		where = found[i].state == CHECK_NOT_GIVEN
		    ? xasprintf("nowhere; add %s", items[i].how)
		    : xasprintf("part %s", items[i].where);
		c[C_ITEM] = cell_text(items[i].name);
		c[C_STATE] = cell_toned(cell_text(states[found[i].state].name),
		    states[found[i].state].tone);
		if (found[i].state == CHECK_NOT_GIVEN)
			c[C_STATE].kind = CELL_MARK;
		c[C_FOUND] = cell_text(found[i].text);
		c[C_WHERE] = cell_text(where);
		view_row(v, c);
		free(where);
	}
	view_table_end(v);
}

static void
put_head(const struct facts *f, struct view *v, const uint64_t *n)
{
	struct figure figures[CHECK_STATES + 3];
	size_t i;

	view_text(v,
	    "Each item is judged by what is in the input. What is not there is "
	    "never good but not given, with the command that adds it. A filter "
	    "of audit-log, or a period that it leaves out, hides what it "
	    "leaves out here as well.");
	for (i = 0; i < CHECK_STATES; i++)
		figures[i] = (struct figure){ states[i].name,
			n[i] == 0
			    ? cell_count(0)
			    : cell_toned(cell_count(n[i]), states[i].tone),
			NULL };
	figures[i++] = (struct figure){ "events", cell_count(f->events), NULL };
	if (f->events > 0) {
		figures[i++] =
		    (struct figure){ "from", cell_time(f->first), NULL };
		figures[i++] =
		    (struct figure){ "to", cell_time(f->last), NULL };
	}
	view_figures(v, figures, i);
}

void
compliance_check(const struct report *r, struct view *v)
{
	struct found found[ITEMS];
	uint64_t n[CHECK_STATES] = { 0 };
	size_t i, len;
	FILE *fp;

	for (i = 0; i < ITEMS; i++) {
		fp = xmemstream(&found[i].text, &len);
		found[i].state = items[i].check(r, fp);
		xclose(fp);
		n[found[i].state]++;
	}
	put_head(&r->facts, v, n);
	put_items(v, found);
	for (i = 0; i < ITEMS; i++)
		free(found[i].text);
}
