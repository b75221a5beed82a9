/* run - from the log to the trail, or to stdout */

#include "run.h"

#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "db.h"
#include "mem.h"
#include "moment.h"

#define NEEDS_LOG                                                         \
	"grant pg_monitor to ROLE; grant execute on function "            \
	"pg_read_binary_file(text, bigint, bigint, boolean) to ROLE, in " \
	"this database"

static volatile sig_atomic_t stop;

static void
on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

/* What has come until then is stored. */
static void
catch_signals(void)
{
	static const int signals[] = { SIGTERM, SIGINT };
	struct sigaction a = { .sa_handler = on_signal };
	size_t i;

	sigemptyset(&a.sa_mask);
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &a, NULL);
}

static enum tool_status
store_failed(struct run *run)
{
	warnx("%s", store_error(run->store));
	if (run->begun && source_place(run->source)->head == NULL)
		warnx("standard input: it is stored up to line %ju: feed it "
		      "again from there",
		    (uintmax_t)run->safe);
	return TOOL_FAILED;
}

/* Print what there is, or store it if that is due. */
static enum tool_status
settle(struct run *run, bool due)
{
	if (run->dry) {
		if (run->out.len > 0)
			fwrite(run->out.p, 1, run->out.len, stdout);
		if (due)
			tool_flush();
		buf_reset(&run->out);
		return TOOL_OK;
	}
	if (!due && !store_due(run->store))
		return TOOL_OK;
	if (store_flush(run->store, run->interp, source_place(run->source)) ==
	    -1)
		return store_failed(run);
	run->safe = run->line;
	return TOOL_OK;
}

static struct buf *
events(struct run *run)
{
	return run->dry ? &run->out : store_events(run->store);
}

static void
say_bad(const struct piece *p, const char *wrong)
{
	if (p->file == NULL)
		warnx("line %ju: %s", (uintmax_t)p->line, wrong);
	else if (p->line > 0)
		warnx("%s: line %ju: %s", p->file, (uintmax_t)p->line, wrong);
	else
		warnx("%s: at byte %ju: %s", p->file, (uintmax_t)p->offset,
		    wrong);
}

static enum tool_status
take(struct run *run, const struct piece *piece)
{
	struct record record;
	const char *wrong =
	    reader_read(run->reader, &record, piece->p, piece->len);

	run->line = piece->line;
	if (wrong != NULL) {
		say_bad(piece, wrong);
		run->bad++;
		return TOOL_OK;
	}
	if (run->dry ? !run->begun
		     : store_record(run->store, record.at, piece->len))
		interp_since(run->interp, record.at);
	run->begun = true;
	run->at = record.at;
	interp_record(run->interp, &record, events(run));
	return settle(run, false);
}

static void
say_note(struct run *run)
{
	char *note = source_note(run->source);

	if (note != NULL && !run->quiet)
		warnx("%s", note);
	free(note);
}

/* us since 2000, as the times of records */
static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return ((int64_t)t.tv_sec - MOMENT_EPOCH) * 1000000 + t.tv_nsec / 1000;
}

/* The log is silent: its time goes on as the clock does. An old log whose pipe
 * stalls is not at the clock's time yet. */
static enum tool_status
pause_here(struct run *run)
{
	int64_t at = now();

	if (run->begun && run->at + (at - run->heard) < at)
		at = run->at + (at - run->heard);
	interp_time(run->interp, at, events(run));
	return settle(run, true);
}

static void
sum_up(const struct run *run)
{
	char *told = interp_summary(run->interp);
	char bad[40] = "", stored[40] = "";

	if (run->bad > 0)
		snprintf(bad, sizeof(bad), ", %ju bad", run->bad);
	if (!run->dry)
		snprintf(stored, sizeof(stored), "; %ju new events",
		    store_count(run->store));
	warnx("%s%s%s", told, bad, stored);
	free(told);
}

static enum tool_status
end(struct run *run)
{
	enum tool_status status;

	if (run->dry)
		interp_end(run->interp, events(run));
	else if (!stop)
		/* there is no more of it */
		interp_time(run->interp, now(), events(run));
	status = settle(run, true);
	if (status == TOOL_OK && run->verbose)
		sum_up(run);
	return status;
}

static enum tool_status
lost(struct run *run)
{
	if (run->dry || store_lost(run->store, source_place(run->source)) == 0)
		return TOOL_OK;
	return store_failed(run);
}

static enum tool_status
read_on(struct run *run)
{
	enum tool_status status = TOOL_OK;
	enum source_got got = SOURCE_WAITS, was;
	struct piece piece;

	while (status == TOOL_OK && !stop && got != SOURCE_END) {
		was = got;
		got = source_next(run->source, &piece);
		say_note(run);
		if (was == SOURCE_RECORD && got != SOURCE_RECORD)
			run->heard = now();
		switch (got) {
		case SOURCE_RECORD: status = take(run, &piece); break;
		case SOURCE_FILE: status = settle(run, true); break;
		case SOURCE_LOST: status = lost(run); break;
		case SOURCE_WAITS: status = pause_here(run); break;
		case SOURCE_END: break;
		case SOURCE_FAILED:
			warnx("%s", source_error(run->source));
			settle(run, true);
			return TOOL_FAILED;
		}
	}
	return status == TOOL_OK ? end(run) : status;
}

/* Events of the trail's own database, unless others are named */
static void
choose(struct run *run)
{
	struct interp_want *w = &run->want;

	w->system = run->system != NULL ? run->system : "";
	if (run->store != NULL) {
		w->system = store_system(run->store);
		if (run->databases.n == 0)
			words_add(&run->databases, store_database(run->store));
	}
	w->ndatabases = run->databases.n;
	w->databases = run->databases.v;
	if (w->ndatabases == 1 && strcmp(w->databases[0], "*") == 0)
		w->ndatabases = 0;
}

static struct source *
open_source(struct run *run)
{
	if (run->server) {
		run->log = db_open(run->conninfo);
		db_needs(run->log, NEEDS_LOG);
		return source_server(run->reader, run->log, run->wait);
	}
	if (run->follow != NULL)
		return source_follow(run->reader, run->follow);
	return run->n > 0 ? source_files(run->reader, run->n, run->files)
			  : source_stdin(run->reader);
}

static void
close_all(struct run *run)
{
	source_free(run->source);
	interp_free(run->interp);
	reader_free(run->reader);
	store_free(run->store);
	db_close(run->log);
	buf_free(&run->out);
}

enum tool_status
run_log(struct run *run)
{
	enum tool_status status = TOOL_OK;

	if (!run->dry || run->asks || run->server) {
		run->store = store_new(run->conninfo, run->verbose);
		if (store_open(run->store, run->system) == -1) {
			warnx("%s", store_error(run->store));
			store_free(run->store);
			return TOOL_FAILED;
		}
	}
	choose(run);
	run->reader = reader_new(run->form);
	run->interp = interp_new(&run->want);
	run->source = open_source(run);
	catch_signals();
	if (!run->dry &&
	    store_begin(run->store, run->interp, run->source) == -1) {
		warnx("%s", store_error(run->store));
		status = TOOL_FAILED;
	} else
		status = read_on(run);
	if (status == TOOL_OK &&
	    (run->bad > 0 || (!run->dry && store_refused(run->store) > 0)))
		status = TOOL_NO;
	close_all(run);
	return status;
}
