/* compliance-list - the tables with the details: what is in their columns */

#include "compliance.h"

#define WORD(name)                 \
	{                          \
		name, 0, FIND_WORD \
	}
#define TEXT(name)                 \
	{                          \
		name, 0, FIND_TEXT \
	}
#define WIDE(name)                  \
	{                           \
		name, 60, FIND_TEXT \
	}
#define WHEN(name)                 \
	{                          \
		name, 0, FIND_TIME \
	}
#define ID                               \
	{                                \
		"Event", 37, FIND_DETAIL \
	}

/* What acts have in common */
#define ACT_COLUMNS                                                          \
	{                                                                    \
		WHEN("Time"), WORD("Act"), TEXT("On"), WIDE("What changed"), \
		    WORD("Who"), WORD("With"), ID                            \
	}
#define ACT_SOURCES                                                  \
	{                                                            \
		{ S_AT, NULL, NULL }, { S_OP, NULL, NULL },          \
		    { S_KEY, NULL, NULL }, { S_CHANGE, NULL, NULL }, \
		    { S_WHO, NULL, NULL }, { S_APP, NULL, NULL },    \
		{                                                    \
			S_ID, NULL, NULL                             \
		}                                                    \
	}

const struct list_of compliance_lists[LISTS] = {
	[L_RULES] = { "Rules", "Rules now", "rules",
	    "The rules are not in the input: audit-rule list.", false,
	    { WORD("State"), TEXT("Rule"), WIDE("Tables"), TEXT("Operations"),
		TEXT("Hidden"), TEXT("Left out"), TEXT("Ignored"),
		TEXT("Only if"), TEXT("Groups"), TEXT("Actors"),
		TEXT("But not") },
	    { { S_ENABLED, NULL, NULL }, { S_TEXT, "rule", NULL },
		{ S_TEXT, "table", NULL }, { S_TEXT, "ops", NULL },
		{ S_TEXT, "mask", NULL }, { S_TEXT, "exclude", NULL },
		{ S_TEXT, "ignore", NULL }, { S_TEXT, "when", NULL },
		{ S_TEXT, "groups", NULL }, { S_TEXT, "actors", NULL },
		{ S_TEXT, "except_actors", NULL } } },
	[L_HOLES] = { "Rules", "Holes: what could go unrecorded", "holes",
	    "No line of audit-rule check is in the input. It prints one for "
	    "each hole: either it was not run, or it found none, which its "
	    "exit status says.",
	    false,
	    { WORD("Severity"), WORD("Hole"), WORD("Table"), WORD("Rule"),
		WIDE("What is wrong"), WIDE("What mends it") },
	    { { S_TEXT, "severity", NULL }, { S_TEXT, "hole", NULL },
		{ S_TEXT, "table", NULL }, { S_TEXT, "rule", NULL },
		{ S_TEXT, "message", NULL }, { S_TEXT, "fix", NULL } } },
	[L_RULE_ACTS] = { "Rules", "Changes of rules", "changes",
	    "No event is about a rule.", false, ACT_COLUMNS, ACT_SOURCES },
	[L_TRIGGERS] = { "Rules", "Triggers put right", "events",
	    "No event is about a trigger.", false,
	    { WHEN("Time"), WORD("Found"), WORD("On"), WIDE("Done"),
		WORD("Who"), WORD("With"), ID },
	    { { S_AT, NULL, NULL }, { S_TEXT, "found", NULL },
		{ S_KEY, NULL, NULL }, { S_TEXT, "done", NULL },
		{ S_WHO, NULL, NULL }, { S_APP, NULL, NULL },
		{ S_ID, NULL, NULL } } },
	[L_GAPS] = { "Rules", "Changes that could not be recorded", "gaps",
	    "No event says that a change could not be recorded.", false,
	    { WHEN("Time"), WORD("Table"), WORD("Operation"), WORD("SQLSTATE"),
		WIDE("Message"), WORD("Who"), WORD("With"), ID },
	    { { S_AT, NULL, NULL }, { S_TABLE, NULL, NULL },
		{ S_TEXT, "op", NULL }, { S_TEXT, "sqlstate", NULL },
		{ S_TEXT, "message", NULL }, { S_WHO, NULL, NULL },
		{ S_APP, NULL, NULL }, { S_ID, NULL, NULL } } },
	[L_FINDINGS] = { "Seals", "What audit-seal verify said", "lines",
	    "No verification is in the input: audit-seal verify -f json.",
	    false,
	    { WORD("Said"), TEXT("Seal"), WIDE("Message"), TEXT("Seals"),
		TEXT("Events"), TEXT("Unsealed"), TEXT("Purged"),
		TEXT("Erased"), { "Event", 37, FIND_TEXT } },
	    { { S_VERDICT, NULL, NULL }, { S_COUNT, "seal", NULL },
		{ S_TEXT, "message", NULL }, { S_COUNT, "seals", NULL },
		{ S_COUNT, "events", NULL }, { S_COUNT, "unsealed", NULL },
		{ S_COUNT, "purged", NULL }, { S_COUNT, "erased", NULL },
		{ S_TEXT, "id", NULL } } },
	[L_SEALS] = { "Seals", "Seals", "seals",
	    "No seal is in the input: audit-seal list.", false,
	    { WHEN("Made"), TEXT("Seal"), TEXT("Events"),
		{ "First event", 37, FIND_TEXT },
		{ "Last event", 37, FIND_TEXT }, { "Key", 20, FIND_TEXT },
		{ "Root", 20, FIND_TEXT }, { "Tool", 20, FIND_DETAIL } },
	    { { S_TIME, "at", NULL }, { S_COUNT, "seal", NULL },
		{ S_COUNT, "events", NULL }, { S_TEXT, "first", NULL },
		{ S_TEXT, "last", NULL }, { S_TEXT, "key", "not signed" },
		{ S_TEXT, "root", NULL }, { S_TEXT, "tool", NULL } } },
	[L_POLICIES] = { "Removal", "How long events are kept", "policies",
	    "No policy is in the input: audit-purge policy list. Without any, "
	    "all events are kept.",
	    false,
	    { TEXT("Policy"), WIDE("Tables"), TEXT("Operations"),
		TEXT("Keeps for"), WHEN("Set"), WORD("By"), TEXT("Approval") },
	    { { S_COUNT, "policy", NULL }, { S_TEXT, "table", "all" },
		{ S_TEXT, "ops", "all" }, { S_TEXT, "keep", NULL },
		{ S_TIME, "at", NULL }, { S_TEXT, "role", NULL },
		{ S_TEXT, "require_approval", NULL } } },
	[L_POLICY_ACTS] = { "Removal", "Changes of policies", "changes",
	    "No event is about a policy.", false, ACT_COLUMNS, ACT_SOURCES },
	[L_PURGES] = { "Removal", "What was removed", "removals",
	    "No event says that events were removed.", false,
	    { WHEN("Time"), TEXT("Events"), TEXT("Of month"),
		WHEN("From before"), WORD("Policy"), TEXT("Archive"),
		WORD("Who"), TEXT("Approved act"), TEXT("Run"), ID },
	    { { S_AT, NULL, NULL }, { S_COUNT, "events", NULL },
		{ S_TEXT, "month", NULL }, { S_TIME, "before", NULL },
		{ S_TEXT, "policy", "no policy" },
		{ S_TEXT, "archive.file", "no archive" }, { S_WHO, NULL, NULL },
		{ S_TEXT, "act", NULL }, { S_TEXT, "run", NULL },
		{ S_ID, NULL, NULL } } },
	[L_HOLDS] = { "Removal", "Legal holds now", "holds",
	    "No hold is in the input: audit-purge hold list.", false,
	    { TEXT("Hold"), WIDE("Why"), WORD("Table"), TEXT("Record"),
		TEXT("Actor"), TEXT("Session"), WHEN("Since"), WHEN("Until"),
		WHEN("Set"), WORD("By") },
	    { { S_COUNT, "hold", NULL }, { S_TEXT, "why", "no reason" },
		{ S_TEXT, "table", NULL }, { S_TEXT, "key", NULL },
		{ S_TEXT, "actor", NULL }, { S_TEXT, "session", NULL },
		{ S_TIME, "since", NULL }, { S_TIME, "until", NULL },
		{ S_TIME, "at", NULL }, { S_TEXT, "role", NULL } } },
	[L_HOLD_ACTS] = { "Removal", "Holds set and released", "acts",
	    "No event is about a hold.", false, ACT_COLUMNS, ACT_SOURCES },
	[L_ERASURES] = { "Removal", "What was erased", "erasures",
	    "No event says that values were erased.", false,
	    { WHEN("Time"), TEXT("Events"), WORD("Of a"), WORD("Table"),
		TEXT("Columns"), WIDE("Why"), WORD("Who"), TEXT("Approved act"),
		ID },
	    { { S_AT, NULL, NULL }, { S_COUNT, "events", NULL },
		{ S_TEXT, "what", NULL }, { S_TABLE, NULL, NULL },
		{ S_TEXT, "redacted", NULL }, { S_TEXT, "why", "no reason" },
		{ S_WHO, NULL, NULL }, { S_TEXT, "act", NULL },
		{ S_ID, NULL, NULL } } },
	[L_APPROVALS] = { "Removal", "Acts prepared and approved", "acts",
	    "No act was prepared for approval.", false, ACT_COLUMNS,
	    ACT_SOURCES },
	[L_GRANTS] = { "Rights", "Who may do what with the trail", "grants",
	    "The grants are not in the input: audit-rule grant -f json.", false,
	    { WORD("Kind"), WORD("Role"), WIDE("Tables"),
		TEXT("Through the group") },
	    { { S_TEXT, "kind", NULL }, { S_TEXT, "role", NULL },
		{ S_TEXT, "tables", "all" }, { S_TEXT, "group", NULL } } },
	[L_GRANT_ACTS] = { "Rights", "Granted and revoked", "acts",
	    "No event is about a grant.", false, ACT_COLUMNS, ACT_SOURCES },
	[L_TRAIL] = { "Rights", "Who acted on the trail", "roles",
	    "No event is an act on the trail.", true,
	    { WORD("Who"), TEXT("Acts"), WIDE("What"), WHEN("First"),
		WHEN("Last") },
	    { { S_END, NULL, NULL } } },
	[L_BY_HAND] = { "Rights", "Changes made by hand", "rows",
	    "No change came from a tool with which people write SQL, such as "
	    "psql, as far as its application_name tells.",
	    true,
	    { WORD("Who"), WORD("With"), WORD("Table"), TEXT("Changes"),
		WHEN("First"), WHEN("Last") },
	    { { S_END, NULL, NULL } } },
	[L_DDL] = { "Rights", "Changes of tables", "changes",
	    "No event is about the definition of a table. They are recorded "
	    "only after audit-rule init --event-trigger.",
	    false,
	    { WHEN("Time"), WORD("Table"), WORD("Command"), TEXT("Object"),
		WORD("Who"), WORD("With"), ID },
	    { { S_AT, NULL, NULL }, { S_TABLE, NULL, NULL },
		{ S_TEXT, "command", NULL }, { S_TEXT, "object", NULL },
		{ S_WHO, NULL, NULL }, { S_APP, NULL, NULL },
		{ S_ID, NULL, NULL } } },
	[L_REFUSED] = { "Refusals", "Who was refused", "rows",
	    "No event says that somebody was refused.", true,
	    { WORD("Who"), WORD("From"), WORD("What"), TEXT("Times"),
		WHEN("First"), WHEN("Last") },
	    { { S_END, NULL, NULL } } },
	[L_BLOCKS] = { "Refusals", "Sessions blocked, and their limits", "acts",
	    "No event says that sessions were blocked.", false, ACT_COLUMNS,
	    ACT_SOURCES },
};

size_t
list_columns(enum list l)
{
	size_t n = 0;

	while (n < LIST_COLUMNS && compliance_lists[l].columns[n].name != NULL)
		n++;
	return n;
}
