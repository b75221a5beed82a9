/* names - changes with what a database knows of them */

#include "names.h"

#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hold.h"
#include "label.h"
#include "mem.h"
#include "note.h"
#include "sql.h"

/* Tables are looked at again after so long, between two waits, and when there
 * are so many. */
#define FRESH_SECONDS 2
#define MOST_TABLES 500

struct names {
	struct db *db;
	bool names, titles;
	bool trail;
	struct catalog *catalog;
	struct labels *labels;
	time_t looked; /* when the catalog was empty */
	struct hold hold;
	names_show *show;
	void *arg;
};

static time_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

/* Whether there is a trail; a database without one has titles all the same. */
static bool
has_trail(struct names *n)
{
	char *there;

	if (db_value(n->db, sql_names_trail, 0, NULL, &there) == -1)
		return false;
	if (there == NULL) {
		if (n->names)
			warnx("no audit trail in this database: no names");
		return false;
	}
	free(there);
	db_takes_archive(n->db);
	if (db_check_version(n->db) == -1)
		return false;
	if (db_is_archive(n->db) && n->names)
		warnx("an archive database has no foreign keys: no names; -d "
		      "is for the tables' own database");
	return !db_is_archive(n->db);
}

struct names *
names_open(const char *conninfo, bool names, bool titles, names_show *show,
    void *arg)
{
	struct names *n = xcalloc(1, sizeof(*n));

	n->db = db_open(conninfo);
	db_needs(n->db, DB_NEEDS_READER);
	n->names = names;
	n->titles = titles;
	n->show = show;
	n->arg = arg;
	n->trail = db_error(n->db) == NULL && has_trail(n);
	n->catalog = catalog_new(n->db, n->trail, names);
	n->labels = labels_new(n->db);
	n->looked = now();
	return n;
}

void
names_close(struct names *n)
{
	if (n == NULL)
		return;
	while (n->hold.first != NULL)
		hold_drop(&n->hold);
	labels_free(n->labels);
	catalog_free(n->catalog);
	db_close(n->db);
	free(n);
}

const char *
names_error(const struct names *n)
{
	return db_error(n->db);
}

/* An id as the server writes it; false: it is none */
static bool
read_id(struct json j, char id[static EVENT_ID])
{
	size_t i;

	if (j.len != EVENT_ID + 1)
		return false;
	for (i = 0; i < EVENT_ID - 1; i++) {
		unsigned char c = (unsigned char)j.p[i + 1];

		if (i == 8 || i == 13 || i == 18 || i == 23 ? c != '-'
							    : !isxdigit(c))
			return false;
		id[i] = (char)tolower(c);
	}
	id[i] = '\0';
	return true;
}

/* Ask for all that is held, in one go. */
static int
ask(struct names *n)
{
	struct held *d;

	if (labels_full(n->labels)) {
		labels_forget(n->labels);
		for (d = n->hold.first; d != NULL; d = d->next)
			d->asked = false;
	}
	for (d = n->hold.first; d != NULL; d = d->next) {
		if (d->asked)
			continue;
		d->asked = true;
		note_want(n->labels, d);
	}
	return labels_fetch(n->labels);
}

static int
show_first(struct names *n)
{
	struct held *d = n->hold.first;

	if (!d->asked && ask(n) == -1)
		return -1;
	note_show(n->labels, d, n->titles, n->show, n->arg);
	hold_drop(&n->hold);
	return 0;
}

/* Nothing held borrows from what is forgotten. */
static void
forget(struct names *n)
{
	labels_forget(n->labels);
	catalog_forget(n->catalog);
	n->looked = now();
}

static int
show_all(struct names *n)
{
	while (n->hold.first != NULL)
		if (show_first(n) == -1)
			return -1;
	return 0;
}

int
names_flush(struct names *n)
{
	if (show_all(n) == -1)
		return -1;
	if (now() - n->looked > FRESH_SECONDS)
		forget(n);
	return 0;
}

/* Whether its fields are columns */
static bool
is_row(const struct event *e)
{
	return json_says(e->v[E_OP], "insert") ||
	    json_says(e->v[E_OP], "update") || json_says(e->v[E_OP], "delete");
}

int
names_put(struct names *n, const struct event *e)
{
	const struct table *t;
	char id[EVENT_ID];
	bool has_id = read_id(e->v[E_ID], id);

	if (db_error(n->db) != NULL)
		return -1;
	if (catalog_size(n->catalog) >= MOST_TABLES) {
		if (show_all(n) == -1)
			return -1;
		forget(n);
	}
	t = NULL;
	if (is_row(e) &&
	    catalog_find(n->catalog, e, has_id ? id : NULL, &t) == -1)
		return -1;
	hold_add(&n->hold, e, has_id ? id : NULL, t);
	while (hold_full(&n->hold))
		if (show_first(n) == -1)
			return -1;
	return 0;
}
