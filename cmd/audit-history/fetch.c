/* fetch - the events of a record, from the trail and from an archive beside it
 */

#include "fetch.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "sql.h"
#include "tool.h"

struct fetch {
	struct history *h;
	const struct track *t;
	bool archived, unknown;
};

static bool
is_true(const struct db_field *col)
{
	return col->data != NULL && col->len == 1 && *col->data != 0;
}

/* The name of the trail that an event is of; NULL: it is not said. */
static const char *
trail_of(const struct track *t, const struct db_field *no)
{
	if (t->past != NULL)
		return t->past->name;
	return t->trails == NULL ? NULL
				 : trails_name(t->trails, event_trail(no));
}

static int
add_event(int ncols, const struct db_field cols[], void *arg)
{
	struct fetch *f = arg;
	struct history *h = f->h;
	struct revision r = { .archived = f->archived };
	FILE *fp = xmemstream(&r.line, &r.len);

	f->unknown = ncols != E_KEYS + 3 ||
	    event_write(fp, E_KEYS, cols, trail_of(f->t, &cols[E_KEYS + 2]),
		f->t->exact) == -1;
	xclose(fp);
	if (f->unknown || event_read(&r.e, r.line, r.len) != NULL) {
		free(r.line);
		f->unknown = true;
		return 1;
	}
	event_id(&cols[0], r.id);
	r.before = is_true(&cols[E_KEYS]);
	r.after = is_true(&cols[E_KEYS + 1]);
	if (h->n == h->size) {
		h->size = h->size == 0 ? 16 : 2 * h->size;
		h->v = xreallocarray(h->v, h->size, sizeof(*h->v));
	}
	h->v[h->n++] = r;
	return 0;
}

static int
query(struct history *h, const struct track *t, struct db *db, const char *sql,
    char *const params[4])
{
	struct fetch f = { h, t, db != t->db, false };

	if (db_query_binary(db, sql, 4, NULL, params, add_event, &f) == -1)
		return -1;
	if (f.unknown)
		errx(TOOL_FAILED, "the server sends events in an unknown form");
	return 0;
}

int
fetch_order(const void *a, const void *b)
{
	const struct revision *x = a, *y = b;
	int order = strcmp(x->id, y->id);

	return order != 0 ? order : x->archived - y->archived;
}

static int
drop_id(int ncols, char *const cols[], void *arg)
{
	struct history *h = arg;
	size_t i;

	(void)ncols;
	for (i = 0; i < h->n; i++)
		if (h->v[i].archived && strcmp(h->v[i].id, cols[0]) == 0)
			h->v[i].id[0] = '\0';
	return 0;
}

/* Of what both have the trail has the say, and what has been erased from it is
 * not known from the archive. */
static int
drop_double(struct history *h, const struct track *t)
{
	char **ids = xcalloc(h->n + 1, sizeof(*ids)), *list;
	size_t i, n = 0;
	int rc = 0;

	qsort(h->v, h->n, sizeof(*h->v), fetch_order);
	for (i = 0; i < h->n; i++)
		if (i > 0 && h->v[i].archived && !h->v[i - 1].archived &&
		    strcmp(h->v[i].id, h->v[i - 1].id) == 0)
			h->v[i].id[0] = '\0';
		else if (h->v[i].archived)
			ids[n++] = h->v[i].id;
	list = db_array((int)n, ids);
	if (n > 0)
		rc = db_query(t->db, sql_erased_ids, 1, &list, drop_id, h);
	free(list);
	free(ids);
	for (i = n = 0; i < h->n; i++)
		if (h->v[i].id[0] == '\0')
			free(h->v[i].line);
		else
			h->v[n++] = h->v[i];
	h->n = n;
	return rc;
}

/* The same of the archive, where records have other numbers. other is the last
 * parameter. */
static int
query_past(struct history *h, const struct track *t, const char *sql,
    const char *record, const char *other, bool other_is_record)
{
	const struct past *p = t->past;
	char *there = past_record(p, record), *text = NULL;
	int rc = 0;

	if (other_is_record)
		text = past_record(p, other);
	else if (other != NULL)
		text = xstrdup(other);
	if (there != NULL && (text != NULL || !other_is_record))
		rc = query(h, t, p->db, sql,
		    (char *[]){ p->first, p->end, there, text });
	free(there);
	free(text);
	return rc == 0 && h->n > 0 ? drop_double(h, t) : rc;
}

int
fetch_events(struct history *h, const struct track *t, const char *record,
    const char *values)
{
	int rc = query(h, t, t->db, sql_history_events,
	    (char *[]){ t->first, t->end, (char *)record, (char *)values });

	if (rc == 0 && t->past != NULL)
		rc =
		    query_past(h, t, sql_history_events, record, values, false);
	return rc;
}

int
history_find_loose(struct history *h, const struct track *t, const char *record,
    const char *parent)
{
	int rc = query(h, t, t->db, sql_history_loose,
	    (char *[]){ t->first, t->end, (char *)record, (char *)parent });

	if (rc == 0 && t->past != NULL)
		rc = query_past(h, t, sql_history_loose, record, parent, true);
	return rc;
}
