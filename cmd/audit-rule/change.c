/* change - put rules in place: their triggers first, then all in one
 * transaction
 *
 * The transaction is tried first. Where it finds tables whose triggers are
 * missing it is rolled back, the triggers are made, table by table, and it is
 * tried again: so bad input is found before anything is touched, and a trigger
 * that no plan mentions records nothing. */

#include "change.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ddl.h"
#include "line.h"
#include "reads.h"
#include "sql.h"

/* somebody else may remove rules, and with them triggers, meanwhile */
#define ROUNDS 5

/* What one round of the transaction has done and found */
struct round {
	struct words done, names, rules; /* for each line; rules as lines */
	struct words changed;		 /* the names of those that changed */
	struct tables unhung, foreign;	 /* ours to mend, and not ours */
	struct words grants;		 /* lines of what was given again */
	struct reads reads;
};

static void
round_free(struct round *r)
{
	words_free(&r->done);
	words_free(&r->names);
	words_free(&r->rules);
	words_free(&r->changed);
	tables_free(&r->unhung);
	tables_free(&r->foreign);
	words_free(&r->grants);
	reads_free(&r->reads);
}

static int
keep_put(int ncols, char *const cols[], void *arg)
{
	struct round *r = arg;

	(void)ncols;
	words_add(&r->done, cols[0]);
	words_add(&r->names, cols[1]);
	words_add(&r->rules, cols[2]);
	if (strcmp(cols[0], "none") != 0)
		words_add(&r->changed, cols[1]);
	return 0;
}

static int
keep_unhung(int ncols, char *const cols[], void *arg)
{
	struct round *r = arg;

	return tables_keep(ncols, cols,
	    strcmp(cols[2], "t") == 0 ? &r->unhung : &r->foreign);
}

static int
keep_grant(int ncols, char *const cols[], void *arg)
{
	struct round *r = arg;

	(void)ncols;
	words_add(&r->grants, cols[0]);
	return 0;
}

static int
named_before(const struct round *r)
{
	int i, last = r->names.n - 1;

	for (i = 0; i < last; i++)
		if (strcmp(r->names.v[i], r->names.v[last]) == 0)
			return 1;
	return 0;
}

/* One line. In a subtransaction a bad one is named, and the next one can be
 * looked at. */
static enum tool_status
put_line(struct run *run, const struct change *c, int i, struct round *r,
    bool sub)
{
	char *params[] = { c->lines.v[i], c->adding ? "true" : "false" };
	const char *place = c->places.v[i][0] != '\0' ? c->places.v[i] : NULL;
	enum tool_status status;

	if (sub && db_script(run->db, "savepoint line") == -1)
		return run_failed(run, NULL);
	if (db_query(run->db, sql_rule_put, 2, params, keep_put, r) == 0) {
		if (!named_before(r))
			return TOOL_OK;
		warnx("%s%srule %s a second time", place != NULL ? place : "",
		    place != NULL ? ": " : "", r->names.v[r->names.n - 1]);
		return TOOL_MISUSE;
	}
	status = run_failed(run, place);
	db_forget(run->db);
	if (sub && status == TOOL_MISUSE &&
	    db_script(run->db, "rollback to line") == -1)
		return run_failed(run, NULL);
	return status;
}

/* What is wrong with the lines beside this one: in subtransactions, to no end
 */
static enum tool_status
try_others(struct run *run, const struct change *c, int bad)
{
	struct round r = { .done.n = 0 };
	enum tool_status status = TOOL_MISUSE;
	int i;

	if (db_rollback(run->db) == -1 || db_begin(run->db, DB_WRITE) == -1)
		return run_failed(run, NULL);
	for (i = 0; i < c->lines.n && status != TOOL_FAILED; i++)
		if (i != bad && put_line(run, c, i, &r, true) == TOOL_FAILED)
			status = TOOL_FAILED;
	round_free(&r);
	return status;
}

/* All lines, and no subtransaction: that would give what it writes a number of
 * its own, by which audit-seal could not tell that it was us. */
static enum tool_status
put_lines(struct run *run, const struct change *c, struct round *r)
{
	enum tool_status status = TOOL_OK;
	int i;

	for (i = 0; i < c->lines.n && status == TOOL_OK; i++)
		status = put_line(run, c, i, r, false);
	return status == TOOL_MISUSE ? try_others(run, c, i - 1) : status;
}

/* What the lines leave to do: rules to remove, tables to look at and grants */
static int
put_rest(struct run *run, const struct change *c, struct round *r)
{
	char *names = db_array(r->names.n, r->names.v);
	char *changed = db_array(r->changed.n, r->changed.v);
	int rc = 0;

	if (c->prune)
		rc = db_query(run->db, sql_rule_prune, 1, &names, keep_put, r);
	if (rc == 0)
		rc = db_query(run->db, sql_rule_unhung, 1, &changed,
		    keep_unhung, r);
	if (rc == 0)
		rc = reads_sync(run, &r->reads);
	free(names);
	free(changed);
	return rc;
}

static void
print_tables(const struct tables *t)
{
	int i;

	for (i = 0; i < t->names.n; i++) {
		fputs("{\"do\":\"trigger\",\"table\":", stdout);
		line_put_string(stdout, t->names.v[i], strlen(t->names.v[i]));
		puts("}");
	}
}

static void
print_plan(const struct round *r)
{
	int i;

	print_tables(&r->unhung);
	print_tables(&r->foreign);
	for (i = 0; i < r->done.n; i++)
		if (strcmp(r->done.v[i], "none") != 0)
			printf("{\"do\":\"%s\",\"rule\":%s}\n", r->done.v[i],
			    r->rules.v[i]);
	for (i = 0; i < r->grants.n; i++)
		printf("{\"do\":\"grant\",\"grant\":%s}\n", r->grants.v[i]);
	reads_print(&r->reads);
}

static void
tell(const struct run *run, const struct round *r)
{
	static const struct {
		const char *done, *told;
	} words[] = {
		{ "add", "added" },
		{ "change", "changed" },
		{ "enable", "enabled" },
		{ "disable", "disabled" },
		{ "none", "is in place already" },
		{ "remove", "removed" },
	};
	size_t k;
	int i;

	if (run->given['v'] == NULL)
		return;
	for (i = 0; i < r->done.n; i++)
		for (k = 0; k < sizeof(words) / sizeof(*words); k++)
			if (strcmp(r->done.v[i], words[k].done) == 0)
				warnx("rule %s: %s", r->names.v[i],
				    words[k].told);
}

/* Print what the tables' owners have to run. Their identities, which stand in
 * it, must still be theirs then: that much is written. */
static enum tool_status
hand_over(struct run *run, const struct tables *t)
{
	char *script = NULL;
	int i;

	for (i = 0; i < t->oids.n; i++)
		warnx("%s: only its owner can put triggers on it",
		    t->names.v[i]);
	warnx("let these statements be run, then run this again:");
	if (db_begin(run->db, DB_WRITE) == -1 ||
	    db_script(run->db, sql_lock_rules) == -1)
		return run_failed(run, NULL);
	for (i = 0; i < t->oids.n; i++) {
		if (db_value(run->db, sql_trigger_script, 1, &t->oids.v[i],
			&script) == -1)
			return run_failed(run, t->names.v[i]);
		fputs(script != NULL ? script : "", stderr);
		free(script);
	}
	if (db_commit(run->db) == -1)
		return run_failed(run, NULL);
	return TOOL_FAILED;
}

/* Put the tables' triggers right; those that are, are kept in hung. */
static enum tool_status
hang_all(struct run *run, const struct round *r, struct tables *hung)
{
	enum tool_status status = TOOL_OK;
	int i;

	if (r->foreign.oids.n > 0)
		return hand_over(run, &r->foreign);
	for (i = 0; i < r->unhung.oids.n && status == TOOL_OK; i++) {
		status = ddl_hang(run, &r->unhung, i);
		if (status == TOOL_OK)
			tables_add(hung, r->unhung.oids.v[i],
			    r->unhung.names.v[i]);
	}
	return status;
}

/* Try the transaction: TOOL_OK and *again means that triggers are missing. */
static enum tool_status
try_once(struct run *run, const struct change *c, struct round *r, bool *again)
{
	enum tool_status status;

	*again = false;
	if (db_begin(run->db, DB_WRITE) == -1)
		return run_failed(run, NULL);
	status = put_lines(run, c, r);
	if (status == TOOL_OK && put_rest(run, c, r) == -1)
		status = run_failed(run, NULL);
	if (status == TOOL_OK && run->given['n'] != NULL)
		print_plan(r);
	else if (status == TOOL_OK) {
		*again = r->unhung.oids.n > 0 || r->foreign.oids.n > 0;
		if (!*again && db_commit(run->db) == -1)
			status = run_failed(run, NULL);
		else if (!*again) {
			tell(run, r);
			reads_hand_over(&r->reads);
			return reads_tell(run, &r->names);
		}
	}
	if (db_rollback(run->db) == -1 && status == TOOL_OK)
		status = run_failed(run, NULL);
	return status;
}

/* Until a round finds all triggers in place, which is the second one if nobody
 * takes them away meanwhile */
static enum tool_status
run_rounds(struct run *run, const struct change *c, struct tables *hung)
{
	enum tool_status status = TOOL_OK;
	bool again = true;
	int rounds;

	for (rounds = 0; again && status == TOOL_OK; rounds++) {
		struct round r = { .done.n = 0 };

		if (rounds == ROUNDS) {
			warnx("another audit-rule takes the triggers away");
			return TOOL_FAILED;
		}
		status = try_once(run, c, &r, &again);
		if (status == TOOL_OK && again)
			status = hang_all(run, &r, hung);
		round_free(&r);
	}
	return status;
}

enum tool_status
change_run(struct run *run, const struct change *c)
{
	struct tables hung = { .oids.n = 0 };
	enum tool_status status = run_rounds(run, c, &hung);
	int i;

	/* what was made for nothing */
	db_forget(run->db);
	for (i = 0; status != TOOL_OK && i < hung.oids.n; i++)
		ddl_unhang(run, &hung, i);
	tables_free(&hung);
	return status;
}

/* Put one table's triggers right after the other, as far as we can. */
static enum tool_status
mend_all(struct run *run, const struct round *r)
{
	enum tool_status status = TOOL_OK;
	int i;

	for (i = 0; i < r->unhung.oids.n; i++)
		if (ddl_mend(run, &r->unhung, i) != TOOL_OK)
			status = TOOL_FAILED;
	if (r->foreign.oids.n > 0)
		status = hand_over(run, &r->foreign);
	reads_hand_over(&r->reads);
	return r->reads.theirs.n > 0 ? TOOL_FAILED : status;
}

enum tool_status
change_mend(struct run *run)
{
	struct round r = { .done.n = 0 };
	enum tool_status status = TOOL_OK;
	bool dry = run->given['n'] != NULL;
	char *all = NULL;

	if (db_begin(run->db, DB_WRITE) == -1 ||
	    db_exec(run->db, sql_rule_refresh, 0, NULL) == -1 ||
	    db_query(run->db, sql_grant_again, 0, NULL, keep_grant, &r) == -1 ||
	    db_query(run->db, sql_rule_unhung, 1, &all, keep_unhung, &r) ==
		-1 ||
	    reads_sync(run, &r.reads) == -1 ||
	    (!dry && db_commit(run->db) == -1))
		status = run_failed(run, NULL);
	else if (dry) {
		print_plan(&r);
		db_rollback(run->db);
	} else
		status = mend_all(run, &r);
	round_free(&r);
	return status;
}

void
change_free(struct change *c)
{
	words_free(&c->lines);
	words_free(&c->places);
}
