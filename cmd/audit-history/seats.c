/* seats - which of the events under one key are the same record's */

#include "seats.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "typed.h"

/* The records that have the key, the one that came first leading */
struct seating {
	size_t *v, n;
	size_t next;  /* the number of the next newcomer */
	size_t again; /* who was deleted, and may be made anew; NONE: nobody */
	size_t last;  /* the event by which the newest one came */
};

#define NONE ((size_t)-1)

static bool
is(const struct revision *r, const char *op)
{
	return json_says(r->e.v[E_OP], op);
}

static bool
came(const struct revision *r)
{
	return !r->before || (is(r, "insert") && r->moved[0] != '\0');
}

static bool
same_txid(const struct revision *a, const struct revision *b)
{
	return json_same(a->e.v[E_TXID], b->e.v[E_TXID]);
}

static size_t
sit_down(struct seating *s, size_t who)
{
	s->v[s->n++] = who;
	s->again = NONE;
	return who;
}

static size_t
stand_up(struct seating *s)
{
	size_t who = s->v[0];

	memmove(s->v, s->v + 1, --s->n * sizeof(*s->v));
	return who;
}

/* Take it that somebody is there: who was deleted, or one nobody saw come. */
static void
seat_someone(struct seating *s)
{
	if (s->n == 0)
		sit_down(s, s->again != NONE ? s->again : s->next++);
}

/* Whoever came first goes first: in an exchange of keys the newcomer is there
 * while the other one still has to leave. */
static size_t
seat(struct seating *s, const struct history *h, size_t i, bool deferrable)
{
	const struct revision *r = &h->v[i];
	size_t who;

	/* at the end of a transaction only one is left */
	if (s->n > 1 && !same_txid(r, &h->v[s->last]))
		while (s->n > 1)
			stand_up(s);
	if (came(r)) {
		if (!deferrable)
			s->n = 0;
		s->last = i;
		return sit_down(s, s->next++);
	}
	seat_someone(s);
	who = s->v[0];
	if (!r->after || is(r, "delete")) {
		stand_up(s);
		s->again = r->after && r->moved[0] == '\0' ? who : NONE;
	}
	return who;
}

/* Whether a record has the key that an event gave to another one */
static int
is_taken(const struct revision *r, const struct track *t, bool *taken)
{
	char *key, *row = NULL;
	int rc;

	*taken = t->read != NULL;
	if (t->read == NULL)
		return 0;
	/* who may not look takes it for what such keys are made for */
	key = history_key(r);
	rc = db_value(t->db, t->read, 1, &key, &row);
	if (rc == 0)
		*taken = row != NULL;
	else if (strcmp(db_sqlstate(t->db), "42501") == 0 ||
	    db_is_misuse(t->db))
		rc = typed_forget(t->db);
	free(row);
	free(key);
	return rc;
}

/* Whether a record had the key before its first event, by which another one
 * came to it. If the newcomer has left by the end of the transaction, the next
 * event tells whether somebody was still there; or the key itself. */
static int
was_taken(const struct history *h, const struct track *t, bool *taken)
{
	size_t i;
	int n = 0;

	*taken = h->n > 0 && !came(&h->v[0]) && !is(&h->v[0], "insert");
	if (*taken || h->n == 0 || h->v[0].before || !t->deferrable)
		return 0;
	for (i = 0; i < h->n && same_txid(&h->v[i], &h->v[0]); i++)
		n += (came(&h->v[i]) || is(&h->v[i], "insert")) -
		    (!h->v[i].after || is(&h->v[i], "delete"));
	if (n < 0)
		*taken = true;
	else if (n == 0 && i < h->n)
		*taken = !came(&h->v[i]) && !is(&h->v[i], "insert");
	else if (n == 0)
		return is_taken(&h->v[0], t, taken);
	return 0;
}

int
seats_find(const struct history *all, const struct track *t, size_t *seats)
{
	struct seating s = { .again = NONE };
	bool taken = false;
	size_t i;

	if (was_taken(all, t, &taken) == -1)
		return -1;
	s.v = xreallocarray(NULL, all->n + 2, sizeof(*s.v));
	if (taken)
		seat_someone(&s);
	for (i = 0; i < all->n; i++)
		seats[i] = seat(&s, all, i, t->deferrable);
	seats[i] = s.n > 0 ? s.v[s.n - 1] : i > 0 ? seats[i - 1] : 0;
	free(s.v);
	return 0;
}
