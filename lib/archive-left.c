/* archive-left - archives that runs left which ended before they had removed
 * anything */

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive-state.h"
#include "mem.h"
#include "sql.h"

struct left {
	struct archive_ids *ids; /* of the events in file */
	const struct archive_file *file;
	bool quiet;
};

static int
keep_name(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	words_add(arg, cols[0]);
	return 0;
}

static bool
is_among(const struct words *names, const char *name)
{
	int i;

	for (i = 0; i < names->n; i++)
		if (strcmp(names->v[i], name) == 0)
			return true;
	return false;
}

static int
check_among(const uint8_t id[static 16], void *arg)
{
	return !archive_ids_has(arg, id);
}

/* A run that was ended after it had written this, and before it removed
 * anything */
static void
look(const struct left *l, const char *name)
{
	char sha256[ARCHIVE_SHA256];
	char *path = xasprintf("%s/%s", l->file->dir, name);
	enum tool_status status = TOOL_FAILED;

	if (archive_ids_rewind(l->ids) == 0)
		status = archive_scan(path, sha256, check_among, l->ids);
	if (status == TOOL_OK && unlink(path) == -1)
		warn("%s", path); /* it is in nobody's way */
	else if (status == TOOL_OK) {
		if (!l->quiet)
			warnx("%s: removed, as all of it is in %s, too: a run "
			      "that was ended had left it",
			    path, l->file->name);
	} else if (!l->quiet)
		warnx("%s: the trail does not know this archive: a run that "
		      "was ended left it, and what is in it was not removed",
		    path);
	free(path);
}

enum tool_status
archive_left(struct archive_ids *ids, struct db *db,
    const struct archive_file *file, const char *begin, bool quiet)
{
	struct words known = { NULL, 0 }, there = { NULL, 0 };
	const struct left l = { ids, file, quiet };
	enum tool_status status = TOOL_OK;
	int i;

	if (db_query(db, sql_archive_known, 1, (char *[]){ file->dir },
		keep_name, &known) == -1) {
		warnx("%s", db_error(db));
		status = TOOL_FAILED;
	} else
		status = archive_list(&there, file->dir, begin, ARCHIVE_END);
	for (i = 0; i < there.n; i++)
		if (strcmp(there.v[i], file->name) != 0 &&
		    !is_among(&known, there.v[i]))
			look(&l, there.v[i]);
	words_free(&known);
	words_free(&there);
	return status;
}
