/* policy - how long events are kept, and whether acts need to be approved */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "print.h"
#include "run.h"
#include "sql.h"

static const struct grid_column columns[] = {
	{ "POLICY", 6, 0, GRID_RIGHT },
	{ "TABLE", 12, 0, GRID_WRAP },
	{ "OPS", 8, 0, GRID_WRAP },
	{ "KEEP", 8, 0, GRID_WRAP },
	{ "BY", 6, 0, GRID_CUT },
	{ "AT (", 16, 0, GRID_CUT },
};
#define COLUMNS ((int)(sizeof(columns) / sizeof(*columns)))

static enum tool_status
list(struct run *run)
{
	char *required = NULL;
	enum tool_status status =
	    print_list(run, sql_policy_list, sql_policy_rows, COLUMNS, columns);

	/* the lines say so themselves */
	if (status != TOOL_OK || !run->table || run->given['q'] != NULL)
		return status;
	if (db_value(run->db, sql_policy_required, 0, NULL, &required) == -1)
		return run_failed(run, NULL);
	if (required != NULL && *required == 't')
		warnx("another role has to approve of each act");
	free(required);
	return TOOL_OK;
}

static int
put_policy(int ncols, char *const cols[], void *arg)
{
	const struct run *run = arg;

	(void)ncols;
	puts(cols[0]);
	if (*cols[1] == 'f' && run->given['v'] != NULL)
		warnx("it was so already");
	if (strcmp(cols[2], "0") == 0 && run->tables.n > 0 &&
	    run->given['q'] == NULL)
		warnx("no table that had a rule is named so yet");
	return 0;
}

/* All of them or none; keep NULL: they are taken away. */
static enum tool_status
change(struct run *run, const char *keep)
{
	struct words *tables = &run->tables;
	char *params[3] = { NULL, (char *)run->given[OPT_OP], (char *)keep };
	enum tool_status status = run_connect(run, RUN_NEEDS);
	bool any = false;
	int rc;

	if (status != TOOL_OK)
		return status;
	if (tables->n > 0)
		params[0] = db_array(tables->n, tables->v);
	rc = keep != NULL
	    ? db_query(run->db, sql_policy_put, 3, params, put_policy, run)
	    : db_query(run->db, sql_policy_remove, 2, params, print_line, &any);
	free(params[0]);
	if (rc == -1)
		return run_failed(run, "policy");
	if (keep == NULL && !any && run->given['v'] != NULL)
		warnx("there was no such policy");
	return TOOL_OK;
}

/* What became of the wish to have acts approved, or not any more */
struct wish {
	bool done;
	char *waits; /* the act that another role has to approve first */
};

static int
keep_wish(int ncols, char *const cols[], void *arg)
{
	struct wish *w = arg;

	(void)ncols;
	w->done = *cols[0] == 't';
	w->waits = xstrdup_null(cols[1]);
	return 0;
}

static enum tool_status
say_wish(const struct run *run, const struct wish *w, bool on)
{
	if (w->waits != NULL) {
		printf("{\"act\":\"%s\",\"what\":\"approval\"}\n", w->waits);
		warnx("another role has to approve of this first: audit-purge "
		      "approve %s; then audit-purge policy unset "
		      "--require-approval --act %s",
		    w->waits, w->waits);
		return TOOL_NO;
	}
	printf("{\"require_approval\":%s}\n", on ? "true" : "false");
	if (!w->done && run->given['v'] != NULL)
		warnx("it was so already");
	return TOOL_OK;
}

static enum tool_status
approval(struct run *run, bool on)
{
	char *params[2] = { on ? "true" : "false", NULL };
	enum tool_status status = run_connect(run, RUN_NEEDS);
	struct wish w = { .done = false };

	if (status != TOOL_OK ||
	    (run->given[OPT_ACT] != NULL &&
		(status = run_act(run, run->given[OPT_ACT], &params[1])) !=
		    TOOL_OK))
		return status;
	if (db_query(run->db, sql_policy_approval, 2, params, keep_wish, &w) ==
	    -1)
		status = run_failed(run, "policy");
	else
		status = say_wish(run, &w, on);
	free(params[1]);
	free(w.waits);
	return status;
}

static bool
is_given(const struct run *run, const int opts[], int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (run->given[opts[i]] != NULL)
			return true;
	return false;
}

static enum tool_status
change_or_approval(struct run *run, const char *what)
{
	static const int others[] = { 't', OPT_OP, OPT_KEEP };
	const char *keep = run->given[OPT_KEEP];
	bool on = strcmp(what, "set") == 0;

	if (run->given['f'] != NULL)
		tool_misuse("-f is for policy list");
	if (run->given[OPT_REQUIRE_APPROVAL] != NULL) {
		if (is_given(run, others, 3))
			tool_misuse("--require-approval stands alone");
		if (on && run->given[OPT_ACT] != NULL)
			tool_misuse("policy set takes no --act");
		return approval(run, on);
	}
	if (run->given[OPT_ACT] != NULL)
		tool_misuse("--act goes with --require-approval");
	if (on && keep == NULL)
		tool_misuse("policy set: say how long to --keep");
	if (!on && keep != NULL)
		tool_misuse("policy unset takes no --keep");
	return change(run, keep);
}

enum tool_status
run_policy(struct run *run, int argc, char *argv[])
{
	static const int all[] = { 't', OPT_OP, OPT_KEEP, OPT_ACT,
		OPT_REQUIRE_APPROVAL };
	const char *what = argc > 0 ? argv[0] : "list";

	if (strcmp(what, "set") == 0 || strcmp(what, "unset") == 0)
		return change_or_approval(run, what);
	if (strcmp(what, "list") != 0)
		tool_misuse("policy %s: list, set or unset", what);
	if (is_given(run, all, 5))
		tool_misuse("policy: say set or unset");
	return list(run);
}
