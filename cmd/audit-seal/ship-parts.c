/* ship-parts - the parts of batches, one after the other
 *
 * While the archive takes one, the next one is read from the source, the next
 * batch is looked at where this one has no more. */

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "progress.h"
#include "ship.h"
#include "sql.h"

/* A part, and what is said with it */
struct going {
	struct ship_part *part;
	bool there;		 /* there is something to go: */
	bool any;		 /* events; else only seals */
	char *relations;	 /* of tables, NULL: nothing */
	struct ship_seals seals; /* that are complete with it */
};

struct parts {
	struct ship *ship;
	struct ship_batch batch;
	bool open;	/* there is a batch */
	uint64_t asked; /* seals below are complete, once what goes is there */
};

static void
forget(struct going *g)
{
	free(g->relations);
	free(g->seals.json);
	g->relations = g->seals.json = NULL;
}

/* The next batch, where there is one. */
static enum tool_status
turn(struct parts *p)
{
	struct ship *s = p->ship;
	enum tool_status status;

	if (p->open && p->asked < p->batch.end)
		return TOOL_OK;
	if (p->open) {
		p->open = false;
		if ((status = ship_batch_end(s, &p->batch)) != TOOL_OK)
			return status;
	}
	if (p->asked == s->first + s->nheads)
		return TOOL_OK;
	/* here nothing else goes over this connection */
	if (s->any_seal && (status = ship_ack(s)) != TOOL_OK)
		return status;
	p->open = true;
	return ship_batch(s, &p->batch, p->asked);
}

/* What goes next, if there is more. */
static enum tool_status
read_next(struct parts *p, struct going *g)
{
	struct ship *s = p->ship;
	struct ship_batch *b = &p->batch;
	const struct ship_span *span;
	enum tool_status status;

	forget(g);
	g->there = false;
	if ((status = turn(p)) != TOOL_OK || !p->open)
		return status;
	g->there = true;
	span = b->next < b->nspans ? &b->spans[b->next++] : NULL;
	g->any = span != NULL;
	g->seals.done = span != NULL ? span->done : b->end;
	g->seals.json = ship_batch_seals(b, p->asked, g->seals.done);
	if (g->seals.done > p->asked)
		memcpy(g->seals.hash,
		    s->heads[g->seals.done - 1 - s->first].hash, DIGEST_LEN);
	g->relations = b->relations;
	b->relations = NULL;
	p->asked = g->seals.done;
	return span != NULL ? ship_part_read(g->part, s, span) : TOOL_OK;
}

enum tool_status
ship_seals_take(struct ship *s, const struct ship_seals *seals)
{
	char *params[] = { s->no, seals->json };

	if (seals->json == NULL)
		return TOOL_OK;
	return db_exec(s->archive, sql_ship_take_seals, 2, params) == -1 ||
		db_exec(s->archive, sql_ship_take_seal_stamps, 2, params) == -1
	    ? TOOL_FAILED
	    : TOOL_OK;
}

void
ship_seals_note(struct ship *s, const struct ship_seals *seals)
{
	if (seals->json == NULL)
		return;
	if (!s->any_seal)
		s->from = s->any ? s->last.no + 1 : 0;
	s->any = s->any_seal = true;
	s->to = s->last.no = seals->done - 1;
	memcpy(s->hash, seals->hash, DIGEST_LEN);
}

static enum tool_status
begin(struct ship *s, struct going *g)
{
	char *params[] = { s->no, g->relations };

	if (db_begin(s->archive, DB_WRITE) == -1 ||
	    (g->relations != NULL &&
		db_exec(s->archive, sql_ship_take_relations, 2, params) == -1))
		return TOOL_FAILED;
	return g->any ? ship_part_send(g->part, s) : TOOL_OK;
}

void
ship_sum_add(struct ship_sum *all, const struct ship_sum *one)
{
	all->events += one->events;
	all->bytes += one->bytes;
	all->absent += one->absent;
	if (one->lost == 0)
		return;
	if (all->lost == 0 || one->lost_first < all->lost_first)
		all->lost_first = one->lost_first;
	if (one->lost_last > all->lost_last)
		all->lost_last = one->lost_last;
	all->lost += one->lost;
}

/* It is there. */
static void
note(struct ship *s, const struct going *g)
{
	if (g->any)
		ship_sum_add(&s->sum, ship_part_sum(g->part));
	progress_at(s->sum.events + s->sum.absent);
	ship_seals_note(s, &g->seals);
}

static enum tool_status
end(struct ship *s, struct going *g)
{
	enum tool_status status;

	if ((g->any && (status = ship_part_taken(g->part, s)) != TOOL_OK) ||
	    (status = ship_seals_take(s, &g->seals)) != TOOL_OK)
		return status;
	if (db_commit(s->archive) == -1)
		return TOOL_FAILED;
	note(s, g);
	return TOOL_OK;
}

/* One part, while the next one is read */
static enum tool_status
step(struct parts *p, struct going *g, struct going *next)
{
	struct ship *s = p->ship;
	enum tool_status status, ahead;

	if ((status = begin(s, g)) != TOOL_OK ||
	    (g->any && (status = ship_part_take(g->part, s)) != TOOL_OK))
		return status;
	ahead = read_next(p, next);
	status = end(s, g);
	return status != TOOL_OK ? status : ahead;
}

enum tool_status
ship_parts(struct ship *s)
{
	struct parts p = { .ship = s, .asked = s->first };
	struct going g[2] = { { .part = ship_part_new() },
		{ .part = ship_part_new() } };
	char *params[] = { s->no };
	enum tool_status status;
	int i = 0;

	status = db_exec(s->archive, sql_ship_begin, 1, params) == -1
	    ? TOOL_FAILED
	    : read_next(&p, &g[0]);
	for (; status == TOOL_OK && g[i].there; i = !i)
		status = step(&p, &g[i], &g[!i]);
	if (p.open)
		ship_batch_free(&p.batch);
	for (i = 0; i < 2; i++) {
		forget(&g[i]);
		ship_part_free(g[i].part);
	}
	return status;
}
