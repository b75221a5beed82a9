/* related - a record's revisions with those of what belongs to it */

#include "related.h"

#include <err.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "sql.h"
#include "typed.h"

/* A revision; it stands at its event's id, a revision 0 before the first one */
struct item {
	char id[EVENT_ID];
	size_t n; /* of those alike, as they came */
	struct state state;
	const struct origin *origin;
};

/* A table's place, kept for its next record */
struct known {
	char *rel;
	struct place place;
};

struct related {
	const struct track *track; /* where to look */
	bool quiet;
	struct item *items;
	size_t n, size;
	struct known **known;
	size_t nknown;
	struct record **records; /* the items borrow from them */
	size_t nrecords;
	const struct record *record; /* whose revisions are being added */
	void *ids;		     /* of the events that are there */
	void *rows; /* the children that are known to be there now */
};

/* A set of texts */
static int
compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool
has(void *const *set, const char *text)
{
	return tfind(text, set, compare) != NULL;
}

static void
put(void **set, const char *text)
{
	if (!has(set, text) && tsearch(xstrdup(text), set, compare) == NULL)
		err(TOOL_FAILED, NULL);
}

static int
add(const struct state *s, void *arg)
{
	struct related *a = arg;
	const struct history *h = &a->record->history;
	struct item *i;

	if (a->n == a->size) {
		a->size = a->size == 0 ? 64 : 2 * a->size;
		a->items = xreallocarray(a->items, a->size, sizeof(*a->items));
	}
	i = &a->items[a->n];
	*i = (struct item){ .n = a->n,
		.state = *s,
		.origin = &a->record->origin };
	i->state.row = xstrdup_null(s->row);
	i->state.unknown = xstrdup_null(s->unknown);
	if (h->n > 0)
		strlcpy(i->id, s->r == NULL ? h->v[0].id : s->r->id,
		    sizeof(i->id));
	if (s->r != NULL)
		put(&a->ids, s->r->id);
	a->n++;
	return 0;
}

static void
add_record(struct related *a, struct record *r, struct place *p)
{
	a->record = r;
	record_each(r, p, add, a);
}

/* What belongs to a record */
struct children {
	struct which *v;
	size_t n;
	const struct which *table; /* of rows that do not tell it */
};

static void
add_child(struct children *c, const struct which *w)
{
	c->v = xreallocarray(c->v, c->n + 1, sizeof(*c->v));
	c->v[c->n++] = (struct which){ xstrdup_null(w->rel),
		xstrdup_null(w->root), xstrdup_null(w->hash),
		xstrdup_null(w->values), xstrdup_null(w->event) };
}

static void
children_free(struct children *c)
{
	while (c->n > 0)
		which_free(&c->v[--c->n]);
	free(c->v);
}

static int
keep_child(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	add_child(arg,
	    &(struct which){ cols[0], cols[1], cols[2], cols[3], cols[4] });
	return 0;
}

static int
keep_row(int ncols, char *const cols[], void *arg)
{
	struct children *c = arg;

	(void)ncols;
	if (cols[1] != NULL)
		add_child(c,
		    &(struct which){ c->table->rel, c->table->root, cols[0],
			cols[1], NULL });
	return 0;
}

/* A child as the archive says it, as the trail does */
struct archived {
	struct children *children;
	struct place *place;
	int rc;
};

static int
keep_archived(int ncols, char *const cols[], void *arg)
{
	struct archived *a = arg;
	const struct past *past = a->place->track.past;
	struct which w = { .rel = past_live_table(past, cols[0]),
		.hash = past_live_record(past, cols[2]) };

	(void)ncols;
	if (w.rel != NULL && w.hash != NULL) {
		if (db_value(a->place->db, sql_live_table, 1, &w.rel,
			&w.root) == -1)
			a->rc = -1;
		w.values = xstrdup_null(cols[3]);
		w.event = xstrdup_null(cols[4]);
		add_child(a->children, &w);
	}
	which_free(&w);
	return a->rc;
}

/* What only the archive knows to have belonged to it; what both know is found
 * twice, and shown once. */
static int
find_archived(struct children *c, struct place *p, const struct which *w,
    char *list)
{
	const struct past *past = p->track.past;
	char *record = past_record(past, w->hash), *table;
	struct archived a = { c, p, 0 };
	int rc = 0;

	if (record == NULL)
		return 0;
	table = xasprintf("%lld", strtoll(record, NULL, 10) >> 32);
	rc = db_query(past->db, sql_history_children, 6,
	    (char *[]){ list, record, w->values, table, past->first,
		past->end },
	    keep_archived, &a);
	free(table);
	free(record);
	return rc == 0 ? a.rc : rc;
}

/* What the trail knows to have belonged to the record */
static int
find_recorded(struct children *c, const struct record *r, struct place *p,
    const struct which *w)
{
	char **ids = xcalloc(r->history.n + 1, sizeof(*ids)), *list;
	size_t i;
	int rc;

	for (i = 0; i < r->history.n; i++)
		ids[i] = r->history.v[i].id;
	list = db_array((int)r->history.n, ids);
	rc = db_query(p->db, sql_history_children, 6,
	    (char *[]){ list, w->hash, w->values, w->rel, p->track.first,
		p->track.end },
	    keep_child, c);
	if (rc == 0 && p->track.past != NULL)
		rc = find_archived(c, p, w, list);
	free(list);
	free(ids);
	return rc;
}

/* A statement, as the hash of what it finds */
static int
keep_statement(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	add_child(arg,
	    &(struct which){ cols[0], cols[1], cols[2], NULL, NULL });
	return 0;
}

/* What refers to it now: a row that has not been linked to it since auditing
 * began is in no event that says so. Whoever may not read it does without. */
static int
find_live(struct children *c, const struct record *r, struct place *p,
    const struct which *w)
{
	struct children statements = { NULL, 0, NULL };
	size_t i;
	int rc = 0;

	if (w->root != NULL && r->key != NULL)
		rc = db_query(p->db, sql_history_child_statements, 1,
		    (char *[]){ w->root }, keep_statement, &statements);
	for (i = 0; i < statements.n && rc == 0; i++) {
		c->table = &statements.v[i];
		rc = db_query(p->db, c->table->hash, 1, (char *[]){ r->key },
		    keep_row, c);
		if (rc == -1 && strcmp(db_sqlstate(p->db), "42501") == 0) {
			if (!p->quiet)
				warnx("not all that belongs to it can be "
				      "read: %s",
				    db_error(p->db));
			rc = typed_forget(p->db);
		} else if (rc == -1 && db_is_misuse(p->db))
			/* a key that their column cannot hold is in none */
			rc = typed_forget(p->db);
	}
	children_free(&statements);
	return rc;
}

static struct place *
place_of(struct related *a, const struct which *w)
{
	struct known *k;
	size_t i;

	for (i = 0; i < a->nknown; i++)
		if (strcmp(a->known[i]->rel, w->rel) == 0)
			return &a->known[i]->place;
	k = xcalloc(1, sizeof(*k));
	k->rel = xstrdup(w->rel);
	a->known =
	    xreallocarray(a->known, a->nknown + 1, sizeof(struct known *));
	a->known[a->nknown++] = k;
	if (place_open(&k->place, a->track->db, w, a->track->exact) == -1)
		return NULL;
	k->place.quiet = a->quiet;
	k->place.track.trails = a->track->trails;
	k->place.track.past = a->track->past;
	return &k->place;
}

static struct record *
new_record(struct related *a)
{
	struct record *r = xcalloc(1, sizeof(*r));

	a->records =
	    xreallocarray(a->records, a->nrecords + 1, sizeof(struct record *));
	a->records[a->nrecords++] = r;
	return r;
}

static int
add_loose(struct related *a, struct place *p, const struct which *child,
    const struct which *parent)
{
	struct record *r = new_record(a);

	a->record = r;
	if (history_find_loose(&r->history, &p->track, child->hash,
		parent->hash) == -1)
		return -1;
	state_each_loose(&r->history, add, a);
	return 0;
}

/* Those that are there now come last: most are known by then. */
static int
add_child_record(struct related *a, const struct which *child,
    const struct which *parent)
{
	struct place *p = place_of(a, child);
	struct record *r;
	char *row;
	bool known;

	if (p == NULL)
		return -1;
	if (child->values == NULL)
		return add_loose(a, p, child, parent);
	row = xasprintf("%s %s", child->hash, child->values);
	known = child->event != NULL ? has(&a->ids, child->event)
				     : has(&a->rows, row);
	if (!known) {
		r = new_record(a);
		if (record_find(r, p, child, NULL) == -1) {
			free(row);
			return -1;
		}
		if (r->history.n > 0 && !has(&a->ids, r->history.v[0].id))
			add_record(a, r, p);
		if (child->event == NULL || r->live.p != NULL)
			put(&a->rows, row);
	}
	free(row);
	return 0;
}

static int
by_id(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = strcmp(x->id, y->id);

	if (order != 0)
		return order;
	if (x->state.r == NULL || y->state.r == NULL)
		return (x->state.r != NULL) - (y->state.r != NULL);
	return (x->n > y->n) - (x->n < y->n);
}

static void
finish(struct related *a)
{
	while (a->n > 0) {
		a->n--;
		free(a->items[a->n].state.row);
		free(a->items[a->n].state.unknown);
	}
	free(a->items);
	while (a->nrecords > 0) {
		record_free(a->records[--a->nrecords]);
		free(a->records[a->nrecords]);
	}
	free(a->records);
	while (a->nknown > 0) {
		a->nknown--;
		place_close(&a->known[a->nknown]->place);
		free(a->known[a->nknown]->rel);
		free(a->known[a->nknown]);
	}
	free(a->known);
	tdestroy(a->ids, free);
	tdestroy(a->rows, free);
}

int
related_each(struct record *r, struct place *p, const struct which *w,
    related_fn *fn, void *arg)
{
	struct related a = { .track = &p->track, .quiet = p->quiet };
	struct children children = { NULL, 0, NULL };
	size_t i;
	int rc = 0;

	add_record(&a, r, p);
	if (find_recorded(&children, r, p, w) == -1 ||
	    find_live(&children, r, p, w) == -1)
		rc = -1;
	for (i = 0; i < children.n && rc == 0; i++)
		rc = add_child_record(&a, &children.v[i], w);
	if (rc == 0) {
		qsort(a.items, a.n, sizeof(*a.items), by_id);
		for (i = 0; i < a.n; i++)
			fn(&a.items[i].state, a.items[i].origin, arg);
	}
	children_free(&children);
	finish(&a);
	return rc;
}
