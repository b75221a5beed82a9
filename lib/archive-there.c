/* archive-there - what of the events that are to go is in an archive already
 *
 * A run that was ended between two of its steps left the rest of what it had
 * archived; and what is held, or too young by one of two policies, can be in an
 * archive with what was not. Nothing is written twice. */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive-state.h"
#include "mem.h"
#include "sql.h"

/* The events that are to go, and those of them that a file has not */
struct difference {
	struct archive_ids *from, left;
	bool failed; /* a temporary file did */
};

static bool
keep_until(struct difference *d, const uint8_t *id)
{
	struct archive_ids *from = d->from;

	while (!d->failed && from->any &&
	    (id == NULL || memcmp(from->next, id, sizeof(from->next)) < 0))
		d->failed = archive_ids_add(&d->left, from->next) == -1 ||
		    archive_ids_next(from) == -1;
	return !d->failed;
}

static int
subtract(const uint8_t id[static 16], void *arg)
{
	struct difference *d = arg;

	if (!keep_until(d, id))
		return 1;
	if (d->from->any && memcmp(d->from->next, id, 16) == 0)
		d->failed = archive_ids_next(d->from) == -1;
	return d->failed;
}

/* A file that is not what the trail knows of it counts for nothing. */
static int
take_away(struct archive_ids *ids, const char *path, const char *sha256,
    bool *some)
{
	struct difference d = { .from = ids };
	char is[ARCHIVE_SHA256];
	bool same;

	*some = false;
	if (access(path, R_OK) == -1)
		return 0;
	if (archive_ids_open(&d.left) == -1 || archive_ids_rewind(ids) == -1)
		return -1;
	same = archive_scan(path, is, subtract, &d) == TOOL_OK &&
	    strcmp(is, sha256) == 0;
	if (d.failed || (same && !keep_until(&d, NULL))) {
		archive_ids_close(&d.left);
		return -1;
	}
	*some = same && d.left.n < ids->n;
	if (*some) {
		archive_ids_close(ids);
		*ids = d.left;
	} else
		archive_ids_close(&d.left);
	return 0;
}

struct there {
	struct archive_ids *ids;
	struct archive_file *file;
	bool failed;
};

static int
look(int ncols, char *const cols[], void *arg)
{
	enum { NAME, SHA256, EVENTS, FIRST, LAST };
	struct there *t = arg;
	char *path = xasprintf("%s/%s", t->file->dir, cols[NAME]);
	bool some;

	(void)ncols;
	t->failed = take_away(t->ids, path, cols[SHA256], &some) == -1;
	free(path);
	if (!t->failed && t->ids->n == 0 && some) {
		t->file->name = xstrdup(cols[NAME]);
		strlcpy(t->file->sha256, cols[SHA256], ARCHIVE_SHA256);
		t->file->events = strtoull(cols[EVENTS], NULL, 10);
		strlcpy(t->file->first, cols[FIRST], HEX_UUID);
		strlcpy(t->file->last, cols[LAST], HEX_UUID);
	}
	return t->failed || t->ids->n == 0;
}

int
archive_there(struct archive_ids *ids, struct db *db, struct archive_file *file,
    bool *temp)
{
	char *params[] = { file->dir, file->first, file->last };
	struct there t = { .ids = ids, .file = file };
	int rc = db_query(db, sql_archive_there, 3, params, look, &t);

	*temp = t.failed;
	return t.failed ? -1 : rc;
}
