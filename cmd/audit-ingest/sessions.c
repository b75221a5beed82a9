/* sessions - what is known of the sessions that the log tells of */

#include "sessions.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "mem.h"
#include "sessions-state.h"

struct sessions *
sessions_new(void)
{
	return xcalloc(1, sizeof(struct sessions));
}

static void
session_free(struct session *s)
{
	free(s->login);
	free(s->method);
	free(s->identity);
	free(s->objects);
	free(s);
}

void
sessions_free(struct sessions *t)
{
	struct session *s, *next;
	size_t i;

	if (t == NULL)
		return;
	for (i = 0; i < PLACES; i++)
		for (s = t->places[i]; s != NULL; s = next) {
			next = s->next;
			session_free(s);
		}
	free(t);
}

static struct links *
links_of(struct session *s, size_t which)
{
	return (struct links *)(void *)((char *)s + which);
}

static void
leave(struct session *s, size_t which)
{
	struct links *l = links_of(s, which);

	if (l->in == NULL)
		return;
	if (l->before != NULL)
		links_of(l->before, which)->after = l->after;
	else
		l->in->first = l->after;
	if (l->after != NULL)
		links_of(l->after, which)->before = l->before;
	else
		l->in->last = l->before;
	*l = (struct links){ NULL, NULL, NULL };
}

/* Stand in a list behind this one; NULL: be the first. */
static void
enter_behind(struct session *s, size_t which, struct chain *c,
    struct session *before)
{
	struct links *l = links_of(s, which);

	l->in = c;
	l->before = before;
	l->after = before != NULL ? links_of(before, which)->after : c->first;
	if (before != NULL)
		links_of(before, which)->after = s;
	else
		c->first = s;
	if (l->after != NULL)
		links_of(l->after, which)->before = s;
	else
		c->last = s;
}

/* Be the last of a list. */
static void
enter(struct session *s, size_t which, struct chain *c)
{
	leave(s, which);
	enter_behind(s, which, c, c->last);
}

static struct session **
place(struct sessions *t, struct text id)
{
	struct session **at = &t->places[hash_bytes(0, id.p, id.len) % PLACES];

	while (*at != NULL &&
	    (strlen((*at)->id) != id.len ||
		memcmp((*at)->id, id.p, id.len) != 0))
		at = &(*at)->next;
	return at;
}

static void
forget(struct sessions *t, struct session *s)
{
	struct session **at = place(t, (struct text){ s->id, strlen(s->id) });

	leave(s, AGE);
	leave(s, WAITS);
	leave(s, DIRTY);
	*at = s->next;
	session_free(s);
	t->n--;
}

struct session *
sessions_oldest(const struct sessions *t)
{
	if (t->n < SESSIONS_MOST)
		return NULL;
	return t->ended.first != NULL ? t->ended.first : t->living.first;
}

struct session *
sessions_get(struct sessions *t, struct text id, int64_t started,
    int64_t *forgotten)
{
	struct session *s = *place(t, id), *old;

	if (s == NULL) {
		if ((old = sessions_oldest(t)) != NULL) {
			if (old->started > *forgotten)
				*forgotten = old->started;
			forget(t, old);
		}
		s = xcalloc(1, sizeof(*s));
		memcpy(s->id, id.p, id.len);
		s->started = started;
		*place(t, id) = s;
		t->n++;
	}
	enter(s, AGE, s->ended ? &t->ended : &t->living);
	enter(s, DIRTY, &t->dirty);
	return s;
}

void
sessions_end(struct sessions *t, struct session *s)
{
	s->ended = true;
	free(s->method);
	free(s->identity);
	free(s->objects);
	s->method = s->identity = NULL;
	s->objects = NULL;
	s->nobjects = 0;
	s->statement = s->part = 0;
	enter(s, AGE, &t->ended);
}

void
sessions_wait(struct sessions *t, struct session *s, char *login, size_t len,
    int64_t at)
{
	struct session *before;

	free(s->login);
	s->login = login;
	s->nlogin = len;
	s->login_at = at;
	enter(s, DIRTY, &t->dirty);
	leave(s, WAITS);
	if (login == NULL)
		return;
	before = t->waits.last;
	while (before != NULL && before->login_at > at)
		before = before->waits.before;
	enter_behind(s, WAITS, &t->waits, before);
}

struct session *
sessions_waiting(const struct sessions *t)
{
	return t->waits.first;
}

bool
session_reads(struct session *s, uint64_t statement, uint64_t part,
    uint64_t object)
{
	size_t i;

	if (s->statement != statement || s->part != part) {
		s->statement = statement;
		s->part = part;
		s->nobjects = 0;
	}
	for (i = 0; i < s->nobjects; i++)
		if (s->objects[i] == object)
			return false;
	if (s->objects == NULL)
		s->objects = xcalloc(SESSION_OBJECTS, sizeof(*s->objects));
	if (s->nobjects == SESSION_OBJECTS) /* which is then told twice */
		s->nobjects = 0;
	s->objects[s->nobjects++] = object;
	return true;
}

void
sessions_clean(struct session *s)
{
	leave(s, DIRTY);
}
