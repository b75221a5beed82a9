/* archive-erase - personal data goes from archives
 *
 * What of an event goes is the server's to say, as it is of the events that it
 * has: those that may be meant are sent to it, and come back without. The
 * others are copied as they stand. */

#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "archive-given.h"
#include "archive-state.h"
#include "evidence.h"
#include "line.h"
#include "mem.h"
#include "numbers.h"
#include "row.h"
#include "spool.h"
#include "sql.h"

#define NEEDS "audit-rule grant ROLE purger"
#define MOST_BYTES ((size_t)4 * 1024 * 1024)

struct erasing {
	const struct archive_erase *how;
	struct archive_rewritten *done;
	struct db *db;
	char *dir, *trail;
	char *actor; /* as JSON; NULL: it is about records */
	bool related;
	struct numbers records, children, moved;
	bool broken; /* what is left of an event could not be kept */
	/* of a file */
	struct archive_ids ids; /* of the events that lose something */
	struct spool *lines;	/* what is left of them */
	struct buf given;
	struct row row;
	FILE *idtext, *registry;
	struct words paths, clean;
};

static enum tool_status
read_files(struct erasing *x, const struct words *names, archive_line *take)
{
	enum tool_status status = TOOL_OK;
	int i;

	for (i = 0; i < names->n && status == TOOL_OK; i++)
		status = archive_lines(x->dir, names->v[i], take, x);
	return status;
}

/* What belongs to the records */

static bool
belongs(const struct erasing *x, const struct leaf_event *ev)
{
	size_t i;

	for (i = 0; i < ev->nparents; i++)
		if (numbers_has(&x->records, ev->parents[i]))
			return true;
	return false;
}

static enum tool_status
take_child(const char *text, size_t len, const struct leaf_event *ev, void *arg)
{
	struct erasing *x = arg;

	(void)text;
	(void)len;
	if (ev != NULL && ev->has_record && belongs(x, ev))
		numbers_add(&x->children, ev->record);
	return TOOL_OK;
}

static enum tool_status
take_moved(const char *text, size_t len, const struct leaf_event *ev, void *arg)
{
	struct erasing *x = arg;

	(void)text;
	(void)len;
	if (ev != NULL && ev->has_record && ev->parents != NULL &&
	    !belongs(x, ev) && numbers_has(&x->children, ev->record))
		numbers_add(&x->moved, ev->record);
	return TOOL_OK;
}

static int
keep_number(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	numbers_add(arg, strtoll(cols[0], NULL, 10));
	return 0;
}

static enum tool_status
failed(const struct erasing *x)
{
	warnx("%s", db_error(x->db));
	return strcmp(db_sqlstate(x->db), "UA021") == 0 ||
		strcmp(db_sqlstate(x->db), "UA020") == 0
	    ? TOOL_NO
	    : TOOL_FAILED;
}

/* Whose updates say nothing of whom they belong to; that is certain only of
 * those that never belonged to anybody else. */
static enum tool_status
find_children(struct erasing *x, const struct words *names)
{
	char *params[] = { (char *)x->how->what, (char *)x->how->act };
	char *moved[] = { NULL, params[0], params[1] };
	enum tool_status status;
	int rc;

	if ((status = read_files(x, names, take_child)) != TOOL_OK)
		return status;
	if (db_query(x->db, sql_erase_children, 2, params, keep_number,
		&x->children) == -1)
		return failed(x);
	numbers_sort(&x->children);
	if ((status = read_files(x, names, take_moved)) != TOOL_OK)
		return status;
	moved[0] = numbers_array(&x->children);
	rc = db_query(x->db, sql_erase_moved, 3, moved, keep_number, &x->moved);
	free(moved[0]);
	if (rc == -1)
		return failed(x);
	numbers_sort(&x->moved);
	numbers_without(&x->children, &x->moved);
	return TOOL_OK;
}

/* What is left of events */

static int
keep_left(int ncols, const struct db_field cols[], void *arg)
{
	struct erasing *x = arg;
	char *text = NULL, id[HEX_UUID];
	size_t len = 0;
	FILE *fp;

	x->broken = row_read(&x->row, ncols, cols) == -1;
	if (x->broken)
		return 1;
	fp = xmemstream(&text, &len);
	evidence_write(fp, &x->row.event, NULL, NULL);
	xclose(fp);
	x->broken = spool_add(x->lines, text, len) == -1 ||
	    archive_ids_add(&x->ids, x->row.event.id) == -1;
	free(text);
	if (x->broken)
		return 1;
	hex_write_uuid(id, x->row.event.id);
	fprintf(x->idtext, "%s%s", x->done->events++ > 0 ? "," : "{", id);
	return 0;
}

static enum tool_status
ask(struct erasing *x)
{
	char *children,
	    *params[] = { NULL, (char *)x->how->what, (char *)x->how->act,
		    NULL };
	int rc;

	if (x->given.len == 0)
		return TOOL_OK;
	buf_put(&x->given, "]", 2);
	x->given.p[0] = '[';
	params[0] = x->given.p;
	params[3] = children = numbers_array(&x->children);
	rc = db_query_binary(x->db, sql_erased_given, 4, NULL, params,
	    keep_left, x);
	free(children);
	buf_reset(&x->given);
	if (rc == -1)
		return failed(x);
	if (x->broken)
		warnx("an event could not be written down");
	return x->broken ? TOOL_FAILED : TOOL_OK;
}

static enum tool_status
take_event(const char *text, size_t len, const struct leaf_event *ev, void *arg)
{
	struct erasing *x = arg;
	bool meant;

	if (ev == NULL)
		return TOOL_OK;
	if (x->actor != NULL)
		meant = memmem(text, len, x->actor, strlen(x->actor)) != NULL;
	else
		meant =
		    (ev->has_record && numbers_has(&x->records, ev->record)) ||
		    (ev->has_record_to &&
			numbers_has(&x->records, ev->record_to)) ||
		    (x->related &&
			(belongs(x, ev) ||
			    (ev->has_record &&
				numbers_has(&x->children, ev->record))));
	if (!meant)
		return TOOL_OK;
	archive_given_put(&x->given, text, len, ev);
	return x->given.len > MOST_BYTES ? ask(x) : TOOL_OK;
}

static void
put_registry(struct erasing *x, const char *name, const char *sha256)
{
	char *path = xasprintf("%s/%s", x->dir, name);

	fputs(x->paths.n > 0 ? ",{\"dir\":" : "[{\"dir\":", x->registry);
	line_put_string(x->registry, x->dir, strlen(x->dir));
	fputs(",\"file\":", x->registry);
	line_put_string(x->registry, name, strlen(name));
	fprintf(x->registry, ",\"sha256\":\"%s\"}", sha256);
	words_add(&x->paths, path);
	free(path);
}

static void
add_path(struct words *w, const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);

	words_add(w, path);
	free(path);
}

static enum tool_status
erase_from(struct erasing *x, const char *name)
{
	struct archive_rewritten *d = x->done;
	char sha256[ARCHIVE_SHA256];
	enum tool_status status = TOOL_FAILED;

	if (archive_ids_open(&x->ids) == -1 || (x->lines = spool_new()) == NULL)
		warn("a temporary file");
	else if ((status = archive_lines(x->dir, name, take_event, x)) ==
	    TOOL_OK)
		status = ask(x);
	if (status == TOOL_OK && x->ids.n > 0) {
		d->out = xreallocarray(d->out, d->n + 1, sizeof(*d->out));
		status = archive_copy(&d->out[d->n++], x->dir, name, &x->ids,
		    x->lines, sha256, x->how->quiet);
		if (status == TOOL_OK)
			put_registry(x, name, sha256);
	} else if (status == TOOL_OK)
		add_path(&x->clean, x->dir, name);
	archive_ids_close(&x->ids);
	spool_free(x->lines);
	x->lines = NULL;
	return status;
}

/* All */

static int
keep_said(int ncols, char *const cols[], void *arg)
{
	struct erasing *x = arg;

	(void)ncols;
	switch (*cols[0]) {
	case 'r': numbers_add(&x->records, strtoll(cols[1], NULL, 10)); break;
	case 'a': x->actor = xstrdup(cols[1]); break;
	default: x->related = true;
	}
	return 0;
}

static enum tool_status
begin(struct erasing *x, struct words *names)
{
	char *params[] = { (char *)x->how->what, (char *)x->how->act };
	char *start;
	enum tool_status status;

	if (db_check_version(x->db) == -1 ||
	    db_value(x->db, sql_trail_id, 0, NULL, &x->trail) == -1 ||
	    db_query(x->db, sql_erasure_said, 2, params, keep_said, x) == -1)
		return failed(x);
	numbers_sort(&x->records);
	start = xasprintf("%.8s-", x->trail);
	archive_sweep(x->dir, start);
	status = archive_list(names, x->dir, start, ARCHIVE_END);
	free(start);
	return status;
}

static enum tool_status
rewrite(struct erasing *x)
{
	struct words names = { NULL, 0 };
	enum tool_status status = begin(x, &names);
	int i;

	if (status == TOOL_OK && x->related && names.n > 0)
		status = find_children(x, &names);
	for (i = 0; i < names.n && status == TOOL_OK; i++)
		status = erase_from(x, names.v[i]);
	words_free(&names);
	return status;
}

enum tool_status
archive_rewrite(const struct archive_erase *how, struct archive_rewritten *done)
{
	struct erasing x = { .how = how, .done = done };
	enum tool_status status;
	size_t len[2];

	*done = (struct archive_rewritten){ .events = 0 };
	if ((status = archive_dir(how->dir)) != TOOL_OK)
		return status;
	x.dir = realpath(how->dir, NULL);
	x.db = db_open(how->conninfo);
	db_needs(x.db, NEEDS);
	x.idtext = xmemstream(&done->ids, &len[0]);
	x.registry = xmemstream(&done->registry, &len[1]);
	status = rewrite(&x);
	fputs(done->events > 0 ? "}" : "{}", x.idtext);
	fputs(x.paths.n > 0 ? "]" : "[]", x.registry);
	xclose(x.idtext);
	xclose(x.registry);
	done->paths = db_array(x.paths.n, x.paths.v);
	done->clean = db_array(x.clean.n, x.clean.v);
	words_free(&x.paths);
	words_free(&x.clean);
	row_free(&x.row);
	buf_free(&x.given);
	db_close(x.db);
	free(x.records.v);
	free(x.children.v);
	free(x.moved.v);
	free(x.actor);
	free(x.trail);
	if (status != TOOL_OK)
		archive_rewritten_free(done);
	free(x.dir);
	return status;
}

enum tool_status
archive_keep(struct archive_rewritten *done)
{
	enum tool_status status = TOOL_OK;
	size_t i;

	for (i = 0; i < done->n; i++)
		if (archive_out_keep(&done->out[i], true) != TOOL_OK)
			status = TOOL_FAILED;
	return status;
}

void
archive_rewritten_free(struct archive_rewritten *done)
{
	size_t i;

	for (i = 0; i < done->n; i++)
		archive_out_close(&done->out[i]);
	free(done->out);
	free(done->ids);
	free(done->registry);
	free(done->paths);
	free(done->clean);
	*done = (struct archive_rewritten){ .events = 0 };
}
