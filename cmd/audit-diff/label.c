/* label - what records were called at a time
 *
 * Of each record that was asked for, all times are known at which its label
 * changed, up to a horizon: the moment of asking. Who asks for a later time has
 * the database asked again. */

#include "label.h"

#include <err.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "sql.h"
#include "tool.h"

/* Beyond either of these it is time to forget */
#define MOST_RECORDS 20000
#define MOST_BYTES (4UL * 1024 * 1024)

#define BATCH 1000 /* keys in one query */

/* What an event tells */
struct point {
	char id[EVENT_ID];
	char what; /* the record came, went, changed: c w u */
	bool before_known, after_known;
	char *before, *after; /* NULL: no label */
};

struct record {
	struct target *table;
	char *key;
	bool wanted;
	char horizon[EVENT_ID]; /* "": never asked */
	struct point *points;
	size_t npoints;
	bool asked_live, lives;
	char *label; /* of the live row */
};

struct labels {
	struct db *db;
	void *records; /* tsearch() */
	struct record **wanted;
	size_t nwanted, nrecords, bytes;
};

/* The records of a query */
struct batch {
	struct labels *l;
	struct record **v;
	size_t n;
};

static int
by_key(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	return strcmp(x->key, y->key);
}

static int
by_wanted(const void *a, const void *b)
{
	return by_key(*(struct record *const *)a, *(struct record *const *)b);
}

struct labels *
labels_new(struct db *db)
{
	struct labels *l = xcalloc(1, sizeof(*l));

	l->db = db;
	return l;
}

static void
free_points(struct record *r)
{
	size_t i;

	for (i = 0; i < r->npoints; i++) {
		free(r->points[i].before);
		free(r->points[i].after);
	}
	free(r->points);
	r->points = NULL;
	r->npoints = 0;
}

static void
free_record(void *record)
{
	struct record *r = record;

	free_points(r);
	free(r->label);
	free(r->key);
	free(r);
}

void
labels_forget(struct labels *l)
{
	tdestroy(l->records, free_record);
	free(l->wanted);
	*l = (struct labels){ l->db, NULL, NULL, 0, 0, 0 };
}

void
labels_free(struct labels *l)
{
	if (l == NULL)
		return;
	labels_forget(l);
	free(l);
}

bool
labels_full(const struct labels *l)
{
	return l->nrecords > MOST_RECORDS || l->bytes > MOST_BYTES;
}

static struct record *
find(struct labels *l, const struct target *t, const char *key)
{
	const struct record like = { .table = (struct target *)t,
		.key = (char *)key };
	struct record *const *found = tfind(&like, &l->records, by_key);

	return found == NULL ? NULL : *found;
}

void
labels_want(struct labels *l, struct target *t, const char *key, const char *id)
{
	struct record *r = find(l, t, key);

	if ((r != NULL && (r->wanted || strcmp(id, r->horizon) < 0)) ||
	    (t->find == NULL && (t->rel == NULL || !t->by_key)))
		return;
	if (r == NULL) {
		r = xcalloc(1, sizeof(*r));
		r->table = t;
		r->key = xstrdup(key);
		if (tsearch(r, &l->records, by_key) == NULL)
			err(TOOL_FAILED, NULL);
		l->nrecords++;
		l->bytes += strlen(key);
	}
	r->wanted = true;
	l->wanted =
	    xreallocarray(l->wanted, l->nwanted + 1, sizeof(struct record *));
	l->wanted[l->nwanted++] = r;
}

static char *
text_of(struct labels *l, struct json j)
{
	size_t len;
	char *text;

	if (json_kind(j) != '"')
		return NULL;
	text = json_text(j, &len);
	l->bytes += len;
	return text;
}

static void
add_point(struct labels *l, struct record *r, struct json array)
{
	struct json v[6] = { { NULL, 0 } }, key;
	struct json_iter i;
	struct point *p;
	char *text;
	int n;

	json_begin(&i, array);
	for (n = 0; n < 6 && json_next(&i, &key, &v[n]); n++)
		;
	r->points =
	    xreallocarray(r->points, r->npoints + 1, sizeof(*r->points));
	p = &r->points[r->npoints++];
	text = text_of(l, v[0]);
	strlcpy(p->id, text, sizeof(p->id));
	free(text);
	p->what = v[1].p[1];
	p->before_known = json_kind(v[2]) == 't';
	p->before = text_of(l, v[3]);
	p->after_known = json_kind(v[4]) == 't';
	p->after = text_of(l, v[5]);
	l->bytes += sizeof(*p);
}

/* number, points, horizon */
static int
add_points(int ncols, char *const cols[], void *arg)
{
	struct batch *b = arg;
	struct record *r = b->v[strtoul(cols[0], NULL, 10) - 1];
	struct json all, key, value;
	struct json_iter i;
	size_t where;

	(void)ncols;
	strlcpy(r->horizon, cols[2], sizeof(r->horizon));
	if (cols[1] == NULL ||
	    json_parse(&all, cols[1], strlen(cols[1]), &where) != NULL)
		return 0;
	json_begin(&i, all);
	while (json_next(&i, &key, &value))
		add_point(b->l, r, value);
	return 0;
}

/* number, label */
static int
add_live(int ncols, char *const cols[], void *arg)
{
	struct batch *b = arg;
	struct record *r = b->v[strtoul(cols[0], NULL, 10) - 1];

	(void)ncols;
	r->lives = true;
	free(r->label);
	r->label = xstrdup_null(cols[1]);
	b->l->bytes += cols[1] == NULL ? 0 : strlen(cols[1]);
	return 0;
}

/* The keys as an array of the server's; free() it. */
static char *
keys_of(const struct batch *b)
{
	char **keys = xcalloc(b->n, sizeof(*keys)), *array;
	size_t i;

	for (i = 0; i < b->n; i++)
		keys[i] = b->v[i]->key;
	array = db_array((int)b->n, keys);
	free(keys);
	return array;
}

static int
begin(struct labels *l)
{
	return db_script(l->db, sql_names_begin);
}

/* What was known of a record before */
static void
clear(struct record *r)
{
	free_points(r);
	free(r->label);
	r->label = NULL;
	r->asked_live = r->lives = false;
	/* if no trail tells of it, what is known holds for long */
	strlcpy(r->horizon, "g", sizeof(r->horizon));
}

static int
again(struct labels *l)
{
	db_forget(l->db); /* not if the connection is lost */
	return db_rollback(l->db) == -1 || begin(l) == -1 ? -1 : 0;
}

/* What the live rows say */
static int
ask_live(struct labels *l, struct batch *b)
{
	struct target *t = b->v[0]->table;
	char *keys = keys_of(b);
	size_t i;
	int rc;

	rc = db_query(l->db, t->find, 1, &keys, add_live, b);
	free(keys);
	for (i = 0; i < b->n; i++)
		b->v[i]->asked_live = rc == 0;
	return rc;
}

/* What the trail says */
static int
ask_trail(struct labels *l, struct batch *b)
{
	const struct target *t = b->v[0]->table;
	char *params[] = { t->rel, t->label, keys_of(b) };
	int rc = db_query(l->db, sql_names_labels, 3, params, add_points, b);

	free(params[2]);
	return rc;
}

/* Of a text that is no value of a column any more, or has letters that the
 * database has not, nothing is known: then all are asked for one by one. */
static int
ask_for(struct labels *l, struct batch *b,
    int (*query)(struct labels *, struct batch *))
{
	struct batch one = { l, b->v, 1 };

	if (query(l, b) == 0)
		return 0;
	if (strncmp(db_sqlstate(l->db), "22", 2) != 0 || again(l) == -1)
		return -1;
	for (; b->n > 1 && one.v < b->v + b->n; one.v++)
		if (ask_for(l, &one, query) == -1)
			return -1;
	return 0;
}

static int
ask(struct labels *l, struct batch *b)
{
	struct target *t = b->v[0]->table;
	size_t i;

	for (i = 0; i < b->n; i++)
		clear(b->v[i]);
	/* a table that is locked, say, is not waited for again */
	if (t->find != NULL && !t->refused && ask_for(l, b, ask_live) == -1) {
		t->refused = true;
		if (again(l) == -1)
			return -1;
	}
	return t->rel == NULL || !t->by_key ? 0 : ask_for(l, b, ask_trail);
}

int
labels_fetch(struct labels *l)
{
	struct batch b = { l, l->wanted, 0 };
	size_t left = l->nwanted;
	int rc = 0;

	if (left == 0)
		return 0;
	/* those of a table side by side */
	qsort(l->wanted, left, sizeof(struct record *), by_wanted);
	if (begin(l) == -1)
		return -1;
	for (; left > 0 && rc == 0; b.v += b.n, left -= b.n) {
		for (b.n = 0; b.n < left && b.n < BATCH; b.n++) {
			if (b.v[b.n]->table != b.v[0]->table)
				break;
			b.v[b.n]->wanted = false;
		}
		rc = ask(l, &b);
	}
	l->nwanted = 0;
	return rc == 0 ? db_commit(l->db) : -1;
}

struct change_name
labels_name(struct labels *l, const struct target *t, const char *key,
    const char *id)
{
	struct change_name name = { NULL, false };
	const struct record *r = find(l, t, key);
	size_t i, n, at;

	if (r == NULL)
		return name;
	n = r->npoints;
	name.gone =
	    r->asked_live ? !r->lives : n > 0 && r->points[n - 1].what == 'w';
	for (at = 0; at < n && strcmp(r->points[at].id, id) < 0; at++)
		;
	/* what comes after tells what was before it, unless it is another one
	 * that came there */
	for (i = at; i < n && r->points[i].what != 'c'; i++)
		if (r->points[i].before_known) {
			name.label = r->points[i].before;
			return name;
		}
	for (i = at; i > 0; i--) {
		const struct point *p = &r->points[i - 1];

		if (p->after_known) {
			name.label = p->after;
			return name;
		}
		/* it may have changed there; before it was another record */
		if (p->before_known || p->what == 'c')
			break;
	}
	name.label = r->label;
	return name;
}
