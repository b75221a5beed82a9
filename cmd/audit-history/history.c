/* history - the events of one record, through changes of its key */

#include "history.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "mem.h"
#include "seats.h"
#include "sql.h"
#include "tool.h"

/* A key, as history-events.sql takes it */
struct key {
	char *record, *values;
};

static void
key_clear(struct key *k)
{
	free(k->record);
	free(k->values);
	*k = (struct key){ NULL, NULL };
}

/* Move an event to another history. */
static void
take(struct history *h, struct revision *r)
{
	if (h->n == h->size) {
		h->size = h->size == 0 ? 16 : 2 * h->size;
		h->v = xreallocarray(h->v, h->size, sizeof(*h->v));
	}
	h->v[h->n++] = *r;
	r->line = NULL;
}

static int
keep_key(int ncols, char *const cols[], void *arg)
{
	struct key *k = arg;

	(void)ncols;
	k->record = xstrdup_null(cols[0]);
	k->values = xstrdup_null(cols[1]);
	return 0;
}

/* The key before or after an event */
static int
find_key(const struct track *t, const char *id, bool after, struct key *k)
{
	char *params[] = { (char *)id, after ? "true" : "false" }, *there;

	key_clear(k);
	if (db_query(t->db, sql_history_key, 2, params, keep_key, k) == -1)
		return -1;
	if (k->record != NULL || t->past == NULL)
		return 0;
	if (db_query(t->past->db, sql_history_key, 2, params, keep_key, k) ==
	    -1)
		return -1;
	there = k->record;
	k->record = there == NULL ? NULL : past_live_record(t->past, there);
	free(there);
	return 0;
}

static bool
is(const struct revision *r, const char *op)
{
	return json_says(r->e.v[E_OP], op);
}

static int
find_moved(const struct track *t, struct revision *r)
{
	char *params[] = { r->id, (char *)t->partition };
	char *id = NULL;

	if (db_value(t->db, sql_history_moved, 2, params, &id) == -1 ||
	    (id == NULL && t->past != NULL &&
		db_value(t->past->db, sql_history_moved, 2, params, &id) == -1))
		return -1;
	strlcpy(r->moved, id == NULL ? "" : id, sizeof(r->moved));
	free(id);
	return 0;
}

/* All events under a key */
static int
fetch_all(struct history *all, const struct track *t, const struct key *k)
{
	size_t i;
	int rc = fetch_events(all, t, k->record, k->values);

	for (i = 0; i < all->n && rc == 0 && t->partition != NULL; i++)
		if (is(&all->v[i], "insert") || is(&all->v[i], "delete"))
			rc = find_moved(t, &all->v[i]);
	return rc;
}

/* Whether an event took the record elsewhere, or brought it from there. Then
 * its key there is that before or after event id. */
static bool
is_border(struct revision *r, bool after, char id[static EVENT_ID])
{
	bool stays = after ? r->after : r->before;

	strlcpy(id, stays ? r->moved : r->id, EVENT_ID);
	return !stays ||
	    (r->moved[0] != '\0' && is(r, after ? "delete" : "insert"));
}

static struct revision *
find_event(const struct history *h, const char *id)
{
	size_t i;

	for (i = 0; i < h->n; i++)
		if (strcmp(h->v[i].id, id) == 0)
			return &h->v[i];
	return NULL;
}

/* Where a record was before it had a key, or after */
struct border {
	char id[EVENT_ID]; /* ""; or an event under the other key */
	bool after;
};

/* Move the events of the record that had this key at an event, or last. */
static int
take_seat(struct history *h, struct history *all, const struct track *t,
    const char *event, struct border border[2])
{
	const struct revision *at =
	    event == NULL ? NULL : find_event(all, event);
	size_t *seats = xcalloc(all->n + 1, sizeof(*seats));
	size_t i, who;
	int rc = seats_find(all, t, seats);

	who = seats[at != NULL ? (size_t)(at - all->v) : all->n];
	for (i = 0; i < all->n && rc == 0; i++) {
		struct revision *r = &all->v[i];
		char id[EVENT_ID];
		int after;

		if (seats[i] != who)
			continue;
		for (after = 0; after < 2; after++)
			if (is_border(r, after, id))
				strlcpy(border[after].id, id, sizeof(id));
		/* the way here is taken already */
		if (at != r || find_event(h, r->id) == NULL)
			take(h, r);
	}
	free(seats);
	return rc;
}

/* The events under the keys that the record had before, or has afterwards */
static int
follow(struct history *h, const struct track *t, struct border border)
{
	struct key k = { NULL, NULL };
	bool after = border.after;
	int rc = 0;

	while (rc == 0 && border.id[0] != '\0') {
		struct history all = { NULL, 0, 0 };
		struct border borders[2] = { { "", false }, { "", true } };
		int way;

		if ((rc = find_key(t, border.id, after, &k)) == 0 &&
		    k.record != NULL && (rc = fetch_all(&all, t, &k)) == 0 &&
		    find_event(&all, border.id) != NULL)
			rc = take_seat(h, &all, t, border.id, borders);
		/* time goes one way only, whatever the events say */
		way = strcmp(borders[after].id, border.id);
		border = borders[after];
		if (after ? way <= 0 : way >= 0)
			border.id[0] = '\0';
		history_free(&all);
	}
	key_clear(&k);
	return rc;
}

/* Whether a record that moved between partitions, or changed its key, may have
 * come here or gone on. */
static bool
is_whole(const struct history *all, const struct track *t)
{
	size_t i;

	if (t->partition != NULL)
		return false;
	for (i = 0; i < all->n; i++)
		if (!all->v[i].before || !all->v[i].after)
			return false;
	return true;
}

int
history_find(struct history *h, const struct track *t, const char *record,
    const char *values, const char *event)
{
	const struct key k = { (char *)record, (char *)values };
	struct border border[2] = { { "", false }, { "", true } };
	struct history all = { NULL, 0, 0 };
	int rc;

	if ((rc = fetch_all(&all, t, &k)) == 0 && is_whole(&all, t)) {
		*h = all;
		return 0;
	}
	if (rc == 0 && all.n > 0)
		rc = take_seat(h, &all, t, event, border);
	if (rc == 0)
		rc = follow(h, t, border[0]);
	if (rc == 0)
		rc = follow(h, t, border[1]);
	history_free(&all);
	if (h->n > 1)
		qsort(h->v, h->n, sizeof(*h->v), fetch_order);
	return rc;
}

void
history_free(struct history *h)
{
	size_t i;

	for (i = 0; i < h->n; i++)
		free(h->v[i].line);
	free(h->v);
	*h = (struct history){ NULL, 0, 0 };
}

char *
history_key(const struct revision *r)
{
	struct json_iter i;
	struct json name, value, changed;
	const char *comma = "";
	char *text = NULL;
	size_t len;
	FILE *fp;

	if (json_kind(r->e.v[E_KEY]) != '{')
		return NULL;
	fp = xmemstream(&text, &len);
	putc('{', fp);
	json_begin(&i, r->e.v[E_KEY]);
	while (json_next(&i, &name, &value)) {
		if (is(r, "update") && json_get(r->e.v[E_NEW], name, &changed))
			value = changed;
		fprintf(fp, "%s%.*s: %.*s", comma, (int)name.len, name.p,
		    (int)value.len, value.p);
		comma = ", ";
	}
	putc('}', fp);
	xclose(fp);
	return text;
}
