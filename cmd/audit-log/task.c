/* task - do what audit-log was asked for */

#include "task.h"

#include <err.h>

#include "grid.h"
#include "sql.h"
#include "typed.h"

bool
task_follows(const struct task *t)
{
	return t->follow.on || t->follow.checkpoint != NULL;
}

/* What there is now */
static enum tool_status
print(struct db *db, struct task *t)
{
	struct output *o = &t->output;
	enum tool_status status;

	if (filter_clip(&t->filter, db) == -1) {
		warnx("%s", db_error(db));
		return TOOL_FAILED;
	}
	output_open(o);
	status = t->count.on ? count_print(&t->count, db, &t->filter, o)
			     : output_events(o, db, &t->filter);
	output_close(o);
	if (db_error(db) != NULL)
		warnx("%s", db_error(db));
	else if (status == TOOL_FAILED && t->filter.both != NULL &&
	    both_error(t->filter.both) != NULL)
		warnx("%s", both_error(t->filter.both));
	return status;
}

static enum tool_status
print_from(struct db *db, struct task *t)
{
	struct sources *sources = t->sources;

	t->sources = NULL;
	return from_print(sources, db, &t->filter, &t->output, &t->count);
}

/* Which trails there are to choose from, for all that is asked */
static enum tool_status
choose(struct db *db, struct task *t)
{
	struct both *b = t->filter.both;
	enum tool_status status;

	if (b != NULL) {
		status = both_open(b, db, &t->trails);
		t->output.trails = &b->trails;
		t->output.own = b->own;
		return status;
	}
	status = typed_trails(db, &t->trails, &t->chosen);
	if (db_is_archive(db))
		t->output.trails = &t->chosen;
	return status;
}

/* An archive's events come with their seals, whole trails at a time. */
static enum tool_status
follow_archive(struct db **db, struct task *t)
{
	const struct filter *f = &t->filter;

	if (t->follow.checkpoint != NULL || f->since != NULL ||
	    f->params[F_LIMIT] != NULL) {
		warnx("%s of an archive database: --follow prints what arrives "
		      "from now on",
		    t->follow.checkpoint != NULL ? "--checkpoint"
			: f->since != NULL	 ? "-s"
						 : "-l");
		return TOOL_MISUSE;
	}
	return follow_seals(&t->follow, db, t->conninfo, &t->trails, &t->chosen,
	    &t->filter, &t->output);
}

/* db NULL: nobody need be asked */
static enum tool_status
find(struct db **db, struct task *t)
{
	struct output *o = &t->output;
	struct both *b = t->filter.both;
	enum tool_status status;

	if (*db == NULL)
		return print_from(NULL, t);
	if (db_check_version(*db) == -1) {
		warnx("%s", db_error(*db));
		return TOOL_FAILED;
	}
	if ((status = choose(*db, t)) != TOOL_OK)
		return status;
	if (db_script(*db, sql_log_begin) == -1 ||
	    (o->rows != NULL && rows_begin(o->rows, *db) == -1)) {
		warnx("%s", db_error(*db));
		return TOOL_FAILED;
	}
	if ((status = filter_resolve(&t->filter, *db)) != TOOL_OK ||
	    (b != NULL && (status = both_resolve(b, &t->filter)) != TOOL_OK))
		return status;
	if (t->sources != NULL)
		return print_from(*db, t);
	if (task_follows(t) && db_is_archive(*db))
		return follow_archive(db, t);
	return task_follows(t)
	    ? follow(&t->follow, db, t->conninfo, &t->filter, o)
	    : print(*db, t);
}

enum tool_status
task_run(struct task *t)
{
	struct filter *f = &t->filter;
	struct output *o = &t->output;
	enum tool_status status;
	struct db *db = NULL;

	f->shared = f->from.n > 0 || t->archive != NULL;
	if (f->from.n > 0 && (t->sources = sources_open(&f->from)) == NULL)
		return TOOL_MISUSE;
	t->both =
	    (struct both){ .conninfo = t->conninfo, .archived = t->archive };
	if (t->archive != NULL)
		f->both = &t->both;
	if (t->sources == NULL || from_asks(f, o, &t->count)) {
		db = db_open(t->conninfo);
		db_needs(db, DB_NEEDS_READER);
		db_verbose(db, o->verbose);
		if (t->archive != NULL)
			db_name(db, "live database");
		if (t->sources == NULL)
			db_takes_archive(db);
	}
	status = find(&db, t);
	both_close(&t->both);
	db_close(db);
	if (t->sources != NULL)
		sources_close(t->sources);
	if (o->verbose && !t->count.on && status == TOOL_OK)
		warnx("%llu event%s", o->lines, o->lines == 1 ? "" : "s");
	if (status == TOOL_OK && (f->keys.bad || f->bad_sessions))
		return TOOL_NO;
	return status;
}
