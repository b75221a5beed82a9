/* follow-seals - an archive database's events as their seals arrive, each once
 *
 * What is shipped is there before its seal is, in parts that come in no order;
 * with its seal all of it is there, and never changes. So what is new are
 * seals, and a seal tells by the ids in its leaves which events it covers. */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "follow.h"
#include "mem.h"
#include "sql.h"
#include "typed.h"

/* A seal that has arrived */
struct arrival {
	char *trail, *seal, *from,
	    *before; /* numbers; ids, NULL: it has none */
};

struct state {
	const struct follow *what;
	struct db *db;
	const char *conninfo;
	const struct words *names;
	struct trails *trails;
	struct filter *filter;
	struct output *output;
	int interval_ms;

	/* the trails, and the last seal of each that has been printed */
	struct words nos, seals;
	struct arrival *v;
	size_t n;
};

/* Put a trail's last seal in the place of the one before. */
static void
see(struct state *s, const char *no, const char *seal)
{
	int i;

	for (i = 0; i < s->nos.n; i++)
		if (strcmp(s->nos.v[i], no) == 0) {
			free(s->seals.v[i]);
			s->seals.v[i] = xstrdup(seal);
			return;
		}
	words_add(&s->nos, no);
	words_add(&s->seals, seal);
}

static int
keep_last(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	see(arg, cols[0], cols[1]);
	return 0;
}

/* Which trails there are. New ones are seen from their beginning on. */
static void
see_trails(struct state *s)
{
	char no[16];
	size_t i;
	int j;

	for (i = 0; i < s->trails->n; i++) {
		snprintf(no, sizeof(no), "%d", s->trails->v[i].no);
		for (j = 0; j < s->nos.n; j++)
			if (strcmp(s->nos.v[j], no) == 0)
				break;
		if (j == s->nos.n)
			see(s, no, "-1");
	}
}

/* Where to begin: behind what is there */
static int
begin(struct state *s)
{
	struct words nos = { NULL, 0 };
	char *list;
	int i, rc;

	see_trails(s);
	for (i = 0; i < s->nos.n; i++)
		words_add(&nos, s->nos.v[i]);
	list = db_array(nos.n, nos.v);
	rc = db_query(s->db, sql_seals_last, 1, &list, keep_last, s);
	free(list);
	words_free(&nos);
	return rc == 0 ? db_commit(s->db) : -1;
}

static int
keep_arrival(int ncols, char *const cols[], void *arg)
{
	struct state *s = arg;

	(void)ncols;
	s->v = xreallocarray(s->v, s->n + 1, sizeof(*s->v));
	s->v[s->n++] = (struct arrival){ xstrdup(cols[0]), xstrdup(cols[1]),
		xstrdup_null(cols[2]), xstrdup_null(cols[3]) };
	return 0;
}

static int
find_arrivals(struct state *s)
{
	char *params[2];
	int rc;

	trails_free(s->trails);
	if (trails_choose(s->trails, s->db, s->names) == -1)
		return -1;
	see_trails(s);
	params[0] = db_array(s->nos.n, s->nos.v);
	params[1] = db_array(s->seals.n, s->seals.v);
	rc = db_query(s->db, sql_seals_new, 2, params, keep_arrival, s);
	free(params[0]);
	free(params[1]);
	return rc;
}

/* Print the events of a seal that match. */
static enum tool_status
print(struct state *s, const struct arrival *a)
{
	struct filter *f = s->filter;
	enum tool_status status;
	struct trail trail;

	if (a->from == NULL)
		return TOOL_OK;
	trail.name =
	    (char *)trails_name(s->trails, (int)strtol(a->trail, NULL, 10));
	if (trails_choose_one(s->db, &trail) == -1 ||
	    db_script(s->db, sql_log_begin) == -1)
		return TOOL_FAILED;
	filter_set(f, F_FROM, a->from);
	filter_set(f, F_BEFORE, a->before);
	f->seal = a->seal;
	status = output_events(s->output, s->db, f);
	f->seal = NULL;
	return status;
}

/* Print what has arrived. *part: of a seal only some may have been printed. */
static enum tool_status
look(struct state *s, bool *part)
{
	enum tool_status status = TOOL_OK;
	size_t i;

	*part = false;
	if (find_arrivals(s) == -1)
		status = TOOL_FAILED;
	for (i = 0; i < s->n; i++) {
		struct arrival *a = &s->v[i];
		unsigned long long before = s->output->lines;

		if (status == TOOL_OK) {
			status = print(s, a);
			if (status == TOOL_OK)
				see(s, a->trail, a->seal);
			else
				*part = s->output->lines > before;
		}
		free(a->trail);
		free(a->seal);
		free(a->from);
		free(a->before);
	}
	s->n = 0;
	output_flush(s->output);
	return status;
}

/* The connection is gone: try until there is another. */
static enum tool_status
reconnect(struct state *s)
{
	if (!s->output->quiet)
		warnx("%s; trying again", db_error(s->db));
	do {
		db_close(s->db);
		follow_nap(s->output, s->interval_ms);
		s->db = db_open(s->conninfo);
		db_needs(s->db, DB_NEEDS_READER);
		db_takes_archive(s->db);
		(void)db_check_version(s->db);
	} while (db_error(s->db) != NULL && db_is_transient(s->db));
	if (db_error(s->db) != NULL)
		return TOOL_FAILED;
	if (!s->output->quiet)
		warnx("connected again");
	return TOOL_OK;
}

static enum tool_status
run(struct state *s)
{
	enum tool_status status;
	bool part;

	for (;;) {
		status = look(s, &part);
		/* of what is known in part nobody knows where to go on */
		if (status == TOOL_FAILED && !part && s->what->reconnect &&
		    db_error(s->db) != NULL && db_is_transient(s->db))
			status = reconnect(s);
		if (status != TOOL_OK) {
			if (db_error(s->db) != NULL)
				warnx("%s", db_error(s->db));
			return status;
		}
		follow_nap(s->output, s->interval_ms);
	}
}

enum tool_status
follow_seals(const struct follow *w, struct db **db, const char *conninfo,
    const struct words *names, struct trails *trails, struct filter *f,
    struct output *o)
{
	struct state s = { .what = w,
		.db = *db,
		.conninfo = conninfo,
		.names = names,
		.trails = trails,
		.filter = f,
		.output = o };
	enum tool_status status;

	if ((status = follow_interval(w, s.db, &s.interval_ms)) != TOOL_OK)
		return status;
	if (begin(&s) == -1)
		return typed_failed(s.db);
	output_open(o);
	output_flush(o);
	status = run(&s);
	words_free(&s.nos);
	words_free(&s.seals);
	free(s.v);
	*db = s.db;
	return status;
}
