/* find - which records are meant, and each of them shown */

#include "find.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "past.h"
#include "sql.h"

/* One key in one of the tables; *is_there: its record has been found. */
static enum tool_status
show_key(struct show *show, struct place *p, const struct table *table,
    struct keys *key, bool *is_there)
{
	struct tables one = { .v = (struct table *)table, .n = 1 };
	struct words found[3] = { { NULL, 0 } };
	enum tool_status status;
	int i;

	status = key_find(key, &one, p->db, &found[0], &found[1], &found[2]);
	*is_there |= key->bad; /* it has been said */
	if (status == TOOL_OK && found[0].n > 0) {
		const struct which w = { table->rel, table->root, found[0].v[0],
			found[1].v[0], NULL };

		status = show_record(show, p, &w, found[2].v[0], is_there);
	}
	for (i = 0; i < 3; i++)
		words_free(&found[i]);
	return status;
}

/* A key, in each of the tables that have one */
static enum tool_status
show_tables(struct show *show, struct place *places,
    const struct tables *tables, struct keys *key)
{
	enum tool_status status, worst = TOOL_OK;
	bool is_there = false;
	int i;

	for (i = 0; i < tables->n && worst < TOOL_MISUSE; i++) {
		if (tables->v[i].find == NULL)
			continue;
		status =
		    show_key(show, &places[i], &tables->v[i], key, &is_there);
		worst = status > worst ? status : worst;
	}
	if (is_there || worst >= TOOL_MISUSE)
		return worst;
	warnx("%s: no such record", show->name);
	return TOOL_NO;
}

static enum tool_status
show_keys(struct show *show, struct place *places, const struct tables *tables,
    const char *name, struct keys *keys)
{
	enum tool_status status, worst = TOOL_OK;
	int i;

	for (i = 0; i < keys->texts.n && worst < TOOL_MISUSE; i++) {
		struct keys key = { .bad = false };

		words_add(&key.texts, keys->texts.v[i]);
		words_add(&key.places, keys->places.v[i]);
		free(show->name);
		show->name = xasprintf("%s %s", name, keys->texts.v[i]);
		status = show_tables(show, places, tables, &key);
		worst = status > worst ? status : worst;
		keys->bad |= key.bad;
		key_free(&key);
	}
	return worst;
}

static enum tool_status
failed(const struct db *db)
{
	warnx("%s", db_error(db));
	return TOOL_FAILED;
}

static void
set_place(struct place *p, const struct show *show)
{
	p->quiet = show->quiet;
	p->track.trails = show->trails;
	p->track.past = show->past;
}

enum tool_status
find_keys(struct show *show, struct db *db, const struct tables *tables,
    const char *name, struct keys *keys)
{
	struct place *places = xcalloc((size_t)tables->n, sizeof(*places));
	enum tool_status status = TOOL_OK;
	int i;

	for (i = 0; i < tables->n && status == TOOL_OK; i++) {
		const struct which w = { tables->v[i].rel, tables->v[i].root,
			NULL, NULL, NULL };

		if (place_open(&places[i], db, &w, show->exact) == -1)
			status = failed(db);
		set_place(&places[i], show);
	}
	if (status == TOOL_OK)
		status = show_keys(show, places, tables, name, keys);
	for (i = 0; i < tables->n; i++)
		place_close(&places[i]);
	free(places);
	return status;
}

static int
keep_which(int ncols, char *const cols[], void *arg)
{
	struct which *w = arg;

	(void)ncols;
	w->rel = xstrdup(cols[0]);
	w->root = xstrdup_null(cols[1]);
	w->hash = xstrdup(cols[2]);
	w->values = xstrdup(cols[3]);
	return 0;
}

/* What only the archive has, as the trail would say it */
static enum tool_status
find_past_event(struct past *past, struct db *db, char *id, struct which *w)
{
	char *rel, *hash;

	if (db_query(past->db, sql_history_event, 1, &id, keep_which, w) == -1)
		return failed(past->db);
	if (w->rel == NULL)
		return TOOL_OK;
	rel = past_live_table(past, w->rel);
	hash = past_live_record(past, w->hash);
	free(w->rel);
	free(w->hash);
	w->rel = rel;
	w->hash = hash;
	if (rel != NULL &&
	    db_value(db, sql_live_table, 1, &rel, &w->root) == -1)
		return failed(db);
	return TOOL_OK;
}

enum tool_status
find_event(struct show *show, struct db *db, char *id)
{
	struct which w = { .rel = NULL };
	struct place p = { .db = NULL };
	enum tool_status status;
	bool is_there;

	if (db_query(db, sql_history_event, 1, &id, keep_which, &w) == -1)
		return failed(db);
	if (w.rel == NULL && show->past != NULL &&
	    (status = find_past_event(show->past, db, id, &w)) != TOOL_OK) {
		which_free(&w);
		return status;
	}
	if (w.rel == NULL) {
		warnx("--id %s: this event names no record by a key", id);
		return TOOL_NO;
	}
	w.event = xstrdup(id);
	show->choice.id = id;
	show->name = xasprintf("--id %s", id);
	if (place_open(&p, db, &w, show->exact) == -1)
		status = failed(db);
	else {
		set_place(&p, show);
		status = show_record(show, &p, &w, NULL, &is_there);
	}
	place_close(&p);
	which_free(&w);
	return status;
}
