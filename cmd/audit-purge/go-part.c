/* go-part - remove what may go from one partition, step by step */

#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "archive.h"
#include "go.h"
#include "mem.h"
#include "progress.h"
#include "sql.h"

/* the columns of purge-month.sql and purge-batch.sql */
enum {
	DONE,
	EVENTS,
	BYTES,
	FROM,
	TO,
	HELD,
	HOLDS,
	POLICIES,
	EVENT,
	OPEN,
	UPTO,
	MORE
};

void
go_done_free(struct go_done *d)
{
	free(d->from);
	free(d->to);
	free(d->event);
	free(d->upto);
	words_free(&d->holds);
	words_free(&d->policies);
	memset(d, 0, sizeof(*d));
}

/* Add numbers that spaces separate, each once. */
static void
add_numbers(struct words *w, const char *text)
{
	char *copy = xstrdup(text != NULL ? text : ""), *rest = copy, *one;
	int i;

	while ((one = strsep(&rest, " ")) != NULL) {
		for (i = 0; i < w->n && strcmp(w->v[i], one) != 0;)
			i++;
		if (*one != '\0' && i == w->n)
			words_add(w, one);
	}
	free(copy);
}

static uint64_t
number(const char *text)
{
	return text == NULL ? 0 : strtoull(text, NULL, 10);
}

/* Only the commit makes it true, so that it is kept apart until then. */
static int
keep(int ncols, char *const cols[], void *arg)
{
	struct go_done *d = arg;

	(void)ncols;
	go_done_free(d);
	d->done = *cols[DONE] == 't';
	d->events = number(cols[EVENTS]);
	d->bytes = number(cols[BYTES]);
	d->held = number(cols[HELD]);
	d->open = number(cols[OPEN]);
	d->from = xstrdup_null(cols[FROM]);
	d->to = xstrdup_null(cols[TO]);
	d->event = xstrdup_null(cols[EVENT]);
	d->upto = xstrdup_null(cols[UPTO]);
	d->more = cols[MORE] != NULL && *cols[MORE] == 't';
	add_numbers(&d->holds, cols[HOLDS]);
	add_numbers(&d->policies, cols[POLICIES]);
	return 0;
}

static void
take(char **to, char **from)
{
	if (*from == NULL)
		return;
	free(*to);
	*to = *from;
	*from = NULL;
}

/* times are texts that sort */
static void
add_time(char **to, char **from, int sign)
{
	const int order = *from == NULL || *to == NULL ? 0 : strcmp(*from, *to);

	if (*to == NULL || (sign < 0 ? order < 0 : order > 0))
		take(to, from);
}

/* What a step did, to what was done before. */
static void
add(struct go *g, struct go_done *sum, struct go_done *d)
{
	int i;

	g->events += d->events;
	g->bytes += d->bytes;
	g->held += d->held;
	g->open += d->open;
	for (i = 0; i < d->holds.n; i++)
		add_numbers(&g->holds, d->holds.v[i]);
	sum->events += d->events;
	sum->bytes += d->bytes;
	add_time(&sum->from, &d->from, -1);
	add_time(&sum->to, &d->to, 1);
	take(&sum->event, &d->event);
	take(&sum->upto, &d->upto);
	sum->more = d->more;
	for (i = 0; i < d->policies.n; i++)
		add_numbers(&sum->policies, d->policies.v[i]);
	progress_at(g->events);
}

/* Say who is in the way: the rest goes on without it. */
static enum tool_status
leave(struct go *g, const struct go_part *p)
{
	struct db *db = g->run->db;
	char *params[] = { p->name }, *who = NULL;

	progress_hide();
	if (strcmp(db_sqlstate(db), "55P03") != 0) {
		warnx("%s: left for the next run: %s", p->month, db_error(db));
		db_forget(db);
	} else {
		db_forget(db);
		if (db_value(db, sql_purge_readers, 1, params, &who) == -1)
			return run_failed(g->run, p->month);
		warnx("%s: left for the next run: it is in use%s%s", p->month,
		    who != NULL ? " by " : "", who != NULL ? who : "");
	}
	free(who);
	g->left = true;
	return TOOL_OK;
}

/* In the order of their ids, so that it goes on behind the last one. */
static enum tool_status
remove_batches(struct go *g, const struct go_part *p, const char *archive,
    struct go_done *sum)
{
	struct go_done d = { .done = false };
	enum go_try done = GO_OK;

	do {
		done = go_try(g, GO_PATIENT, sql_purge_batch, 7,
		    (char *[]){ g->id, p->name, g->items, g->act,
			(char *)archive, sum->upto,
			g->unsealed ? "true" : "false" },
		    keep, &d);
		if (done == GO_OK)
			add(g, sum, &d);
		go_done_free(&d);
	} while (done == GO_OK && sum->more && !go_stopped());
	if (done == GO_BUSY)
		return leave(g, p);
	return done == GO_OK ? TOOL_OK : run_failed(g->run, p->month);
}

/* *how is NULL where nothing was to be done. */
static enum tool_status
remove_events(struct go *g, const struct go_part *p, const char *archive,
    struct go_done *sum, const char **how)
{
	struct go_done d = { .done = false };
	enum go_try done = GO_OK;
	enum tool_status status = TOOL_OK;

	if (p->past)
		done = go_try(g, GO_PATIENT, sql_purge_month, 5,
		    (char *[]){ g->id, p->name, g->items, g->act,
			(char *)archive },
		    keep, &d);
	if (done == GO_BUSY)
		status = leave(g, p);
	else if (done == GO_FAILED)
		status = run_failed(g->run, p->month);
	else if (d.done) {
		/* of what was kept some may be old enough, and what is held
		 * is counted there */
		d.held = 0;
		add(g, sum, &d);
		*how = "month";
		status = remove_batches(g, p, archive, sum);
	} else {
		*how = "batch";
		status = remove_batches(g, p, archive, sum);
	}
	go_done_free(&d);
	return status;
}

static int
keep_value(int ncols, char *const cols[], void *arg)
{
	char **value = arg;

	(void)ncols;
	free(*value);
	*value = xstrdup_null(cols[0]);
	return 0;
}

/* What cannot be had now is had by a later run. */
static enum tool_status
give_back(struct go *g, const struct go_part *p, const char *sql, int n,
    char *const params[], enum go_how how, char **value)
{
	switch (go_try(g, how, sql, n, params, keep_value, value)) {
	case GO_OK: return TOOL_OK;
	case GO_BUSY:
		if (g->run->given['v'] != NULL)
			warnx("%s: its space is given back by a later run: %s",
			    p->month, db_error(g->run->db));
		db_forget(g->run->db);
		return TOOL_OK;
	default: return run_failed(g->run, p->month);
	}
}

static enum tool_status
drop(struct go *g, const struct go_part *p, bool *gone)
{
	struct go_done d = { .done = true };
	enum tool_status status = give_back(g, p, sql_purge_drop, 4,
	    (char *[]){ g->id, p->name, g->items, g->act }, GO_AT_ONCE,
	    &d.event);

	*gone = d.event != NULL;
	if (status == TOOL_OK && *gone)
		go_print(p, "drop", &d, NULL);
	go_done_free(&d);
	return status;
}

static enum tool_status
rewrite(struct go *g, const struct go_part *p)
{
	char *params[] = { p->name }, *value = NULL;
	enum tool_status status =
	    give_back(g, p, sql_purge_rewrite, 1, params, GO_AT_ONCE, &value);

	if (value != NULL && g->run->given['v'] != NULL)
		warnx("%s: written anew, %s bytes less", p->month, value);
	free(value);
	return status;
}

#define SHIPPED "\"shipped\":true"

/* One member more, which the server heeds */
static void
add_shipped(char **json)
{
	char *more = xasprintf("{" SHIPPED ",%s", *json + 1);

	free(*json);
	*json = more;
}

/* What is to go, written to a file first; *json tells the server of it. Without
 * --archive and --shipped both stay NULL, and where nothing goes *path does. */
static enum tool_status
archive(struct go *g, const struct go_part *p, char **json, char **path)
{
	struct archive_what what = {
		.conninfo = g->run->given['d'],
		.dir = g->archive,
		.run = g->id,
		.part = p->name,
		.month = p->month,
		.items = g->items,
		.unsealed = g->unsealed,
		.quiet = g->run->given['q'] != NULL,
	};
	struct archive_file file = { .name = NULL };
	enum tool_status status;

	if (g->archive == NULL && g->shipped)
		*json = xstrdup("{" SHIPPED "}");
	if (g->archive == NULL)
		return TOOL_OK;
	progress_hide();
	if ((status = archive_month(&what, &file)) == TOOL_OK) {
		if (file.name != NULL) {
			*json = archive_json(&what, &file);
			*path = xasprintf("%s/%s", file.dir, file.name);
		} else /* what was sealed since does not go either */
			*json = xasprintf("{\"seal\":%" PRId64 "}", file.seal);
		if (g->shipped)
			add_shipped(json);
	}
	archive_free(&file);
	return status;
}

/* What is in the archive goes even if the program was asked to stop meanwhile:
 * a step of it at least. */
enum tool_status
go_part(struct go *g, const struct go_part *p)
{
	struct go_done sum = { .done = true };
	const char *how = NULL;
	char *json = NULL, *path = NULL;
	bool gone = false;
	enum tool_status status = TOOL_OK;

	if (!p->vacant && (status = archive(g, p, &json, &path)) == TOOL_OK)
		status = remove_events(g, p, json, &sum, &how);
	if (sum.events > 0)
		go_print(p, how, &sum, path);
	if (status == TOOL_OK && p->past && !go_stopped())
		status = drop(g, p, &gone);
	if (status == TOOL_OK && p->past && !gone && how != NULL &&
	    *how == 'b' && !go_stopped())
		status = rewrite(g, p);
	free(json);
	free(path);
	go_done_free(&sum);
	return status;
}
