/* compliance-done - what was done by those who may do more than others */

#include <inttypes.h>

#include "compliance-item.h"

enum check_state
check_policies(const struct report *r, FILE *fp)
{
	const struct facts *f = &r->facts;

	if (f->lines[INPUT_POLICY] == 0)
		fputs("no policy is in the input; ", fp);
	else {
		check_n(fp, f->lines[INPUT_POLICY], "policy", "policies");
		fputs("; ", fp);
	}
	fprintf(fp, "in the events: %" PRIu64 " set",
	    f->n[ACT_POLICY] - f->shortened);
	if (f->shortened > 0) {
		fprintf(fp, ", %" PRIu64 " changed or unset", f->shortened);
		return CHECK_LOOK;
	}
	return f->lines[INPUT_POLICY] == 0 ? CHECK_NOT_GIVEN : CHECK_GOOD;
}

enum check_state
check_purges(const struct report *r, FILE *fp)
{
	const struct facts *f = &r->facts;

	if (check_no_events(r, fp))
		return CHECK_NOT_GIVEN;
	if (f->n[ACT_PURGE] == 0) {
		fputs("nothing was removed", fp);
		return CHECK_GOOD;
	}
	check_n(fp, f->purged, "event in ", "events in ");
	check_n(fp, f->n[ACT_PURGE], "step", "steps");
	if (f->no_policy > 0)
		fprintf(fp, ", %" PRIu64 " without a policy", f->no_policy);
	if (f->no_archive > 0)
		fprintf(fp, ", %" PRIu64 " without an archive", f->no_archive);
	return f->no_policy + f->no_archive > 0 ? CHECK_LOOK : CHECK_GOOD;
}

enum check_state
check_holds(const struct report *r, FILE *fp)
{
	static const struct check_word words[] = {
		{ ACT_HOLD, "set" },
		{ ACT_RELEASE, "released" },
	};
	const struct facts *f = &r->facts;

	if (f->lines[INPUT_HOLD] == 0)
		fputs("no hold is in the input; in the events: ", fp);
	else {
		check_n(fp, f->lines[INPUT_HOLD], "hold", "holds");
		fputs("; in the events: ", fp);
	}
	check_acts(r, fp, words, 2);
	if (f->n[ACT_RELEASE] > 0)
		return CHECK_LOOK;
	return f->lines[INPUT_HOLD] == 0 ? CHECK_NOT_GIVEN : CHECK_GOOD;
}

enum check_state
check_erasures(const struct report *r, FILE *fp)
{
	const struct facts *f = &r->facts;

	if (check_no_events(r, fp))
		return CHECK_NOT_GIVEN;
	if (f->n[ACT_ERASE] == 0) {
		fputs("nothing was erased", fp);
		return CHECK_GOOD;
	}
	check_n(fp, f->n[ACT_ERASE], "erasure, of values in ",
	    "erasures, of values in ");
	check_n(fp, f->erased, "event", "events");
	if (f->no_why > 0)
		fprintf(fp, ", %" PRIu64 " without a reason", f->no_why);
	return f->no_why > 0 ? CHECK_LOOK : CHECK_GOOD;
}

enum check_state
check_approval(const struct report *r, FILE *fp)
{
	static const struct check_word words[] = {
		{ ACT_PREPARE, "prepared" },
		{ ACT_APPROVE, "approved" },
	};
	const struct facts *f = &r->facts;

	if (f->approval)
		fputs("acts have to be approved; ", fp);
	if (check_no_events(r, fp))
		return f->approval ? CHECK_GOOD : CHECK_NOT_GIVEN;
	if (f->n[ACT_PURGE] + f->n[ACT_ERASE] + f->n[ACT_PREPARE] == 0) {
		fputs("there was no act", fp);
		return CHECK_GOOD;
	}
	if (f->alone > 0) {
		check_n(fp, f->alone, "act was", "acts were");
		fputs(" done by one role alone", fp);
	}
	if (f->n[ACT_PREPARE] + f->n[ACT_APPROVE] > 0) {
		fputs(f->alone > 0 ? "; " : "", fp);
		check_acts(r, fp, words, 2);
	} else if (f->alone == 0)
		fputs("each was approved before", fp);
	return f->alone > 0 ? CHECK_LOOK : CHECK_GOOD;
}

enum check_state
check_grants(const struct report *r, FILE *fp)
{
	static const struct check_word words[] = {
		{ ACT_GRANT, "granted" },
		{ ACT_REVOKE, "revoked" },
	};
	const struct facts *f = &r->facts;

	if (f->lines[INPUT_GRANT] == 0)
		fputs("the grants are not in the input; in the events: ", fp);
	else {
		check_n(fp, f->lines[INPUT_GRANT], "grant", "grants");
		fputs("; in the events: ", fp);
	}
	check_acts(r, fp, words, 2);
	if (f->powerful > 0) {
		fprintf(fp,
		    ", %" PRIu64 " of these an admin, auditor, purger "
		    "or sealer",
		    f->powerful);
		return CHECK_LOOK;
	}
	return f->lines[INPUT_GRANT] == 0 ? CHECK_NOT_GIVEN : CHECK_GOOD;
}

enum check_state
check_trail(const struct report *r, FILE *fp)
{
	const struct facts *f = &r->facts;

	if (check_no_events(r, fp))
		return CHECK_NOT_GIVEN;
	if (f->acts == 0) {
		fputs("there was none", fp);
		return CHECK_GOOD;
	}
	check_n(fp, f->acts, "act by ", "acts by ");
	check_n(fp, f->actors, "role", "roles");
	fputs("; who of them is a superuser, events do not tell", fp);
	return CHECK_LOOK;
}

enum check_state
check_ddl(const struct report *r, FILE *fp)
{
	if (check_no_events(r, fp))
		return CHECK_NOT_GIVEN;
	if (r->facts.n[ACT_DDL] > 0) {
		check_n(fp, r->facts.n[ACT_DDL], "change of a table",
		    "changes of tables");
		return CHECK_LOOK;
	}
	fputs("none is in the events; without --event-trigger none would be",
	    fp);
	return CHECK_NOT_GIVEN;
}

enum check_state
check_by_hand(const struct report *r, FILE *fp)
{
	const struct facts *f = &r->facts;

	if (check_no_events(r, fp))
		return CHECK_NOT_GIVEN;
	fprintf(fp, "%" PRIu64 " of %" PRIu64 " changes came from such a tool",
	    f->by_hand, f->changes);
	return f->by_hand > 0 ? CHECK_LOOK : CHECK_GOOD;
}

enum check_state
check_named(const struct report *r, FILE *fp)
{
	const struct facts *f = &r->facts;

	if (check_no_events(r, fp))
		return CHECK_NOT_GIVEN;
	fprintf(fp,
	    "%" PRIu64 " of %" PRIu64 " changes have a role, but no name",
	    f->unnamed, f->changes);
	return f->unnamed > 0 ? CHECK_LOOK : CHECK_GOOD;
}

#define MANY 5 /* refusals of one, from one address */

enum check_state
check_refused(const struct report *r, FILE *fp)
{
	const struct facts *f = &r->facts;

	if (check_no_events(r, fp))
		return CHECK_NOT_GIVEN;
	if (f->refused == 0)
		fputs("none", fp);
	else
		check_n(fp, f->refused, "refusal", "refusals");
	if (f->most_refused >= MANY)
		fprintf(fp, ", up to %" PRIu64 " of one, from one address",
		    f->most_refused);
	return f->most_refused >= MANY ? CHECK_LOOK : CHECK_GOOD;
}

enum check_state
check_blocked(const struct report *r, FILE *fp)
{
	static const struct check_word words[] = {
		{ ACT_SESSION_BLOCK, "blocked" },
		{ ACT_SESSION_UNBLOCK, "unblocked" },
		{ ACT_SESSION_POLICY, "limits changed" },
	};

	if (check_no_events(r, fp))
		return CHECK_NOT_GIVEN;
	return check_acts(r, fp, words, 3) > 0 ? CHECK_LOOK : CHECK_GOOD;
}

enum check_state
check_alerts(const struct report *r, FILE *fp)
{
	const struct facts *f = &r->facts;

	if (f->lines[INPUT_ALERT] == 0) {
		fputs("no alert is in the input", fp);
		return CHECK_NOT_GIVEN;
	}
	check_n(fp, f->lines[INPUT_ALERT], "alert", "alerts");
	if (f->serious > 0)
		fprintf(fp, ", %" PRIu64 " of them critical or high",
		    f->serious);
	return CHECK_LOOK;
}
