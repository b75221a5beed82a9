/* script - the script that undoes the events */

#include "script.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db.h"
#include "line.h"
#include "undo.h"
#include "words.h"

const struct format format_sql = { .name = "sql" };

static void
print(struct words *why, const char *lead)
{
	int i;

	for (i = 0; i < why->n; i++)
		warnx("%s%s", lead, why->v[i]);
	words_free(why);
	*why = (struct words){ NULL, 0 };
}

/* One line. A bad one is named. */
static enum tool_status
take(struct undo *u, struct one_trail *trail, const struct line *in)
{
	const char *text = line_text(in), *wrong;
	struct words why = { NULL, 0 };
	struct event e;
	char lead[64];
	int rc;

	if ((wrong = event_read(&e, text, strlen(text))) != NULL) {
		warnx("line %zu: %s", line_number(in), wrong);
		return TOOL_NO;
	}
	if (event_is_none(&e))
		return TOOL_OK;
	if (!one_trail(trail, &e, line_number(in), "what undoes them"))
		return TOOL_MISUSE;
	rc = undo_add(u, text, strlen(text), &e, line_number(in), &why);
	if (rc == -1)
		err(TOOL_FAILED, "temporary file");
	snprintf(lead, sizeof(lead), "line %zu: ", line_number(in));
	print(&why, lead);
	return rc == 0 ? TOOL_OK : TOOL_NO;
}

static enum tool_status
take_all(struct undo *u)
{
	struct line *in = line_new(stdin);
	struct one_trail trail = { false, NULL };
	enum tool_status status = TOOL_OK, one;
	int got;

	while (status != TOOL_MISUSE && (got = line_next(in)) != 0)
		if (got == -1) {
			warnx("%s", line_error(in));
			status = TOOL_NO;
		} else if ((one = take(u, &trail, in)) != TOOL_OK)
			status = one; /* misuse: of another trail */
	one_trail_free(&trail);
	if (ferror(stdin)) {
		warn("standard input");
		status = TOOL_FAILED;
	}
	line_free(in);
	return status == TOOL_MISUSE ? TOOL_NO : status;
}

static enum tool_status
write_script(struct undo *u, FILE *fp, struct db *db)
{
	struct words why = { NULL, 0 };
	int rc = 0;

	if (db != NULL)
		rc = db_begin(db, DB_READ);
	if (rc == 0)
		rc = undo_write(u, fp, db, &why);
	print(&why, "");
	if (rc == -1 && db != NULL && db_error(db) != NULL)
		warnx("%s", db_error(db));
	else if (rc == -1)
		warn("temporary file");
	return rc == 0 ? TOOL_OK : rc == 1 ? TOOL_NO : TOOL_FAILED;
}

enum tool_status
sql_undo(const struct show *s, const char *conninfo)
{
	struct undo *u = undo_new();
	struct db *db = NULL;
	enum tool_status status;

	if (u == NULL)
		err(TOOL_FAILED, "temporary file");
	if ((status = take_all(u)) == TOOL_OK) {
		if (conninfo != NULL)
			db = db_open(conninfo);
		status = write_script(u, s->fp, db);
	}
	db_close(db);
	undo_free(u);
	return status;
}
