/* key - which records of these tables the user means */

#include "key.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "mem.h"
#include "typed.h"

/* Asking for many at once saves the way to the server; if it refuses one of
 * them, these are asked for one by one. */
#define BATCH 1000

static const char option[] = "-k";

void
key_add(struct keys *k, const char *text)
{
	words_add(&k->texts, text);
	words_add(&k->places, option);
}

void
key_read(struct keys *k)
{
	struct line *in = line_new(stdin);
	char place[64];
	int got;

	while ((got = line_next(in)) != 0) {
		if (got == -1) {
			warnx("%s", line_error(in));
			k->bad = true;
			continue;
		}
		snprintf(place, sizeof(place), "line %zu:", line_number(in));
		words_add(&k->texts, line_text(in));
		words_add(&k->places, place);
	}
	if (ferror(stdin))
		err(TOOL_FAILED, "standard input");
	line_free(in);
}

/* Who gets the rows of a table's statement: one for each key of a batch */
struct finding {
	bool *fits; /* which of them are keys of a table */
	int n;
	struct words *records, *values;
	struct words *objects; /* NULL: nobody wants them */
};

static int
add_record(int ncols, char *const cols[], void *arg)
{
	struct finding *f = arg;

	(void)ncols;
	if (cols[0][0] == 't')
		f->fits[f->n] = true;
	f->n++;
	if (cols[1] != NULL && cols[2] != NULL) {
		words_add(f->records, cols[1]);
		words_add(f->values, cols[2]);
		if (f->objects != NULL)
			words_add(f->objects, cols[3]);
	}
	return 0;
}

/* Look in each table for the n keys from i on. -1: the server refused. */
static int
find_batch(const struct keys *k, int i, int n, const struct tables *t,
    struct db *db, struct finding *f)
{
	char *list = db_array(n, k->texts.v + i);
	int j, rc = 0;

	memset(f->fits, 0, BATCH * sizeof(*f->fits));
	for (j = 0; j < t->n && rc == 0; j++) {
		f->n = 0;
		if (t->v[j].find != NULL)
			rc =
			    db_query(db, t->v[j].find, 1, &list, add_record, f);
	}
	free(list);
	return rc;
}

static const char *
columns(const struct tables *t)
{
	int i;

	for (i = 0; t->v[i].columns == NULL; i++)
		;
	return t->v[i].columns;
}

static enum tool_status
bad(struct keys *k, int i)
{
	if (strcmp(k->places.v[i], option) == 0)
		return TOOL_MISUSE;
	k->bad = true;
	return TOOL_OK;
}

static enum tool_status
find_each(struct keys *k, int i, int n, const struct tables *t, struct db *db,
    struct finding *f)
{
	enum tool_status status = TOOL_OK;
	int end = i + n;

	for (; i < end && status == TOOL_OK; i++) {
		if (find_batch(k, i, 1, t, db, f) == -1)
			status =
			    typed_refused(db, k->places.v[i], k->texts.v[i]);
		else if (!f->fits[0] && !k->quiet) {
			warnx("%s %s: the table's key is %s", k->places.v[i],
			    k->texts.v[i], columns(t));
			status = TOOL_MISUSE;
		}
		if (status == TOOL_MISUSE)
			status = bad(k, i);
	}
	return status;
}

static bool
all_fit(const struct finding *f, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (!f->fits[i])
			return false;
	return true;
}

enum tool_status
key_find(struct keys *k, const struct tables *t, struct db *db,
    struct words *records, struct words *values, struct words *objects)
{
	bool fits[BATCH];
	struct finding f = { fits, 0, records, values, objects };
	enum tool_status status = TOOL_OK;
	int i, n;

	for (i = 0; i < k->texts.n && status == TOOL_OK; i += n) {
		n = k->texts.n - i < BATCH ? k->texts.n - i : BATCH;
		if (find_batch(k, i, n, t, db, &f) == 0 && all_fit(&f, n))
			continue;
		/* what was found already is found again: that is no harm */
		if ((db_error(db) != NULL && !db_is_misuse(db)) ||
		    typed_forget(db) == -1)
			return typed_failed(db);
		status = find_each(k, i, n, t, db, &f);
	}
	return status;
}

bool
key_is_any(const struct tables *t)
{
	int i;

	for (i = 0; i < t->n; i++)
		if (t->v[i].find != NULL)
			return true;
	return false;
}

void
key_free(struct keys *k)
{
	words_free(&k->texts);
	words_free(&k->places);
}
