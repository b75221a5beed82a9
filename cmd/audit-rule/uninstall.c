/* uninstall - take the triggers away, then, if asked, the trail */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ddl.h"
#include "install.h"
#include "line.h"
#include "mem.h"
#include "reads.h"
#include "run.h"
#include "sql.h"

/* What there is to take away */
struct plan {
	struct words events;   /* statements that drop event triggers */
	struct tables tables;  /* that carry triggers */
	struct tables foreign; /* the same, of owners who are not us */
	struct reads reads;    /* grants to take back: nothing is done yet */
	struct words drops;    /* statements that drop the trail */
	struct words groups;   /* and its group roles */
};

static void
plan_free(struct plan *p)
{
	words_free(&p->events);
	tables_free(&p->tables);
	tables_free(&p->foreign);
	reads_free(&p->reads);
	words_free(&p->drops);
	words_free(&p->groups);
}

static int
keep_statement(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	words_add(arg, cols[0]);
	return 0;
}

static int
keep_table(int ncols, char *const cols[], void *arg)
{
	struct plan *p = arg;

	return tables_keep(ncols, cols,
	    *cols[3] == 't' ? &p->tables : &p->foreign);
}

static int
keep_read(int ncols, char *const cols[], void *arg)
{
	struct reads *r = arg;

	(void)ncols;
	if (*cols[0] == 't') {
		words_add(&r->done, cols[1]);
		return 0;
	}
	words_add(&r->theirs, cols[1]);
	words_add(&r->owners, cols[2]);
	return 0;
}

/* What captures; nothing in an archive database does. */
static int
plan_capture(struct run *run, struct plan *p)
{
	if (db_is_archive(run->db))
		return 0;
	if (db_query(run->db, sql_uninstall_event_triggers, 0, NULL,
		keep_statement, &p->events) == -1 ||
	    db_query(run->db, sql_uninstall_tables, 0, NULL, keep_table, p) ==
		-1)
		return -1;
	return db_query(run->db, sql_uninstall_reads, 0, NULL, keep_read,
	    &p->reads);
}

static enum tool_status
make_plan(struct run *run, struct plan *p)
{
	char *scripts = install_text(db_is_archive(run->db));
	enum tool_status status = TOOL_OK;

	if (plan_capture(run, p) == -1 ||
	    (run->given[OPT_DROP_TRAIL] != NULL &&
		(db_query(run->db, sql_uninstall_usage, 0, NULL, keep_statement,
		     &p->drops) == -1 ||
		    db_query(run->db, sql_uninstall_drop, 1, &scripts,
			keep_statement, &p->drops) == -1 ||
		    db_query(run->db, sql_uninstall_groups, 0, NULL,
			keep_statement, &p->groups) == -1)))
		status = run_failed(run, NULL);
	free(scripts);
	return status;
}

static void
print_statement(const char *statement)
{
	fputs("{\"do\":\"sql\",\"sql\":", stdout);
	line_put_string(stdout, statement, strlen(statement));
	puts("}");
}

static void
print_tables(const struct tables *t)
{
	int i;

	for (i = 0; i < t->names.n; i++) {
		fputs("{\"do\":\"drop_triggers\",\"table\":", stdout);
		line_put_string(stdout, t->names.v[i], strlen(t->names.v[i]));
		puts("}");
	}
}

static void
print_plan(const struct plan *p)
{
	int i;

	for (i = 0; i < p->events.n; i++)
		print_statement(p->events.v[i]);
	print_tables(&p->tables);
	print_tables(&p->foreign);
	reads_print(&p->reads);
	for (i = 0; i < p->drops.n; i++)
		print_statement(p->drops.v[i]);
	for (i = 0; i < p->groups.n; i++)
		print_statement(p->groups.v[i]);
}

/* TOOL_OK if a user says yes, or has said so already */
static enum tool_status
agree(const struct run *run)
{
	char answer[16];

	if (run->given['y'] != NULL)
		return TOOL_OK;
	if (!isatty(STDIN_FILENO)) {
		warnx("uninstall: say -y");
		return TOOL_MISUSE;
	}
	fputs(run->given[OPT_DROP_TRAIL] != NULL
		? "Stop auditing, and drop all events for ever? [yes/no] "
		: "Stop auditing? [yes/no] ",
	    stderr);
	if (fgets(answer, sizeof(answer), stdin) != NULL &&
	    (strcmp(answer, "yes\n") == 0 || strcmp(answer, "y\n") == 0))
		return TOOL_OK;
	return TOOL_NO;
}

/* Statements in one transaction */
static int
run_statements(struct run *run, const struct words *w)
{
	int i;

	if (db_begin(run->db, DB_WRITE) == -1)
		return -1;
	for (i = 0; i < w->n; i++)
		if (db_script(run->db, w->v[i]) == -1)
			return -1;
	return db_commit(run->db);
}

/* Print what a table's owner has to run. */
static enum tool_status
hand_over(struct run *run, const struct tables *t, int i)
{
	char *script = NULL;

	warnx("%s: only its owner can take the triggers off it:",
	    t->names.v[i]);
	if (db_value(run->db, sql_uninstall_script, 1, &t->oids.v[i],
		&script) == -1)
		return run_failed(run, NULL);
	fputs(script != NULL ? script : "", stderr);
	free(script);
	return TOOL_FAILED;
}

static enum tool_status
drop_triggers(struct run *run, const struct plan *p)
{
	enum tool_status status = TOOL_OK;
	int i;

	for (i = 0; i < p->foreign.oids.n; i++)
		status = hand_over(run, &p->foreign, i);
	reads_hand_over(&p->reads);
	if (p->reads.theirs.n > 0)
		status = TOOL_FAILED;
	for (i = 0; i < p->tables.oids.n; i++)
		if (ddl_run(run, &p->tables, i, sql_trigger_drop, true) !=
		    TOOL_OK)
			status = TOOL_FAILED;
	if (status != TOOL_OK)
		warnx("these tables are still audited: run uninstall again");
	return status;
}

static enum tool_status
remove_rules(struct run *run)
{
	if (db_is_archive(run->db))
		return TOOL_OK;
	if (db_begin(run->db, DB_WRITE) == -1 ||
	    db_script(run->db, sql_uninstall_rules) == -1 ||
	    db_exec(run->db, sql_read_sync, 0, NULL) == -1 ||
	    db_commit(run->db) == -1)
		return run_failed(run, NULL);
	return TOOL_OK;
}

/* One after the other: of what somebody has given a group elsewhere we know
 * nothing. */
static void
drop_groups(struct run *run, const struct words *groups)
{
	int i;

	for (i = 0; i < groups->n; i++)
		if (db_script(run->db, groups->v[i]) == -1) {
			warnx("warning: a group role stays: %s",
			    db_error(run->db));
			db_forget(run->db);
		}
}

static enum tool_status
drop_trail(struct run *run, const struct plan *p)
{
	char *rest = NULL, *pgaudit = NULL;

	if (db_value(run->db, sql_uninstall_pgaudit, 0, NULL, &pgaudit) == -1 ||
	    run_statements(run, &p->drops) == -1)
		return run_failed(run, "the trail stays");
	if (pgaudit != NULL)
		warnx("warning: pgaudit.role names a role that goes: %s",
		    pgaudit);
	free(pgaudit);
	if (db_value(run->db, sql_uninstall_rest, 0, NULL, &rest) == -1)
		return run_failed(run, NULL);
	if (rest != NULL)
		warnx("schema audit stays, for what others have made in it: "
		      "%s",
		    rest);
	else if (db_script(run->db, "drop schema audit") == -1)
		return run_failed(run, NULL);
	free(rest);
	drop_groups(run, &p->groups);
	return TOOL_OK;
}

enum tool_status
run_uninstall(struct run *run, int argc, char *argv[])
{
	struct plan p = { .drops.n = 0 };
	enum tool_status status;

	(void)argc;
	(void)argv;
	if (run->given['n'] == NULL && (status = agree(run)) != TOOL_OK)
		return status;
	run_connect(run);
	/* who dropped the schema by hand dropped the triggers with it */
	if (db_error(run->db) == NULL && run->owner == NULL) {
		if (run->given['v'] != NULL)
			warnx("there is no schema audit");
		return TOOL_OK;
	}
	status = run_open_any_writer(run);
	db_needs(run->db, NULL); /* nobody can grant that */
	(void)(status || (status = make_plan(run, &p)));
	if (status == TOOL_OK && run->given['n'] != NULL)
		print_plan(&p);
	else if (status == TOOL_OK) {
		if (run_statements(run, &p.events) == -1)
			status = run_failed(run, NULL);
		(void)(status || (status = drop_triggers(run, &p)) ||
		    (status = remove_rules(run)));
		if (status == TOOL_OK && run->given[OPT_DROP_TRAIL] != NULL)
			status = drop_trail(run, &p);
	}
	plan_free(&p);
	return status;
}
