/* history - the events of one record, through changes of its key */

#include "history.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
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

struct fetch {
	struct history *h;
	bool exact, unknown;
};

static bool
is_true(const struct db_field *col)
{
	return col->data != NULL && col->len == 1 && *col->data != 0;
}

static int
add_event(int ncols, const struct db_field cols[], void *arg)
{
	struct fetch *f = arg;
	struct history *h = f->h;
	struct revision r = { .line = NULL };
	FILE *fp = open_memstream(&r.line, &r.len);

	if (fp == NULL)
		err(TOOL_FAILED, NULL);
	f->unknown = ncols != E_KEYS + 2 ||
	    event_write(fp, E_KEYS, cols, f->exact) == -1;
	if (fclose(fp) == EOF)
		err(TOOL_FAILED, NULL);
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
query(struct history *h, const struct track *t, const char *sql,
    char *const params[4])
{
	struct fetch f = { h, t->exact, false };

	if (db_query_binary(t->db, sql, 4, NULL, params, add_event, &f) == -1)
		return -1;
	if (f.unknown)
		errx(TOOL_FAILED, "the server sends events in an unknown form");
	return 0;
}

static int
fetch(struct history *h, const struct track *t, const struct key *k,
    const char *from, const char *before)
{
	return query(h, t, sql_history_events,
	    (char *[]){ (char *)from, (char *)before, k->record, k->values });
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
	k->record = cols[0] == NULL ? NULL : xstrdup(cols[0]);
	k->values = cols[1] == NULL ? NULL : xstrdup(cols[1]);
	return 0;
}

/* The key before or after an event */
static int
find_key(const struct track *t, const char *id, bool after, struct key *k)
{
	char *params[] = { (char *)id, after ? "true" : "false" };

	key_clear(k);
	return db_query(t->db, sql_history_key, 2, params, keep_key, k);
}

/* The other half of a move to another partition; *id NULL: it is none. */
static int
find_moved(const struct track *t, const struct revision *r, char **id)
{
	char *params[] = { (char *)r->id, (char *)t->partition };

	*id = NULL;
	if (t->partition == NULL)
		return 0;
	return db_value(t->db, sql_history_moved, 2, params, id);
}

static bool
is(const struct revision *r, const char *op)
{
	return json_says(r->e.v[E_OP], op);
}

/* Whether the record went on elsewhere: then *k is its key there. */
static int
find_next(const struct track *t, const struct revision *r, struct key *k)
{
	char *moved = NULL;
	int rc = 0;

	key_clear(k);
	if (!r->after)
		return find_key(t, r->id, true, k);
	if (is(r, "delete") && (rc = find_moved(t, r, &moved)) == 0 &&
	    moved != NULL)
		rc = find_key(t, moved, true, k);
	free(moved);
	return rc;
}

/* Whether the record came from elsewhere: then *k was its key there. */
static int
find_previous(const struct track *t, const struct revision *r, struct key *k)
{
	char *moved = NULL;
	int rc = 0;

	key_clear(k);
	if (!r->before)
		return find_key(t, r->id, false, k);
	if (is(r, "insert") && (rc = find_moved(t, r, &moved)) == 0 &&
	    moved != NULL)
		rc = find_key(t, moved, false, k);
	free(moved);
	return rc;
}

/* The events before an id under a key that the record had then. Those that are
 * older than the one by which it came to the key are another record's. */
static int
go_back(struct history *h, const struct track *t, struct key *k,
    const char *before)
{
	struct history all = { NULL, 0, 0 };
	char bound[EVENT_ID];
	size_t i;
	int rc;

	strlcpy(bound, before, sizeof(bound));
	do {
		all.n = 0;
		if ((rc = fetch(&all, t, k, t->first, bound)) == -1)
			break;
		key_clear(k);
		for (i = all.n; i > 0 && k->record == NULL && rc == 0; i--) {
			struct revision *r = &all.v[i - 1];

			if (!r->after)
				break;
			rc = find_previous(t, r, k);
			strlcpy(bound, r->id, sizeof(bound));
			take(h, r);
		}
		for (i = 0; i < all.n; i++)
			free(all.v[i].line);
	} while (rc == 0 && k->record != NULL);
	free(all.v);
	return rc;
}

/* An id that is greater by one: the first that can come after it. */
static void
next_id(char id[static EVENT_ID])
{
	static const char hex[] = "0123456789abcdef";
	char *p = id + EVENT_ID - 1;

	while (p > id) {
		p--;
		if (*p == '-')
			continue;
		if (*p != 'f') {
			*p = strchr(hex, *p)[1];
			return;
		}
		*p = '0';
	}
}

/* The events after an id, under a key that the record has from then on, until
 * another one comes to that key. */
static int
go_on(struct history *h, const struct track *t, struct key *k,
    const char *after)
{
	struct history all = { NULL, 0, 0 };
	char from[EVENT_ID];
	size_t i;
	int rc;

	strlcpy(from, after, sizeof(from));
	do {
		next_id(from);
		all.n = 0;
		if ((rc = fetch(&all, t, k, from, t->end)) == -1)
			break;
		key_clear(k);
		for (i = 0; i < all.n && k->record == NULL && rc == 0; i++) {
			struct revision *r = &all.v[i];

			if (!r->before)
				break;
			rc = find_next(t, r, k);
			strlcpy(from, r->id, sizeof(from));
			take(h, r);
		}
		for (i = 0; i < all.n; i++)
			free(all.v[i].line);
	} while (rc == 0 && k->record != NULL);
	free(all.v);
	return rc;
}

static int
by_id(const void *a, const void *b)
{
	const struct revision *x = a, *y = b;

	return strcmp(x->id, y->id);
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
    const char *values)
{
	struct key k = { xstrdup(record),
		values == NULL ? NULL : xstrdup(values) };
	struct key next = { NULL, NULL };
	struct history all = { NULL, 0, 0 };
	struct revision *last;
	char from[EVENT_ID];
	int rc;

	if ((rc = fetch(&all, t, &k, t->first, t->end)) == 0 &&
	    is_whole(&all, t))
		*h = all;
	else if (rc == 0 && all.n > 0) {
		/* the last one that had this key may have left it */
		last = &all.v[all.n - 1];
		strlcpy(from, last->id, sizeof(from));
		if ((rc = find_next(t, last, &next)) == 0 &&
		    next.record != NULL)
			rc = go_on(h, t, &next, from);
		if (rc == 0 && (rc = find_previous(t, last, &next)) == 0)
			rc = go_back(h, t, next.record != NULL ? &next : &k,
			    from);
		take(h, last);
	}
	if (h->v != all.v)
		history_free(&all);
	if (h->n > 1)
		qsort(h->v, h->n, sizeof(*h->v), by_id);
	key_clear(&k);
	key_clear(&next);
	return rc;
}

int
history_find_loose(struct history *h, const struct track *t, const char *record,
    const char *parent)
{
	return query(h, t, sql_history_loose,
	    (char *[]){ t->first, t->end, (char *)record, (char *)parent });
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
	if ((fp = open_memstream(&text, &len)) == NULL)
		err(TOOL_FAILED, NULL);
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
	if (fclose(fp) == EOF)
		err(TOOL_FAILED, NULL);
	return text;
}
