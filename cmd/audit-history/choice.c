/* choice - which revisions are printed: all, or the one that is asked for */

#include "choice.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* Nothing has been found yet, or nothing that fits */
static const char none[] = "no such revision";

struct choosing {
	const struct choice *choice;
	const struct columns *columns;
	struct chosen before, *chosen; /* before: the revision before */
};

bool
choice_is_one(const struct choice *c)
{
	return c->rev >= 0 || c->id != NULL || c->bound != NULL;
}

void
chosen_free(struct chosen *c)
{
	free(c->state.row);
	free(c->state.unknown);
}

static void
clear(struct chosen *c, const char *why)
{
	chosen_free(c);
	memset(c, 0, sizeof(*c));
	c->why = why;
}

static void
keep(struct chosen *c, const struct state *s)
{
	clear(c, NULL);
	c->state = *s;
	c->state.row = xstrdup_null(s->row);
	c->state.unknown = xstrdup_null(s->unknown);
}

/* Whether the trail knows the record as it was then: from when on it has known
 * the table. */
static bool
is_known_then(const struct choosing *c)
{
	return c->columns->n > 0 &&
	    strcmp(c->columns->v[0].since, c->choice->bound) < 0;
}

static bool
fits(const struct choosing *c, const struct state *s)
{
	const struct choice *want = c->choice;

	if (want->bound != NULL)
		return s->r == NULL ? is_known_then(c)
				    : strcmp(s->r->id, want->bound) < 0;
	if (want->id != NULL)
		return s->r != NULL && strcmp(s->r->id, want->id) == 0;
	return s->rev == want->rev;
}

static void
take(struct choosing *c, const struct state *s)
{
	if (!c->choice->before)
		keep(c->chosen, s);
	else if (c->before.why == NULL) {
		chosen_free(c->chosen);
		*c->chosen = c->before;
		memset(&c->before, 0, sizeof(c->before));
	} else
		clear(c->chosen, "there is no revision before that");
}

static int
look(const struct state *s, void *arg)
{
	struct choosing *c = arg;
	bool is_time = c->choice->bound != NULL, is_it = fits(c, s);

	if (is_it)
		take(c, s);
	else if (is_time && s->r == NULL)
		clear(c->chosen, "the table was not audited then");
	else if (is_time)
		return 1; /* all others are later */
	if (c->choice->before)
		keep(&c->before, s);
	return is_it && !is_time;
}

void
choice_make(const struct choice *want, struct record *r, struct place *p,
    struct chosen *chosen)
{
	struct choosing c = { .choice = want,
		.columns = &p->columns,
		.before = { .why = none },
		.chosen = chosen };

	memset(chosen, 0, sizeof(*chosen));
	if (want->bound != NULL && p->purged != NULL &&
	    strcmp(want->bound, p->purged) < 0 && !record_is_whole(r, p)) {
		chosen->why = "events of that time may have been purged";
		return;
	}
	chosen->why = want->bound != NULL ? "no such record then" : none;
	record_each(r, p, look, &c);
	chosen_free(&c.before);
	/* a time asks for what was in force: a record that is gone is not */
	if (want->bound != NULL && chosen->why == NULL &&
	    chosen->state.row == NULL)
		clear(chosen, "it was deleted then");
}
