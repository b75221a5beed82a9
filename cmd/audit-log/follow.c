/* follow - events as they commit, each once
 *
 * Ids are not in the order of commits: an event may come to light after others
 * with later ids. What a snapshot of the server shows and an earlier one does
 * not is a set of events that never changes again, whoever asks for it and
 * when: so follow() prints one such set after the other, each by id, and can
 * stop and go on anywhere inside. */

#include "follow.h"

#include <err.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mem.h"
#include "sql.h"
#include "typed.h"

#define SAVE_SECONDS 60

struct state {
	const struct follow *what;
	struct db *db;
	const char *conninfo;
	struct filter *filter;
	struct output *output;
	struct checkpoint c; /* path NULL: kept in memory alone */
	struct mark now;
	char after[EVENT_ID];	  /* printed of c.upto so far, "": nothing */
	unsigned long long saved; /* lines */
	time_t saved_at;
	int interval_ms;
};

static void
mark_copy(struct mark *to, const struct mark *from)
{
	mark_free(to);
	to->started = xstrdup_null(from->started);
	to->snapshot = xstrdup_null(from->snapshot);
	to->before = xstrdup_null(from->before);
}

/* After this a new start goes on behind what has been written. */
static int
save(void *arg)
{
	struct state *s = arg;

	output_flush(s->output);
	strlcpy(s->c.last, s->output->last, sizeof(s->c.last));
	s->c.offset = output_offset(s->output);
	s->saved = s->output->lines;
	s->saved_at = time(NULL);
	return s->c.path == NULL ? 0 : checkpoint_write(&s->c);
}

/* Where nothing matches, others commit all the time. */
static bool
worth_saving(const struct state *s)
{
	return !s->what->on || s->output->lines > s->saved ||
	    time(NULL) - s->saved_at >= SAVE_SECONDS;
}

struct looked {
	char *trail, *cluster;
	struct mark mark;
};

static int
keep_mark(int ncols, char *const cols[], void *arg)
{
	struct looked *l = arg;

	(void)ncols;
	l->trail = xstrdup_null(cols[0]);
	l->cluster = xstrdup_null(cols[1]);
	l->mark = (struct mark){ xstrdup_null(cols[2]), xstrdup_null(cols[3]),
		xstrdup_null(cols[4]) };
	return 1;
}

/* It has to be the trail of before; c->trail is NULL at first. */
static enum tool_status
recognize(struct checkpoint *c, const struct looked *l)
{
	const char *place = c->path == NULL ? "--follow" : c->path;

	if (c->trail == NULL) {
		c->trail = xstrdup_null(l->trail);
		c->cluster = xstrdup_null(l->cluster);
	}
	if (l->trail == NULL || strcmp(l->trail, c->trail) != 0) {
		warnx("%s: this database has another trail", place);
		return TOOL_MISUSE;
	}
	if (strcmp(l->cluster, c->cluster) != 0) {
		warnx("%s: the trail is in another cluster than before, and "
		      "transactions have other numbers: begin anew, with -s",
		    place);
		return TOOL_MISUSE;
	}
	return TOOL_OK;
}

/* Ask where the trail stands now. */
static enum tool_status
look(struct state *s)
{
	struct looked l = { NULL, NULL, { NULL, NULL, NULL } };
	enum tool_status status;

	if (db_query(s->db, sql_mark, 0, NULL, keep_mark, &l) == -1)
		return TOOL_FAILED;
	mark_free(&s->now);
	s->now = l.mark;
	status = recognize(&s->c, &l);
	free(l.trail);
	free(l.cluster);
	return status;
}

static bool
restarted(const struct mark *before, const struct mark *now)
{
	return before->started != NULL &&
	    strcmp(before->started, now->started) != 0;
}

/* Print what c.upto shows and c.seen does not, after the id s->after. A server
 * that crashed may have lost transactions, whose numbers it gives to others
 * then; those others have later ids. */
static enum tool_status
print_window(struct state *s)
{
	const struct checkpoint *c = &s->c;
	struct filter *f = s->filter;
	unsigned long long before = s->output->lines;
	enum tool_status status;

	filter_set(f, F_SEEN, c->seen.snapshot);
	filter_set(f, F_SEEN_TO,
	    restarted(&c->seen, &c->upto) ? c->seen.before : NULL);
	filter_set(f, F_UPTO, c->upto.snapshot);
	filter_set(f, F_BEFORE,
	    restarted(&c->upto, &s->now) ? c->upto.before : NULL);
	filter_set(f, F_AFTER, s->after[0] != '\0' ? s->after : NULL);
	if (db_script(s->db, sql_log_begin) == -1)
		return TOOL_FAILED;
	status = output_events(s->output, s->db, f);
	if (s->output->lines > before)
		strlcpy(s->after, s->output->last, sizeof(s->after));
	return status;
}

/* Print all that has been committed until s->now. */
static enum tool_status
catch_up(struct state *s)
{
	struct checkpoint *c = &s->c;
	enum tool_status status;

	if (c->upto.snapshot == NULL) {
		if (c->seen.snapshot != NULL && !restarted(&c->seen, &s->now) &&
		    strcmp(c->seen.snapshot, s->now.snapshot) == 0)
			return TOOL_OK;
		mark_copy(&c->upto, &s->now);
		s->after[0] = '\0';
	}
	if ((status = print_window(s)) != TOOL_OK) {
		output_flush(s->output);
		return status;
	}
	mark_free(&c->seen);
	c->seen = c->upto;
	c->upto = (struct mark){ NULL, NULL, NULL };
	/* they say where to begin */
	filter_set(s->filter, F_LIMIT, NULL);
	filter_set(s->filter, F_NEWEST, "false");
	return worth_saving(s) && save(s) == -1 ? TOOL_FAILED : TOOL_OK;
}

void
follow_nap(const struct output *o, int ms)
{
	struct pollfd reader = { .fd = STDOUT_FILENO };

	if (poll(&reader, o->path == NULL, ms) > 0)
		raise(SIGPIPE);
}

/* The connection is gone: try until there is another. */
static enum tool_status
reconnect(struct state *s)
{
	char *said = xstrdup("");
	enum tool_status status = TOOL_FAILED;

	while (status == TOOL_FAILED && db_is_transient(s->db)) {
		if (!s->output->quiet && strcmp(said, db_error(s->db)) != 0)
			warnx("%s; trying again", db_error(s->db));
		free(said);
		said = xstrdup(db_error(s->db));
		db_close(s->db);
		follow_nap(s->output, s->interval_ms);
		s->db = db_open(s->conninfo);
		db_needs(s->db, DB_NEEDS_READER);
		if (db_check_version(s->db) == 0)
			status = look(s);
	}
	free(said);
	if (status == TOOL_OK && !s->output->quiet)
		warnx("connected again");
	return status;
}

static enum tool_status
run(struct state *s)
{
	enum tool_status status = TOOL_OK;

	for (;;) {
		if (status == TOOL_OK)
			status = catch_up(s);
		if (status == TOOL_FAILED && db_error(s->db) != NULL &&
		    s->what->reconnect && db_is_transient(s->db)) {
			status = reconnect(s);
			continue;
		}
		if (status != TOOL_OK && db_error(s->db) != NULL)
			warnx("%s", db_error(s->db));
		if (status != TOOL_OK || !s->what->on)
			return status;
		follow_nap(s->output, s->interval_ms);
		status = look(s);
	}
}

enum tool_status
follow_interval(const struct follow *w, struct db *db, int *interval_ms)
{
	char *typed = (char *)w->interval, *ms;
	enum tool_status status = TOOL_OK;

	*interval_ms = 1000;
	if (typed == NULL)
		return TOOL_OK;
	if (db_value(db, sql_wait, 1, &typed, &ms) == -1)
		return typed_refused(db, "--interval", typed);
	if (ms == NULL || strcmp(ms, "0") == 0) {
		warnx("--interval %s: not a time to wait", typed);
		status = TOOL_MISUSE;
	} else
		*interval_ms = (int)strtol(ms, NULL, 10);
	free(ms);
	return status;
}

/* Whether there is something to go on with */
static bool
is_begun(const struct checkpoint *c)
{
	return c->seen.snapshot != NULL || c->upto.snapshot != NULL;
}

/* Where a checkpoint left off, its output goes on, and the filter no longer
 * says where to begin. */
static enum tool_status
resume(struct state *s)
{
	struct output *o = s->output;
	struct checkpoint *c = &s->c;
	enum tool_status status;

	if ((status = checkpoint_read(c, s->db)) != TOOL_OK)
		return status;
	if (c->trail != NULL && (c->offset == -1) != (o->path == NULL)) {
		warnx(c->offset == -1 ? "%s: this checkpoint is of no -o file"
				      : "%s: this checkpoint is of a file, "
					"which -o has to name",
		    c->path);
		return TOOL_MISUSE;
	}
	if (is_begun(c)) {
		filter_set(s->filter, F_FROM, NULL);
		filter_set(s->filter, F_LIMIT, NULL);
		filter_set(s->filter, F_NEWEST, "false");
	}
	strlcpy(o->last, c->last, sizeof(o->last));
	if (c->upto.snapshot != NULL)
		strlcpy(s->after, c->last, sizeof(s->after));
	if (o->path == NULL)
		output_open(o);
	else if (output_resume(o, c->offset, c->last) == -1)
		return TOOL_MISUSE;
	return TOOL_OK;
}

static enum tool_status
begin(struct state *s)
{
	bool from_now = s->what->on && s->filter->since == NULL &&
	    s->filter->params[F_LIMIT] == NULL;
	enum tool_status status;

	status = follow_interval(s->what, s->db, &s->interval_ms);
	if (status == TOOL_OK && s->c.path != NULL)
		status = checkpoint_open(&s->c) == -1 ? TOOL_FAILED : resume(s);
	else if (status == TOOL_OK)
		output_open(s->output);
	if (status != TOOL_OK)
		return status;
	if ((status = look(s)) != TOOL_OK)
		return db_error(s->db) != NULL ? typed_failed(s->db) : status;
	if (!is_begun(&s->c)) {
		if (from_now)
			mark_copy(&s->c.seen, &s->now);
		/* whatever is in the file from now on is ours */
		if (save(s) == -1)
			return TOOL_FAILED;
	}
	return db_commit(s->db) == -1 ? typed_failed(s->db) : TOOL_OK;
}

enum tool_status
follow(const struct follow *w, struct db **db, const char *conninfo,
    struct filter *f, struct output *o)
{
	struct state s = { .what = w,
		.db = *db,
		.conninfo = conninfo,
		.filter = f,
		.output = o,
		.c = { .path = w->checkpoint, .fd = -1, .offset = -1 } };
	enum tool_status status;

	if (s.c.path != NULL) {
		o->pause = save;
		o->arg = &s;
	}
	if ((status = begin(&s)) == TOOL_OK)
		status = run(&s);
	checkpoint_close(&s.c);
	mark_free(&s.now);
	*db = s.db;
	return status;
}
