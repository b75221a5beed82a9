/* typed - when the server refuses what the user typed */

#include "typed.h"

#include <err.h>

int
typed_savepoint(struct db *db)
{
	return db_script(db, "savepoint typed");
}

int
typed_forget(struct db *db)
{
	db_forget(db);
	return db_script(db, "rollback to typed");
}

enum tool_status
typed_refused(struct db *db, const char *opt, const char *text)
{
	if (!db_is_misuse(db))
		return typed_failed(db);
	warnx("%s %s: %s", opt, text, db_error(db));
	return typed_forget(db) == -1 ? typed_failed(db) : TOOL_MISUSE;
}

enum tool_status
typed_failed(const struct db *db)
{
	warnx("%s", db_error(db));
	return TOOL_FAILED;
}
