/* compliance-item - what an auditor ticks off, item by item */
#ifndef AUDIT_EXPORT_COMPLIANCE_ITEM_H
#define AUDIT_EXPORT_COMPLIANCE_ITEM_H

#include <stdio.h>

#include "compliance.h"

enum check_state {
	CHECK_GOOD,
	CHECK_LOOK,
	CHECK_BAD,
	CHECK_NOT_GIVEN,
	CHECK_STATES
};

/* What was found of an item goes to fp, a few words; each returns its state. */
typedef enum check_state check_fn(const struct report *, FILE *fp);

/* compliance-recorded.c: what is recorded, and whether it is as it was */
check_fn check_coverage;
check_fn check_rules;
check_fn check_gaps;
check_fn check_rule_changes;
check_fn check_triggers;
check_fn check_seals;
check_fn check_signed;
check_fn check_sealed;
check_fn check_verified;

/* compliance-done.c: what was done by those who may do more than others */
check_fn check_policies;
check_fn check_purges;
check_fn check_holds;
check_fn check_erasures;
check_fn check_approval;
check_fn check_grants;
check_fn check_trail;
check_fn check_ddl;
check_fn check_by_hand;
check_fn check_named;
check_fn check_refused;
check_fn check_blocked;
check_fn check_alerts;

/* "1 event", "2 events" */
void check_n(FILE *, uint64_t n, const char *one, const char *more);
/* Nothing can be said without events: say so. */
bool check_no_events(const struct report *, FILE *);
/* Some acts in words: "2 added, 1 removed", or "none" */
struct check_word {
	enum act act;
	const char *word;
};
uint64_t check_acts(const struct report *, FILE *, const struct check_word *,
    size_t n);

#endif
