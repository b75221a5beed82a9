/* run - from standard input to alerts on standard output */

#include "run.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "beside.h"
#include "guard.h"
#include "input.h"
#include "line.h"
#include "mem.h"

#define SAVE_SECONDS 60
#define LOOK 4096 /* lines between looks at the clock */

struct run {
	const struct run_job *job;
	struct guard *guard;
	struct facts *facts;
	struct again *again;
	uint64_t lines, events;
	time_t saved;
	bool learning; /* it has been said */
};

/* Asked to stop: standard input ends, wherever it is being read. */
static volatile sig_atomic_t stopped;
static int nothing = -1;

static void
on_stop(int sig)
{
	stopped = sig;
	dup2(nothing, STDIN_FILENO);
}

static void
catch_stop(void)
{
	static const int sigs[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction was, act = { .sa_handler = on_stop };
	size_t i;

	if (nothing == -1)
		nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	for (i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		if (sigaction(sigs[i], NULL, &was) == 0 &&
		    was.sa_handler != SIG_IGN)
			sigaction(sigs[i], &act, NULL);
}

/* Writing a file beside its place has signals of its own. */
static int
save(struct run *r)
{
	const char *path = r->job->state;
	struct beside *b;
	sigset_t stop, was;
	int failed;

	tool_flush();
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGHUP);
	sigprocmask(SIG_BLOCK, &stop, &was);
	if ((b = beside_open(path, false)) == NULL)
		failed = -1;
	else {
		store_write(beside_stream(b), r->guard->store);
		failed = beside_keep(b);
	}
	if (failed == -1)
		warn("--state %s", path);
	catch_stop();
	sigprocmask(SIG_SETMASK, &was, NULL);
	r->saved = time(NULL);
	return failed;
}

/* Returns -1 if there is a state that cannot be used. */
static int
load(struct run *r)
{
	const char *path = r->job->state;
	FILE *fp = fopen(path, "r");
	char *wrong;

	/* better now than after hours */
	if (fp == NULL && errno == ENOENT)
		return save(r);
	if (fp == NULL) {
		warn("--state %s", path);
		return -1;
	}
	wrong = store_read(r->guard->store, fp);
	fclose(fp);
	if (wrong == NULL)
		return 0;
	warnx("--state %s: %s; give another file, or move it away to learn "
	      "anew",
	    path, wrong);
	free(wrong);
	return -1;
}

static void
say_learning(struct run *r)
{
	if (r->learning || r->job->quiet || !guard_learns(r->guard))
		return;
	r->learning = true;
	warnx("what is usual is not known yet: for %" PRId64
	      " days with events, new and unusual things make no alerts",
	    r->job->config->learning);
}

/* A line. Returns false if it is not understood, which has been said. */
static bool
take(struct run *r, const struct line *lines)
{
	const char *text = line_text(lines), *wrong;
	struct fact e;
	enum input_kind kind = input_read(r->facts, &e, text, &wrong);

	if (kind == INPUT_BAD ||
	    (kind == INPUT_OTHER && !r->job->pass && wrong != NULL)) {
		warnx("line %zu: %s", line_number(lines), wrong);
		return false;
	}
	if (r->job->pass) {
		fputs(text, stdout);
		putchar('\n');
	}
	if (kind == INPUT_SEAL)
		guard_seal(r->guard, e.at);
	if (kind != INPUT_EVENT || again_has(r->again, &e))
		return true;
	r->events++;
	guard_event(r->guard, &e);
	say_learning(r);
	return true;
}

/* Whoever reads along gets what there is before we wait for more. */
static int
pause_if(struct run *r, const struct line *lines)
{
	bool waits = line_waits(lines);

	if (waits)
		tool_flush();
	if (r->job->state == NULL || (!waits && r->lines % LOOK != 0) ||
	    time(NULL) - r->saved < SAVE_SECONDS)
		return 0;
	return save(r);
}

static enum tool_status
watch_all(struct run *r)
{
	struct line *lines = line_new(stdin);
	enum tool_status status = TOOL_OK;
	int got;

	while (stopped == 0 && (got = line_next(lines)) != 0) {
		if (stopped != 0)
			break; /* it may be half a line */
		r->lines++;
		if (got == -1)
			warnx("%s", line_error(lines));
		if (got == -1 || !take(r, lines))
			status = TOOL_NO;
		if (pause_if(r, lines) == -1)
			status = TOOL_FAILED;
		if (status == TOOL_FAILED)
			break;
	}
	if (ferror(stdin) && stopped == 0) {
		warn("standard input");
		status = TOOL_FAILED;
	}
	line_free(lines);
	if (r->job->state != NULL && status != TOOL_FAILED && save(r) == -1)
		status = TOOL_FAILED;
	return status;
}

enum tool_status
run(const struct run_job *job)
{
	struct run r = { .job = job, .saved = time(NULL) };
	enum tool_status status = TOOL_FAILED;

	r.guard = guard_new(job->config, stdout);
	r.facts = facts_new(job->config);
	if (job->state != NULL)
		catch_stop();
	if (job->state == NULL || load(&r) == 0) {
		r.again = again_new(r.guard->recents);
		status = watch_all(&r);
	}
	if (job->verbose && status != TOOL_FAILED)
		warnx("%" PRIu64 " events, %" PRIu64 " alerts", r.events,
		    r.guard->alerts);
	again_free(r.again);
	facts_free(r.facts);
	guard_free(r.guard);
	return status;
}
