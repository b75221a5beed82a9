/* run - one run of audit-seal: what was asked for, and its connection */

#include "run.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

enum tool_status
run_failed(struct run *run, const char *what)
{
	warnx("%s%s%s", what != NULL ? what : "", what != NULL ? ": " : "",
	    db_error(run->db));
	return db_is_misuse(run->db) ? TOOL_MISUSE : TOOL_FAILED;
}

static enum tool_status
open_db(struct run *run, const char *needs, bool archive)
{
	run->db = db_open(run->given['d']);
	db_verbose(run->db, run->given['v'] != NULL);
	db_needs(run->db, needs);
	if (archive)
		db_takes_archive(run->db);
	if (db_check_version(run->db) == 0)
		return TOOL_OK;
	warnx("%s", db_error(run->db));
	return TOOL_FAILED;
}

enum tool_status
run_open(struct run *run, const char *needs)
{
	return open_db(run, needs, false);
}

/* The archive's own is one of them only if it was named: nobody seals it. */
static void
drop_own(struct run *run)
{
	struct trails *t = &run->trails;

	if (run->named.n > 0 || t->n == 0 || t->v[0].no != 0)
		return;
	free(t->v[0].id);
	free(t->v[0].name);
	memmove(t->v, t->v + 1, --t->n * sizeof(*t->v));
}

enum tool_status
run_open_trails(struct run *run, const char *needs)
{
	enum tool_status status = open_db(run, needs, true);

	if (status != TOOL_OK)
		return status;
	run->archive = db_is_archive(run->db);
	if (!run->archive && run->named.n > 0) {
		warnx("--trail: this is a trail, and no archive database");
		return TOOL_MISUSE;
	}
	if (!run->archive)
		return TOOL_OK;
	if (trails_choose(&run->trails, run->db, &run->named) == -1)
		return run_failed(run, NULL);
	drop_own(run);
	if (run->trails.n > 0)
		return TOOL_OK;
	warnx("there is no trail in this archive yet: run audit-seal ship");
	return TOOL_NO;
}

enum tool_status
run_choose(struct run *run, const struct trail *one)
{
	return trails_choose_one(run->db, one) == -1 ? run_failed(run, NULL)
						     : TOOL_OK;
}

char *
run_names(const struct run *run)
{
	const struct trails *t = &run->trails;
	char *text;
	size_t i, len;
	FILE *fp = xmemstream(&text, &len);

	for (i = 0; i < t->n; i++)
		fprintf(fp, "%s%s", i > 0 ? ", " : "", t->v[i].name);
	xclose(fp);
	return text;
}

enum tool_status
run_choose_only(struct run *run)
{
	char *names;

	if (!run->archive)
		return TOOL_OK;
	if (run->trails.n == 1)
		return run_choose(run, &run->trails.v[0]);
	names = run_names(run);
	warnx("which trail? --trail says it: %s", names);
	free(names);
	return TOOL_MISUSE;
}

const struct trail *
run_only(const struct run *run)
{
	return run->archive ? &run->trails.v[0] : NULL;
}

enum tool_status
run_walk(struct run *run, struct walk *w, const struct trail *one)
{
	const struct walk_from from = { .db = run->db,
		.conninfo = run->given['d'],
		.since = run->given['s'],
		.until = run->given['u'],
		.one = one,
		.jobs = run->jobs };
	enum tool_status status = one != NULL ? run_choose(run, one) : TOOL_OK;

	*w = (struct walk){ .db = NULL };
	return status == TOOL_OK ? walk_open(w, &from) : status;
}
