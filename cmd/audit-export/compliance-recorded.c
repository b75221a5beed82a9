/* compliance-recorded - whether all is recorded, and as it was */

#include <inttypes.h>

#include "compliance-item.h"
#include "when.h"

void
check_n(FILE *fp, uint64_t n, const char *one, const char *more)
{
	fprintf(fp, "%" PRIu64 " %s", n, n == 1 ? one : more);
}

bool
check_no_events(const struct report *r, FILE *fp)
{
	if (r->facts.events == 0)
		fputs("no event is in the input", fp);
	return r->facts.events == 0;
}

uint64_t
check_acts(const struct report *r, FILE *fp, const struct check_word *w,
    size_t n)
{
	uint64_t sum = 0, count;
	size_t i;

	for (i = 0; i < n; i++) {
		count = r->facts.n[w[i].act];
		if (count > 0)
			fprintf(fp, "%s%" PRIu64 " %s", sum > 0 ? ", " : "",
			    count, w[i].word);
		sum += count;
	}
	if (sum == 0)
		fputs("none", fp);
	return sum;
}

enum check_state
check_coverage(const struct report *r, FILE *fp)
{
	const struct facts *f = &r->facts;

	if (f->holes + f->notes == 0 && !f->checked) {
		fputs("no line of the check, which says with --summary that it "
		      "found none",
		    fp);
		return CHECK_NOT_GIVEN;
	}
	check_n(fp, f->holes, "hole", "holes");
	if (f->notes > 0)
		fputs(", ", fp);
	if (f->notes > 0)
		check_n(fp, f->notes, "note", "notes");
	return f->holes > 0 ? CHECK_BAD
	    : f->notes > 0  ? CHECK_LOOK
			    : CHECK_GOOD;
}

enum check_state
check_rules(const struct report *r, FILE *fp)
{
	const struct facts *f = &r->facts;

	if (f->lines[INPUT_RULE] == 0) {
		fputs("no rule is in the input", fp);
		return CHECK_NOT_GIVEN;
	}
	check_n(fp, f->lines[INPUT_RULE], "rule", "rules");
	if (f->disabled > 0)
		fprintf(fp, ", %" PRIu64 " of them disabled", f->disabled);
	return f->disabled > 0 ? CHECK_LOOK : CHECK_GOOD;
}

enum check_state
check_gaps(const struct report *r, FILE *fp)
{
	uint64_t logged = r->facts.log_gaps;
	uint64_t changes = r->facts.n[ACT_GAP] - logged;

	if (check_no_events(r, fp))
		return CHECK_NOT_GIVEN;
	if (r->facts.n[ACT_GAP] == 0)
		fputs("no event speaks of one", fp);
	if (changes > 0)
		check_n(fp, changes, "change was not recorded",
		    "changes were not recorded");
	if (changes > 0 && logged > 0)
		fputs(", ", fp);
	if (logged > 0)
		check_n(fp, logged, "gap in the server's log",
		    "gaps in the server's log");
	return r->facts.n[ACT_GAP] > 0 ? CHECK_BAD : CHECK_GOOD;
}

enum check_state
check_rule_changes(const struct report *r, FILE *fp)
{
	static const struct check_word words[] = {
		{ ACT_UNINSTALL, "uninstalled" },
		{ ACT_RULE_REMOVE, "removed" },
		{ ACT_RULE_DISABLE, "disabled" },
		{ ACT_RULE_CHANGE, "changed" },
		{ ACT_RULE_SKIP, "tables left out" },
		{ ACT_RULE_ADD, "added" },
		{ ACT_RULE_ENABLE, "enabled" },
		{ ACT_RULE_COVER, "tables covered" },
	};
	const uint64_t *n = r->facts.n;

	if (check_no_events(r, fp))
		return CHECK_NOT_GIVEN;
	check_acts(r, fp, words, sizeof(words) / sizeof(words[0]));
	if (n[ACT_UNINSTALL] > 0)
		return CHECK_BAD;
	return n[ACT_RULE_REMOVE] + n[ACT_RULE_DISABLE] + n[ACT_RULE_CHANGE] +
		    n[ACT_RULE_SKIP] >
		0
	    ? CHECK_LOOK
	    : CHECK_GOOD;
}

/* A trigger that is missing is no wonder where a rule or a table is new. */
enum check_state
check_triggers(const struct report *r, FILE *fp)
{
	const struct facts *f = &r->facts;
	bool new = f->n[ACT_RULE_ADD] + f->n[ACT_RULE_COVER] +
		f->n[ACT_RULE_ENABLE] + f->n[ACT_RULE_CHANGE] + f->n[ACT_DDL] >
	    0;

	if (check_no_events(r, fp))
		return CHECK_NOT_GIVEN;
	if (f->touched > 0) {
		fputs("found switched off or altered ", fp);
		check_n(fp, f->touched, "time", "times");
		fputs(", and put right", fp);
		return CHECK_BAD;
	}
	if (f->missing == 0) {
		fputs("none was found touched", fp);
		return CHECK_GOOD;
	}
	check_n(fp, f->missing, "table had none before",
	    "tables had none before");
	fputs(new ? ", as new ones do" : ", and no rule or table is new", fp);
	return new ? CHECK_GOOD : CHECK_LOOK;
}

static void
put_time(FILE *fp, int64_t us)
{
	char text[WHEN_LEN];

	when_clock(text, us);
	fputs(text, fp);
}

enum check_state
check_seals(const struct report *r, FILE *fp)
{
	const struct facts *f = &r->facts;
	uint64_t missing;

	if (f->seals == 0) {
		fputs("no seal is in the input", fp);
		return CHECK_NOT_GIVEN;
	}
	check_n(fp, f->seals, "seal of ", "seals of ");
	check_n(fp, f->sealed_events, "event", "events");
	if (f->sealed) {
		fputs(", the last one of ", fp);
		put_time(fp, f->sealed_at);
	}
	missing = f->seal_last - f->seal_first;
	if (f->seals > missing)
		return CHECK_GOOD;
	fprintf(fp, "; %" PRIu64 " between them are not in the input",
	    missing + 1 - f->seals);
	return CHECK_LOOK;
}

enum check_state
check_signed(const struct report *r, FILE *fp)
{
	const struct facts *f = &r->facts;

	if (f->seals == 0) {
		fputs("no seal is in the input", fp);
		return CHECK_NOT_GIVEN;
	}
	if (f->unsigned_seals == 0)
		fputs("all of them; whose key it is audit-seal verify --pubkey "
		      "proves",
		    fp);
	else
		fprintf(fp, "%" PRIu64 " of %" PRIu64 " are not",
		    f->unsigned_seals, f->seals);
	return f->unsigned_seals > 0 ? CHECK_LOOK : CHECK_GOOD;
}

enum check_state
check_sealed(const struct report *r, FILE *fp)
{
	const struct facts *f = &r->facts;
	bool least;
	uint64_t newer = compliance_newer(r, &least);

	if (f->seals == 0 || f->events == 0) {
		fputs(f->seals == 0 ? "no seal is in the input"
				    : "no event is in the input",
		    fp);
		return CHECK_NOT_GIVEN;
	}
	if (newer == 0 && !least)
		fputs("no event is newer than what the last seal covers", fp);
	else {
		fputs(least ? "at least " : "", fp);
		check_n(fp, newer, "event is", "events are");
		fputs(" newer than what the last seal covers", fp);
	}
	if (f->lag_known)
		fprintf(fp, "; audit-seal status says %" PRIu64 " unsealed",
		    f->unsealed);
	return newer > 0 || least || (f->lag_known && f->unsealed > 0)
	    ? CHECK_LOOK
	    : CHECK_GOOD;
}

enum check_state
check_verified(const struct report *r, FILE *fp)
{
	const struct facts *f = &r->facts;

	if (f->findings + f->failed > 0) {
		check_n(fp, f->findings, "finding", "findings");
		fputs(f->failed > 0 ? ", not verified" : "", fp);
		return CHECK_BAD;
	}
	if (f->verified == 0) {
		fputs("no verification is in the input", fp);
		return CHECK_NOT_GIVEN;
	}
	fputs("nothing wrong was found", fp);
	return CHECK_GOOD;
}
