/* erase-do - erase, and say what was done and where else it may be */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive.h"
#include "erase.h"
#include "json.h"
#include "mem.h"
#include "print.h"
#include "sql.h"

/* What was done */
struct done {
	char *line;	    /* that says so */
	char *told;	    /* what the server knows of it */
	struct words parts; /* the partitions that had something */
	unsigned long long events;
	struct archive_rewritten archives; /* beside the old ones still */
};

static char none[] = "{}";

/* The events of it that are in archives */
static char *
archived(const struct done *d)
{
	return d->archives.ids != NULL ? d->archives.ids : none;
}

static int
keep_done(int ncols, char *const cols[], void *arg)
{
	struct done *d = arg;

	(void)ncols;
	d->line = xstrdup(cols[0]);
	d->told = xstrdup(cols[1]);
	return 0;
}

static int
keep_part(int ncols, char *const cols[], void *arg)
{
	struct words *w = arg;

	(void)ncols;
	words_add(w, cols[0]);
	words_add(w, cols[1] != NULL ? cols[1] : "the rest");
	return 0;
}

/* The partitions that the server says had something */
static void
read_parts(struct done *d)
{
	struct json told, parts, key, part;
	struct json_iter i;
	size_t where, len;
	char *text;

	if (json_parse(&told, d->told, strlen(d->told), &where) != NULL ||
	    !json_get(told, (struct json){ "\"parts\"", 7 }, &parts))
		return;
	json_begin(&i, parts);
	while (json_next(&i, &key, &part)) {
		text = json_text(part, &len);
		words_add(&d->parts, text);
		free(text);
	}
}

static enum tool_status
erase_record(struct erase *e, struct done *d)
{
	char *params[] = { e->what, e->act, archived(d) };

	if (db_query(e->run->db, sql_erase_record, 3, params, keep_done, d) ==
	    -1)
		return run_failed(e->run, NULL);
	read_parts(d);
	return TOOL_OK;
}

static enum tool_status
erase_part(struct erase *e, struct done *d, char *part)
{
	char *params[] = { e->what, e->act, part }, *n = NULL;
	unsigned long long events;

	if (db_value(e->run->db, sql_erase_actor, 3, params, &n) == -1)
		return run_failed(e->run, NULL);
	events = strtoull(n, NULL, 10);
	free(n);
	d->events += events;
	if (events > 0)
		words_add(&d->parts, part);
	return TOOL_OK;
}

/* There is no index that finds him: each month is read as a whole. */
static enum tool_status
erase_actor(struct erase *e, struct done *d)
{
	struct words parts = { NULL, 0 };
	enum tool_status status = TOOL_OK;
	bool shows = isatty(STDERR_FILENO) && e->run->given['q'] == NULL;
	char *n;
	int i;

	if (db_query(e->run->db, sql_erase_parts, 0, NULL, keep_part, &parts) ==
	    -1)
		status = run_failed(e->run, NULL);
	for (i = 0; i < parts.n && status == TOOL_OK; i += 2) {
		if (shows)
			fprintf(stderr, "\r\033[K%s: %llu events so far",
			    parts.v[i + 1], d->events);
		status = erase_part(e, d, parts.v[i]);
	}
	if (shows)
		fputs("\r\033[K", stderr);
	words_free(&parts);
	if (status != TOOL_OK)
		return status;
	n = xasprintf("%llu", d->events);
	if (db_query(e->run->db, sql_erase_sessions, 4,
		(char *[]){ e->what, e->act, archived(d), n }, keep_done,
		d) == -1)
		status = run_failed(e->run, NULL);
	free(n);
	return status;
}

static enum tool_status
print_copies(struct erase *e, const struct done *d)
{
	char *parts = db_array(d->parts.n, d->parts.v);
	char *params[] = { d->told, parts,
		d->archives.paths != NULL ? d->archives.paths : none,
		d->archives.clean != NULL ? d->archives.clean : none };
	enum tool_status status = TOOL_OK;

	if (db_query(e->run->db, sql_erase_copies, 4, params, print_line,
		NULL) == -1)
		status = run_failed(e->run, NULL);
	free(parts);
	return status;
}

/* New archives, which take the places of the old ones when all else is done. */
static enum tool_status
rewrite_archives(struct erase *e, struct done *d)
{
	const struct run *run = e->run;
	const struct archive_erase how = { .conninfo = run->given['d'],
		.dir = run->given[OPT_ARCHIVE],
		.what = e->what,
		.act = e->act,
		.quiet = run->given['q'] != NULL };

	return how.dir == NULL ? TOOL_OK : archive_rewrite(&how, &d->archives);
}

static enum tool_status
commit(struct erase *e, struct done *d)
{
	struct db *db = e->run->db;

	if ((d->archives.n > 0 &&
		db_exec(db, sql_archives_rewritten, 1, &d->archives.registry) ==
		    -1) ||
	    db_commit(db) == -1)
		return run_failed(e->run, NULL);
	return TOOL_OK;
}

enum tool_status
erase_do(struct erase *e)
{
	struct done d = { .line = NULL };
	enum tool_status status = rewrite_archives(e, &d), kept;

	if (status == TOOL_OK)
		status = e->actor ? erase_actor(e, &d) : erase_record(e, &d);
	if (status == TOOL_OK)
		status = commit(e, &d);
	if (status == TOOL_OK) {
		kept = archive_keep(&d.archives);
		puts(d.line);
		status = print_copies(e, &d);
		if (kept != TOOL_OK) {
			warnx("an archive is as it was before: erase again");
			status = kept;
		}
	}
	archive_rewritten_free(&d.archives);
	free(d.line);
	free(d.told);
	words_free(&d.parts);
	return status;
}
