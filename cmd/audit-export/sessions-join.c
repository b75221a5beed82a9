/* sessions-join - what is known of a session, made one row of many places */

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "plain.h"
#include "sessions.h"

#define NAMES 200 /* bytes of names of tables, about */

struct join {
	struct session_sums *sums;
	struct tally *tally;
	struct sort *sort;
	/* what is next in each: its key, of which so many bytes are the
	 * session; NULL: there is no more */
	const char *key, *fact;
	size_t keylen, key_session, fact_session;
	const struct session_events *events;
	struct sort_record r;
	struct buf session; /* whose row is made */
	struct buf names;   /* of its tables */
};

void
session_events_add(void *sum, const void *more)
{
	struct session_events *s = sum;
	const struct session_events *m = more;

	if (m->n == 0)
		return;
	if (s->n == 0 || m->first < s->first)
		s->first = m->first;
	if (s->n == 0 || m->last > s->last)
		s->last = m->last;
	s->n += m->n;
}

int
session_rows_add(struct session_rows *rows, const struct facts *f)
{
	struct buf key = { NULL, 0, 0 }, data = key;
	struct sort_record record;
	int status;

	rows->n++;
	facts_put_time(&key, ~f->n[FACT_AT]);
	facts_write(&data, f);
	record = (struct sort_record){ key.p, data.p, key.len, data.len };
	status = sort_add(rows->sort, &record);
	buf_free(&key);
	buf_free(&data);
	return status;
}

static int
next_events(struct join *j)
{
	const void *counters;
	int got = tally_next(j->tally, &j->key, &j->keylen, &counters);

	if (got == -1)
		return -1;
	if (got == 0)
		j->key = NULL;
	else {
		j->key_session = strnlen(j->key, j->keylen);
		j->events = counters;
	}
	return 0;
}

static int
next_fact(struct join *j)
{
	int got = sort_next(j->sort, &j->r);

	if (got == -1)
		return -1;
	j->fact = got == 0 ? NULL : j->r.key;
	if (got == 1)
		j->fact_session = strnlen(j->fact, j->r.keylen);
	return 0;
}

static int
compare(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t least = alen < blen ? alen : blen;
	int order = least == 0 ? 0 : memcmp(a, b, least);

	return order != 0 ? order : (alen > blen) - (alen < blen);
}

/* Whose row it is: the lesser of the two that are next */
static void
choose(struct join *j)
{
	bool fact = j->key == NULL ||
	    (j->fact != NULL &&
		compare(j->fact, j->fact_session, j->key, j->key_session) < 0);

	buf_reset(&j->session);
	buf_put(&j->session, fact ? j->fact : j->key,
	    fact ? j->fact_session : j->key_session);
}

static bool
is_of(const struct join *j, const char *session, size_t len)
{
	return session != NULL &&
	    compare(session, len, j->session.p, j->session.len) == 0;
}

/* The first few names of tables */
static void
add_name(struct join *j, struct facts *f)
{
	char *name;

	if (j->keylen == j->key_session + 1) /* events of no table */
		return;
	if (f->n[FACT_TABLES]++ > 0 && j->names.len < NAMES)
		buf_put(&j->names, ", ", 2);
	if (j->names.len >= NAMES)
		return;
	name = plain_table_name(j->key + j->key_session + 1,
	    j->keylen - j->key_session - 1);
	buf_put(&j->names, name, strlen(name));
	free(name);
}

static int
add_events(struct join *j, struct facts *f)
{
	struct session_events sum = { 0, 0, 0 };
	static const char end[] = "";

	buf_reset(&j->names);
	f->n[FACT_TABLES] = 0;
	while (is_of(j, j->key, j->key_session)) {
		session_events_add(&sum, j->events);
		add_name(j, f);
		if (next_events(j) == -1)
			return -1;
	}
	f->n[FACT_EVENTS] = (int64_t)sum.n;
	f->n[FACT_AT] = sum.n == 0 ? FACT_NONE : sum.first;
	buf_put(&j->names, end, 1);
	if (f->n[FACT_TABLES] > 0)
		facts_take(f, FACT_NAMES,
		    plain_cut(j->names.p, j->names.len - 1, NAMES));
	return 0;
}

/* What follows from the rest; the row's time is that of its beginning. */
static void
complete(struct join *j, struct facts *f)
{
	int64_t *n = f->n;
	struct buf *session = &j->session;

	facts_take(f, FACT_SESSION,
	    plain_cut(session->len == 0 ? "" : session->p, session->len,
		NAMES));
	if (n[FACT_CLOSED] == FACT_NOT_CLOSED) {
		n[FACT_CLOSED] = n[FACT_SPAN] = FACT_NONE;
		facts_take(f, FACT_REASON, NULL);
	}
	if (n[FACT_CLOSED] == FACT_NONE)
		n[FACT_SPAN] = FACT_NONE;
	else if (n[FACT_SPAN] == FACT_NONE && n[FACT_OPENED] != FACT_NONE &&
	    n[FACT_CLOSED] >= n[FACT_OPENED])
		n[FACT_SPAN] = n[FACT_CLOSED] - n[FACT_OPENED];
	if (n[FACT_OPENED] == FACT_NONE && n[FACT_SPAN] != FACT_NONE)
		n[FACT_OPENED] = n[FACT_CLOSED] - n[FACT_SPAN];
	if (n[FACT_OPENED] != FACT_NONE)
		n[FACT_AT] = n[FACT_OPENED];
	if (n[FACT_AT] == FACT_NONE)
		n[FACT_AT] = n[FACT_CLOSED] == FACT_NONE ? INT64_MIN + 1
							 : n[FACT_CLOSED];
}

static int
join_one(struct join *j)
{
	struct facts f;
	int status = 0;

	facts_init(&f);
	while (status == 0 && is_of(j, j->fact, j->fact_session)) {
		facts_merge(&f, j->r.data);
		status = next_fact(j);
	}
	if (status == 0)
		status = add_events(j, &f);
	if (status == 0) {
		complete(j, &f);
		status = session_rows_add(&j->sums->sessions, &f);
	}
	facts_free(&f);
	return status;
}

int
sessions_join(struct session_sums *sums, struct tally *events,
    struct sort *facts, const char **error)
{
	struct join j = { .sums = sums, .tally = events, .sort = facts };
	int status = 0;

	if (next_events(&j) == -1 || next_fact(&j) == -1)
		status = -1;
	while (status == 0 && (j.key != NULL || j.fact != NULL)) {
		choose(&j);
		status = join_one(&j);
	}
	buf_free(&j.session);
	buf_free(&j.names);
	if (status == 0)
		return 0;
	*error = tally_error(events);
	if (*error == NULL)
		*error = sort_error(facts);
	if (*error == NULL)
		*error = sort_error(sums->sessions.sort);
	return -1;
}
