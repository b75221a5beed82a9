/* choice - which revisions are printed: all, or the one that is asked for */

#include "choice.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

struct choosing {
	const struct choice *choice;
	const struct record *record;
	struct place *place;
	struct chosen before, *chosen; /* before: the revision before */
};

bool
choice_is_one(const struct choice *c)
{
	return c->rev >= 0 || c->id != NULL || c->bound != NULL;
}

static void
clear(struct chosen *c)
{
	free(c->line);
	free(c->row);
	memset(c, 0, sizeof(*c));
}

static void
keep(const struct state *s, const struct origin *o, struct chosen *c)
{
	size_t len;
	FILE *fp;

	clear(c);
	if ((fp = open_memstream(&c->line, &len)) == NULL)
		err(TOOL_FAILED, NULL);
	print_state(fp, s, o);
	if (fclose(fp) == EOF)
		err(TOOL_FAILED, NULL);
	c->row = s->row == NULL ? NULL : xstrdup(s->row);
}

/* Whether the trail knows the record as it was then: from when on it has known
 * the table. */
static bool
is_known_then(const struct choosing *c)
{
	const struct columns *columns = &c->place->columns;

	return columns->n > 0 &&
	    strcmp(columns->v[0].since, c->choice->bound) < 0;
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
	clear(c->chosen);
	if (!c->choice->before)
		keep(s, &c->record->origin, c->chosen);
	else if (c->before.line != NULL) {
		*c->chosen = c->before;
		memset(&c->before, 0, sizeof(c->before));
	} else
		c->chosen->why = "there is no revision before that";
}

static int
look(const struct state *s, void *arg)
{
	struct choosing *c = arg;
	bool is_time = c->choice->bound != NULL, is_it = fits(c, s);

	if (is_it)
		take(c, s);
	else if (is_time && s->r == NULL)
		c->chosen->why = "the table was not audited then";
	else if (is_time)
		return 1; /* all others are later */
	if (c->choice->before)
		keep(s, &c->record->origin, &c->before);
	return is_it && !is_time;
}

void
choice_make(const struct choice *want, struct record *r, struct place *p,
    struct chosen *chosen)
{
	struct choosing c = { .choice = want,
		.record = r,
		.place = p,
		.chosen = chosen };

	memset(chosen, 0, sizeof(*chosen));
	record_each(r, p, look, &c);
	clear(&c.before);
	if (chosen->line != NULL || chosen->why != NULL)
		return;
	chosen->why =
	    want->bound != NULL ? "no such record then" : "no such revision";
}
