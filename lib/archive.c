/* archive - events that are to go, written to a file first
 *
 * Between the first look and the removal nobody else removes events, for
 * whoever does holds a lock; what is committed meanwhile is told apart by its
 * seal, or by the snapshot. */

#include "archive.h"

#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive-state.h"
#include "export.h"
#include "line.h"
#include "mem.h"
#include "progress.h"
#include "sql.h"
#include "walk.h"

struct archive {
	const struct archive_what *what;
	struct archive_file *file;
	struct db *db;
	char *trail, *since, *until;
	struct archive_ids ids;
	bool failed; /* a temporary file did */
	uint64_t written;
};

void
archive_free(struct archive_file *f)
{
	free(f->name);
	free(f->dir);
	free(f->snapshot);
	*f = (struct archive_file){ .events = 0 };
}

static enum tool_status
failed(const struct archive *a)
{
	warnx("%s", db_error(a->db));
	return TOOL_FAILED;
}

static enum tool_status
temp_failed(void)
{
	warn("a temporary file");
	return TOOL_FAILED;
}

/* What goes */

static int
keep_begin(int ncols, char *const cols[], void *arg)
{
	struct archive *a = arg;

	(void)ncols;
	a->trail = xstrdup(cols[0]);
	a->file->snapshot = xstrdup(cols[1]);
	a->file->seal = strtoll(cols[2], NULL, 10);
	return 1;
}

static int
keep_id(int ncols, const struct db_field cols[], void *arg)
{
	struct archive *a = arg;

	(void)ncols;
	if (archive_ids_add(&a->ids, (const uint8_t *)cols[0].data) == 0)
		return 0;
	a->failed = true;
	return 1;
}

static int
keep_seals(int ncols, char *const cols[], void *arg)
{
	struct archive *a = arg;

	(void)ncols;
	a->since = xstrdup(cols[0]);
	a->until = xstrdup_null(cols[1]);
	return 1;
}

static enum tool_status
look(struct archive *a)
{
	const struct archive_what *w = a->what;
	struct archive_file *f = a->file;
	char *params[] = { (char *)w->part, (char *)w->items,
		w->unsealed ? "true" : "false" };
	char *range[] = { f->first, f->last, params[2] };
	bool temp;

	if (db_begin(a->db, DB_READ) == -1 ||
	    db_query(a->db, sql_archive_begin, 0, NULL, keep_begin, a) == -1 ||
	    db_query_binary(a->db, sql_archive_going, 3, NULL, params, keep_id,
		a) == -1)
		return failed(a);
	if (a->failed)
		return temp_failed();
	f->events = a->ids.n;
	if (f->events == 0)
		return db_commit(a->db) == -1 ? failed(a) : TOOL_OK;
	hex_write_uuid(f->first, a->ids.first);
	hex_write_uuid(f->last, a->ids.last);
	if (archive_there(&a->ids, a->db, f, &temp) == -1)
		return temp ? temp_failed() : failed(a);
	if (f->name != NULL)
		return db_commit(a->db) == -1 ? failed(a) : TOOL_OK;
	f->events = a->ids.n;
	hex_write_uuid(f->first, a->ids.first);
	hex_write_uuid(f->last, a->ids.last);
	if (db_query(a->db, sql_archive_seals, 3, range, keep_seals, a) == -1 ||
	    db_commit(a->db) == -1)
		return failed(a);
	if (a->since != NULL)
		return TOOL_OK;
	warnx("there is no seal, without which an archive proves nothing: run "
	      "audit-seal first");
	return TOOL_NO;
}

/* The file */

static bool
wants(void *arg, const struct leaf_event *ev)
{
	struct archive *a = arg;
	bool wanted = archive_ids_has(&a->ids, ev->id);

	a->written += wanted;
	return wanted;
}

static enum tool_status
write_events(struct archive *a, FILE *fp)
{
	const struct archive_what *w = a->what;
	const bool rest = strcmp(w->month, "rest") == 0;
	const struct walk_from from = { .db = a->db,
		.conninfo = w->conninfo,
		.month = rest ? NULL : w->month,
		.since = rest ? a->since : NULL,
		.until = rest ? a->until : NULL };
	const struct export_how how = { .partial = true,
		.unsealed = w->unsealed,
		.wants = wants,
		.arg = a };
	enum tool_status status;
	struct walk walk;

	if (archive_ids_rewind(&a->ids) == -1)
		return temp_failed();
	if ((status = walk_open(&walk, &from)) == TOOL_OK) {
		progress_start("archive", a->ids.n, w->quiet);
		status = export_write(fp, &walk, &how);
		progress_hide();
	}
	walk_close(&walk);
	db_rollback(a->db);
	if (status == TOOL_OK && ferror(a->ids.fp))
		status = temp_failed();
	if (status == TOOL_OK && a->written != a->ids.n) {
		warnx("%" PRIu64 " of %" PRIu64 " events that are to go were "
		      "not there to be archived",
		    a->ids.n - a->written, a->ids.n);
		status = TOOL_FAILED;
	}
	return status;
}

/* Each event that goes, and no other, is in it. */
static int
check_id(const uint8_t id[static 16], void *arg)
{
	struct archive *a = arg;

	if (!a->ids.any || memcmp(id, a->ids.next, 16) != 0)
		return 1;
	a->written--;
	return archive_ids_next(&a->ids);
}

static enum tool_status
read_back(struct archive *a, const struct archive_out *out)
{
	enum tool_status status;

	if ((status = archive_verify(out->path, a->what->quiet)) != TOOL_OK)
		return status;
	if (archive_ids_rewind(&a->ids) == -1)
		return temp_failed();
	status = archive_scan(out->path, a->file->sha256, check_id, a);
	if (status == TOOL_NO || (status == TOOL_OK && a->written != 0)) {
		warnx("%s: not what was written to it", out->path);
		status = TOOL_FAILED;
	}
	return status;
}

static char *
begin_name(const struct archive *a)
{
	return xasprintf("%.8s-%s-", a->trail, a->what->month);
}

/* One that is free: a run may come to a month twice. */
static char *
new_name(const struct archive *a)
{
	char *begin = begin_name(a), *name = NULL, *path;
	bool taken = true;
	int i;

	for (i = 1; taken; i++) {
		free(name);
		name = i == 1
		    ? xasprintf("%s%.8s" ARCHIVE_END, begin, a->what->run)
		    : xasprintf("%s%.8s-%d" ARCHIVE_END, begin, a->what->run,
			  i);
		path = xasprintf("%s/%s", a->file->dir, name);
		taken = access(path, F_OK) == 0;
		free(path);
	}
	free(begin);
	return name;
}

static enum tool_status
write_file(struct archive *a)
{
	char *name = new_name(a);
	enum tool_status status;
	struct archive_out out;

	status = archive_out_open(&out, a->file->dir, name);
	if (status == TOOL_OK)
		status = write_events(a, out.fp);
	if (status == TOOL_OK)
		status = archive_out_end(&out);
	if (status == TOOL_OK)
		status = read_back(a, &out);
	if (status == TOOL_OK)
		status = archive_out_keep(&out, false);
	archive_out_close(&out);
	if (status == TOOL_OK)
		a->file->name = name;
	else
		free(name);
	return status;
}

static enum tool_status
left(struct archive *a)
{
	char *begin = begin_name(a);
	enum tool_status status =
	    archive_left(&a->ids, a->db, a->file, begin, a->what->quiet);

	free(begin);
	return status;
}

static enum tool_status
archive(struct archive *a)
{
	enum tool_status status;
	char *begin;

	if (db_check_version(a->db) == -1)
		return failed(a);
	if (archive_ids_open(&a->ids) == -1)
		return temp_failed();
	if ((status = look(a)) != TOOL_OK)
		return status;
	begin = xasprintf("%.8s-", a->trail);
	archive_sweep(a->file->dir, begin);
	free(begin);
	if (a->file->events == 0 || a->file->name != NULL)
		return TOOL_OK;
	if ((status = write_file(a)) == TOOL_OK)
		status = left(a);
	return status;
}

enum tool_status
archive_month(const struct archive_what *what, struct archive_file *file)
{
	struct archive a = { .what = what, .file = file };
	enum tool_status status;

	*file = (struct archive_file){ .seal = -1 };
	if ((status = archive_dir(what->dir)) != TOOL_OK)
		return status;
	if ((file->dir = realpath(what->dir, NULL)) == NULL) {
		warn("%s", what->dir);
		return TOOL_MISUSE;
	}
	a.db = db_open(what->conninfo);
	db_needs(a.db, WALK_NEEDS);
	status = archive(&a);
	db_close(a.db);
	archive_ids_close(&a.ids);
	free(a.trail);
	free(a.since);
	free(a.until);
	if (status != TOOL_OK)
		archive_free(file);
	return status;
}

static void
put_text(FILE *fp, const char *key, const char *text)
{
	fprintf(fp, "\"%s\":", key);
	line_put_string(fp, text, strlen(text));
	putc(',', fp);
}

char *
archive_json(const struct archive_what *what, const struct archive_file *f)
{
	char *text = NULL;
	size_t len = 0;
	FILE *fp = xmemstream(&text, &len);

	putc('{', fp);
	put_text(fp, "file", f->name);
	put_text(fp, "dir", f->dir);
	put_text(fp, "month", what->month);
	put_text(fp, "run", what->run);
	put_text(fp, "first", f->first);
	put_text(fp, "last", f->last);
	put_text(fp, "sha256", f->sha256);
	put_text(fp, "snapshot", f->snapshot);
	fprintf(fp, "\"events\":%" PRIu64 ",\"seal\":%" PRId64 "}", f->events,
	    f->seal);
	xclose(fp);
	return text;
}
