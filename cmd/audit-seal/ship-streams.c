/* ship-streams - parts that several processes bring at once
 *
 * Each has two connections of its own, and sees at the source what this process
 * sees. Seals are taken here, in their order, once all their parts are there.
 */

#include <stdlib.h>
#include <string.h>

#include "crew.h"
#include "mem.h"
#include "progress.h"
#include "ship.h"
#include "sql.h"

/* What a process is told, and what it answers */
struct task {
	char snapshot[64];
	struct ship_span span;
};
struct answer {
	enum tool_status status;
	bool transient;
	struct ship_sum sum;
};

/* A process */

struct stream {
	struct ship *ship;
	struct ship_part *part;
};

/* The connections of before are this process's no more. */
static int
begin(void *arg)
{
	struct stream *stream = arg;
	struct ship *s = stream->ship;
	char *params[] = { s->no };

	stream->part = ship_part_new();
	s->run->db = db_open(s->run->given['d']);
	s->archive = db_open(s->run->given[OPT_TO]);
	if (db_script(s->archive, sql_ship_session) == 0)
		db_exec(s->archive, sql_ship_begin, 1, params);
	return 0; /* a failure is the first task's */
}

static enum tool_status
bring(struct stream *stream, const struct task *t)
{
	struct ship_part *p = stream->part;
	struct ship *s = stream->ship;
	char *set = xasprintf("set transaction snapshot '%s'", t->snapshot);
	enum tool_status status = TOOL_FAILED;

	if (db_begin(s->run->db, DB_READ) == 0 &&
	    db_script(s->run->db, set) == 0 &&
	    db_exec(s->run->db, sql_ship_settings, 0, NULL) == 0 &&
	    db_begin(s->archive, DB_WRITE) == 0 &&
	    (status = ship_part_read(p, s, &t->span)) == TOOL_OK &&
	    (status = ship_part_send(p, s)) == TOOL_OK &&
	    (status = ship_part_take(p, s)) == TOOL_OK &&
	    (status = ship_part_taken(p, s)) == TOOL_OK &&
	    (db_commit(s->archive) == -1 || db_commit(s->run->db) == -1))
		status = TOOL_FAILED;
	claims_free(s->claims);
	s->claims = NULL;
	free(set);
	return status;
}

static int
work(void *arg, struct crew *crew, const struct buf *task, struct buf *out)
{
	struct stream *stream = arg;
	struct answer a;
	struct task t;

	(void)crew;
	memcpy(&t, task->p, sizeof(t));
	memset(&a, 0, sizeof(a));
	a.status = bring(stream, &t);
	a.sum = *ship_part_sum(stream->part);
	if (a.status != TOOL_OK) {
		a.transient = ship_is_transient(stream->ship);
		ship_say(stream->ship);
	}
	buf_put(out, (const char *)&a, sizeof(a));
	return 0;
}

static void
end(void *arg)
{
	struct stream *stream = arg;

	db_close(stream->ship->run->db);
	db_close(stream->ship->archive);
	ship_part_free(stream->part);
}

/* Who sends them */

struct streams {
	struct ship *ship;
	struct crew *crew;
	struct ship_batch batch;
	size_t got;	/* parts of it that are there */
	uint64_t taken; /* the archive has the seals below */
};

static enum tool_status
take_seals(struct streams *st, uint64_t done)
{
	struct ship *s = st->ship;
	struct ship_seals g = { .done = done };
	enum tool_status status = TOOL_FAILED;

	if (done == st->taken)
		return TOOL_OK;
	g.json = ship_batch_seals(&st->batch, st->taken, done);
	memcpy(g.hash, s->heads[done - 1 - s->first].hash, DIGEST_LEN);
	if (db_begin(s->archive, DB_WRITE) == 0 &&
	    (status = ship_seals_take(s, &g)) == TOOL_OK &&
	    db_commit(s->archive) == -1)
		status = TOOL_FAILED;
	if (status == TOOL_OK)
		ship_seals_note(s, &g);
	st->taken = done;
	free(g.json);
	return status;
}

/* The next part is there. */
static enum tool_status
get(struct streams *st)
{
	struct buf answer = { NULL, 0, 0 };
	enum tool_status status = TOOL_FAILED;
	struct ship *s = st->ship;
	struct answer a;

	if (crew_get(st->crew, &answer) == 0) {
		memcpy(&a, answer.p, sizeof(a));
		s->worker_lost = a.transient;
		status = a.status;
	}
	buf_free(&answer);
	if (status != TOOL_OK)
		return status;
	ship_sum_add(&s->sum, &a.sum);
	progress_at(s->sum.events + s->sum.absent);
	return take_seals(st, st->batch.spans[st->got++].done);
}

static enum tool_status
bring_parts(struct streams *st, const char *snapshot)
{
	struct ship_batch *b = &st->batch;
	enum tool_status status = TOOL_OK;
	struct task t;

	while (status == TOOL_OK && st->got < b->nspans) {
		if (b->next == b->nspans || crew_full(st->crew)) {
			status = get(st);
			continue;
		}
		memset(&t, 0, sizeof(t));
		strlcpy(t.snapshot, snapshot, sizeof(t.snapshot));
		t.span = b->spans[b->next++];
		crew_put(st->crew, &t, sizeof(t));
	}
	return status == TOOL_OK ? take_seals(st, b->end) : status;
}

static enum tool_status
tell_relations(struct ship *s, const struct ship_batch *b)
{
	char *params[] = { s->no, b->relations };

	return b->relations != NULL &&
		db_exec(s->archive, sql_ship_take_relations, 2, params) == -1
	    ? TOOL_FAILED
	    : TOOL_OK;
}

static enum tool_status
bring_batch(struct streams *st)
{
	struct ship *s = st->ship;
	enum tool_status status;
	char *snapshot = NULL;

	st->got = 0;
	if ((status = ship_batch(s, &st->batch, st->taken)) == TOOL_OK &&
	    (status = tell_relations(s, &st->batch)) == TOOL_OK)
		status = db_value(s->run->db, sql_verify_snapshot, 0, NULL,
			     &snapshot) == -1
		    ? TOOL_FAILED
		    : bring_parts(st, snapshot);
	free(snapshot);
	if (status == TOOL_OK &&
	    (status = ship_batch_end(s, &st->batch)) == TOOL_OK)
		status = ship_ack(s);
	return status;
}

enum tool_status
ship_streams(struct ship *s)
{
	struct streams st = { .ship = s, .taken = s->first };
	struct stream stream = { .ship = s };
	const struct crew_job job = { begin, work, end, &stream };
	enum tool_status status = TOOL_OK;

	if (s->nheads == 0)
		return TOOL_OK;
	if ((st.crew = crew_new(s->streams, &job)) == NULL)
		return TOOL_FAILED;
	while (status == TOOL_OK && st.taken < s->first + s->nheads)
		status = bring_batch(&st);
	ship_batch_free(&st.batch);
	crew_free(st.crew);
	return status;
}
