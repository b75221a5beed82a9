/* ship - bring what was sealed to an archive database */

#include <err.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "line.h"
#include "mem.h"
#include "progress.h"
#include "ship.h"
#include "sql.h"

#define INTERVAL_MS 60000 /* of --follow */

/* What is not quite the trail's past any more: nobody has it. */
static enum tool_status
say_lost(const struct ship *s)
{
	const struct ship_sum *sum = &s->sum;

	if (sum->lost == 0)
		return TOOL_OK;
	warnx("trail %s: %" PRIu64 " events of the seals %" PRIu64
	      " to %" PRIu64 " are lost: the archive had them, and they have "
	      "been purged at the source since; their leaves are there",
	    s->name, sum->lost, sum->lost_first, sum->lost_last);
	return TOOL_NO;
}

static void
put_seals(bool any, uint64_t from, uint64_t to)
{
	if (any)
		printf(",\"seals\":[%" PRIu64 ",%" PRIu64 "]", from, to);
	else
		fputs(",\"seals\":null", stdout);
}

static void
put_line(const struct ship *s, int64_t began)
{
	const struct ship_sum *sum = &s->sum;
	const int64_t ms = clock_ms() - began;

	printf("{\"archive\":\"%s\",\"trail\":", s->archive_id);
	line_put_string(stdout, s->name, strlen(s->name));
	if (s->run->given['n'] != NULL) {
		put_seals(s->nheads > 0, s->first, (uint64_t)s->newest);
		printf(",\"events\":%" PRIu64 ",\"dry_run\":true}\n", s->whole);
		return;
	}
	put_seals(s->any_seal, s->from, s->to);
	printf(",\"events\":%" PRIu64 ",\"absent\":%" PRIu64
	       ",\"bytes\":%" PRIu64,
	    sum->events, sum->absent, sum->bytes);
	if (s->run->given[OPT_ERASED] != NULL)
		printf(",\"erased\":%" PRIu64, sum->erased);
	printf(",\"seconds\":%" PRId64 ".%03d}\n", ms / 1000, (int)(ms % 1000));
}

/* Time stamps may come long after their seals. */
static enum tool_status
take_stamps(struct ship *s)
{
	char no[24], *stamps, *params[] = { no, s->acked_at }, *take[2];
	int rc = 0;

	if (!s->any)
		return TOOL_OK;
	snprintf(no, sizeof(no), "%" PRIu64, s->last.no);
	if (db_value(s->run->db, sql_ship_stamps, 2, params, &stamps) == -1)
		return TOOL_FAILED;
	take[0] = s->no;
	take[1] = stamps;
	if (stamps != NULL)
		rc = db_exec(s->archive, sql_ship_take_stamps, 2, take);
	free(stamps);
	return rc == -1 ? TOOL_FAILED : TOOL_OK;
}

static enum tool_status
go(struct ship *s)
{
	enum tool_status status;

	if ((status = take_stamps(s)) != TOOL_OK)
		return status;
	progress_start("ship", s->whole, s->run->given['q'] != NULL);
	status = s->streams > 1 ? ship_streams(s) : ship_parts(s);
	progress_hide();
	if (status == TOOL_OK && s->run->given[OPT_ERASED] != NULL)
		status = ship_erased(s);
	return status;
}

/* What has been erased before an archive gets the first of a trail, that
 * archive never had. */
static enum tool_status
see_erased(struct ship *s, char **seen)
{
	if (s->any || s->ntaken > 0 || s->run->given['n'] != NULL ||
	    *seen != NULL)
		return TOOL_OK;
	return db_value(s->run->db, sql_ship_snapshot, 0, NULL, seen) == -1
	    ? TOOL_FAILED
	    : TOOL_OK;
}

/* All that is new now, so many seals at a time */
static enum tool_status
round_of(struct ship *s)
{
	enum tool_status status;
	char *seen = NULL;

	do {
		ship_close(s);
		if ((status = ship_open(s)) == TOOL_OK &&
		    (status = see_erased(s, &seen)) == TOOL_OK &&
		    (status = ship_heads(s)) == TOOL_OK &&
		    s->run->given['n'] == NULL)
			status = go(s);
		if (status == TOOL_OK && s->run->given['n'] == NULL && s->any &&
		    s->said != (int64_t)s->last.no)
			status = ship_ack(s);
	} while (status == TOOL_OK && s->more && s->run->given['n'] == NULL);
	if (status == TOOL_OK && seen != NULL && s->any)
		status = ship_put_erased(s, seen);
	free(seen);
	if (status == TOOL_OK)
		status = say_lost(s);
	return status;
}

/* Wait; but a reader who has gone is not kept waiting for. */
static void
nap(int ms)
{
	struct pollfd reader = { .fd = STDOUT_FILENO };

	if (poll(&reader, 1, ms) > 0)
		raise(SIGPIPE);
}

/* Where a server is lost, it may come back: what was shipped stays. */
static enum tool_status
follow(struct ship *s, int interval_ms)
{
	enum tool_status status;
	bool lost = false;
	int64_t began;

	for (;;) {
		began = clock_ms();
		s->any_seal = false;
		s->sum = (struct ship_sum){ .events = 0 };
		status = round_of(s);
		if (s->any_seal) {
			put_line(s, began);
			tool_flush();
		}
		if (status == TOOL_FAILED && ship_is_transient(s)) {
			if (!lost)
				ship_say(s);
			lost = true;
		} else if (status != TOOL_OK)
			return status;
		else if (lost) {
			warnx("connected again");
			lost = false;
		}
		ship_close(s);
		nap(interval_ms);
	}
}

static enum tool_status
read_interval(struct ship *s, int *interval_ms)
{
	char *typed = (char *)s->run->given[OPT_INTERVAL], *ms;
	enum tool_status status = TOOL_OK;

	*interval_ms = INTERVAL_MS;
	if (typed == NULL)
		return TOOL_OK;
	s->run->db = db_open(s->run->given['d']);
	if (db_value(s->run->db, sql_wait, 1, &typed, &ms) == -1)
		return run_failed(s->run, "--interval");
	if (ms == NULL || strcmp(ms, "0") == 0) {
		warnx("--interval %s: not a time to wait", typed);
		status = TOOL_MISUSE;
	} else
		*interval_ms = (int)strtol(ms, NULL, 10);
	free(ms);
	return status;
}

static enum tool_status
run_once(struct ship *s)
{
	const int64_t began = clock_ms();
	enum tool_status status = round_of(s);

	if (status == TOOL_OK || s->any_seal)
		put_line(s, began);
	return status;
}

static void
check_options(struct ship *s)
{
	const char *const *given = s->run->given, *why;

	if (given[OPT_TO] == NULL)
		tool_misuse("ship needs --to: the archive database");
	if (s->run->named.n > 1)
		tool_misuse("--trail is one name");
	if (given[OPT_FORK] != NULL && given[OPT_TRAIL] == NULL)
		tool_misuse("--fork needs --trail: another name");
	if (given[OPT_FOLLOW] != NULL && given[OPT_FORK] != NULL)
		tool_misuse("--fork begins a trail: --follow goes on with it");
	if (given[OPT_ERASED] != NULL &&
	    (given[OPT_FOLLOW] != NULL || given['n'] != NULL))
		tool_misuse("--erased takes neither --follow nor -n");
	if (given[OPT_FOLLOW] != NULL && given['n'] != NULL)
		tool_misuse("--follow or -n");
	if (given[OPT_INTERVAL] != NULL && given[OPT_FOLLOW] == NULL)
		tool_misuse("--interval is for --follow");
	if (given[OPT_PUBKEY] == NULL)
		return;
	if ((why = sign_load_public(s->pubkey, given[OPT_PUBKEY])) != NULL)
		tool_misuse("%s", why);
	s->has_pubkey = true;
}

enum tool_status
run_ship(struct run *run, int argc, char *argv[])
{
	struct ship s = { .run = run };
	enum tool_status status = TOOL_OK;
	int interval_ms;

	(void)argc;
	(void)argv;
	check_options(&s);
	s.digest = digest_new();
	s.streams = 1;
	if (run->given[OPT_STREAMS] != NULL)
		s.streams = (int)tool_number("--streams",
		    run->given[OPT_STREAMS], 1, 64);
	if (run->given[OPT_ANCHOR] != NULL &&
	    !anchor_read(&s.anchors, run->given[OPT_ANCHOR]))
		status = TOOL_MISUSE;
	if (status == TOOL_OK)
		status = read_interval(&s, &interval_ms);
	if (status == TOOL_OK) {
		status = run->given[OPT_FOLLOW] != NULL
		    ? follow(&s, interval_ms)
		    : run_once(&s);
		if (status != TOOL_OK)
			ship_say(&s);
	}
	ship_close(&s);
	anchor_free(&s.anchors);
	digest_free(s.digest);
	return status;
}
