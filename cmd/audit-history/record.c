/* record - one record: its events, its row of now, its revisions */

#include "record.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exact.h"
#include "mem.h"
#include "sql.h"
#include "typed.h"

void
which_free(struct which *w)
{
	free(w->rel);
	free(w->root);
	free(w->hash);
	free(w->values);
	free(w->event);
	memset(w, 0, sizeof(*w));
}

static struct json
whole(const char *text)
{
	return (struct json){ text, text == NULL ? 0 : strlen(text) };
}

static int
keep_range(int ncols, char *const cols[], void *arg)
{
	struct track *t = arg;

	(void)ncols;
	t->first = xstrdup(cols[0]);
	t->end = xstrdup(cols[1]);
	return 0;
}

int
place_open(struct place *p, struct db *db, const struct which *w, bool exact)
{
	char *rel[] = { w->rel };

	*p = (struct place){ .db = db };
	if (columns_read(&p->columns, db, w->rel, w->root) == -1 ||
	    db_query(db, sql_log_range, 0, NULL, keep_range, &p->track) == -1 ||
	    db_value(db, sql_history_purged, 1, rel, &p->purged) == -1)
		return -1;
	p->track.db = db;
	p->track.partition = p->columns.partition;
	p->track.read = p->columns.read;
	p->track.deferrable = p->columns.deferrable || !p->columns.live;
	p->track.exact = exact;
	return 0;
}

void
place_close(struct place *p)
{
	columns_free(&p->columns);
	free(p->track.first);
	free(p->track.end);
	free(p->purged);
}

/* Take the server's JSON as the events are taken, see --exact. */
static char *
as_events(const struct place *p, char *json)
{
	char *text = NULL;
	size_t len;
	FILE *fp;

	if (!p->track.exact || json == NULL)
		return json;
	fp = xmemstream(&text, &len);
	exact_write(fp, json, strlen(json));
	xclose(fp);
	free(json);
	return text;
}

/* Read the row of now. Whoever may not, or where the server cannot make JSON
 * of it, does without. */
static int
read_live(struct record *r, struct place *p)
{
	char *params[] = { r->key };
	size_t where;

	if (p->columns.read == NULL || r->key == NULL || p->blind)
		return 0;
	if (db_value(p->db, p->columns.read, 1, params, &r->live_text) == -1) {
		if (strcmp(db_sqlstate(p->db), "42501") == 0) {
			if (!p->quiet)
				warnx(
				    "%s.%s cannot be read as it is now: what no "
				    "event tells is unknown",
				    p->columns.schema, p->columns.table);
			p->blind = true;
		} else if (!db_is_misuse(p->db))
			return -1;
		return typed_forget(p->db);
	}
	r->live_text = as_events(p, r->live_text);
	if (r->live_text != NULL &&
	    json_parse(&r->live, r->live_text, strlen(r->live_text), &where) !=
		NULL)
		errx(TOOL_FAILED, "the server sends a row in another form");
	return 0;
}

/* The key as JSON, its values as the row has them. */
static char *
typed_key(const char *object, struct json row)
{
	struct json key, name, value;
	struct json_iter i;
	const char *lead = "{";
	char *text = NULL;
	size_t len, where;
	FILE *fp;

	if (json_parse(&key, object, strlen(object), &where) != NULL)
		errx(TOOL_FAILED, "the server sends a key in another form");
	fp = xmemstream(&text, &len);
	json_begin(&i, key);
	while (json_next(&i, &name, &value)) {
		json_get(row, name, &value);
		fprintf(fp, "%s%.*s: %.*s", lead, (int)name.len, name.p,
		    (int)value.len, value.p);
		lead = ", ";
	}
	fputs("}", fp);
	xclose(fp);
	return text;
}

static void
set_origin(struct record *r, const struct columns *c)
{
	const struct json *v;
	char *key;

	if (r->history.n > 0) {
		v = r->history.v[0].e.v;
		r->origin = (struct origin){ v[E_SCHEMA], v[E_TABLE], v[E_KEY],
			v[E_LABEL], v[E_TRAIL] };
		return;
	}
	if (r->live.p != NULL) {
		key = typed_key(r->key, r->live);
		free(r->key);
		r->key = key;
	}
	r->origin = (struct origin){ .schema = whole(c->schema),
		.table = whole(c->table),
		.key = whole(r->key) };
}

char *
record_key(const struct record *r, struct place *p, const struct revision *at)
{
	const struct revision *from = at != NULL ? at : r->history.v;
	char *key, *now;

	if (from == NULL)
		return xstrdup_null(r->key);
	key = at != NULL ? history_key(at)
			 : xstrndup(from->e.v[E_KEY].p, from->e.v[E_KEY].len);
	if (key == NULL)
		return NULL;
	now = columns_rename(&p->columns, columns_at(&p->columns, from->id),
	    whole(key));
	free(key);
	return now;
}

static int
keep_key(int ncols, char *const cols[], void *arg)
{
	struct which *w = arg;

	(void)ncols;
	w->hash = cols[1] == NULL ? NULL : xstrdup(cols[0]);
	w->values = xstrdup_null(cols[1]);
	return 0;
}

/* The row may write its key otherwise than the user: 1.50 is 1.5. Look for its
 * events under its own. */
static int
find_again(struct record *r, struct place *p, const struct which *w)
{
	struct which own = { .rel = NULL };
	int rc;

	rc = db_query(p->db, sql_history_row_key, 3,
	    (char *[]){ w->rel, w->root, r->live_text }, keep_key, &own);
	if (rc == 0 && own.hash != NULL && strcmp(own.hash, w->hash) != 0)
		rc = history_find(&r->history, &p->track, own.hash, own.values,
		    NULL);
	which_free(&own);
	return rc;
}

int
record_find(struct record *r, struct place *p, const struct which *w,
    const char *object)
{
	const struct revision *last;

	memset(r, 0, sizeof(*r));
	if (history_find(&r->history, &p->track, w->hash, w->values,
		w->event) == -1)
		return -1;
	if (r->history.n > 0) {
		last = &r->history.v[r->history.n - 1];
		if (!json_says(last->e.v[E_OP], "delete"))
			r->key = record_key(r, p, last);
	} else if (object != NULL)
		r->key = xstrdup(object);
	if (read_live(r, p) == -1 ||
	    (object != NULL && r->history.n == 0 && r->live.p != NULL &&
		find_again(r, p, w) == -1))
		return -1;
	set_origin(r, &p->columns);
	return 0;
}

void
record_free(struct record *r)
{
	history_free(&r->history);
	free(r->live_text);
	free(r->key);
}

void
record_each(struct record *r, struct place *p, state_fn *fn, void *arg)
{
	state_each(&r->history, &p->columns, r->live, fn, arg);
}

bool
record_is_none(const struct record *r)
{
	return r->history.n == 0 && r->live.p == NULL;
}

bool
record_is_whole(const struct record *r, const struct place *p)
{
	return p->track.past != NULL && r->history.n > 0 &&
	    json_says(r->history.v[0].e.v[E_OP], "insert");
}
