/* typed - when the server refuses what the user typed */

#include "typed.h"

#include <ctype.h>
#include <err.h>
#include <string.h>

#include "mem.h"
#include "sql.h"
#include "words.h"

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

/* Ask what the time means, and then what an interval back from now does; the
 * first of n parameters is the text. */
static enum tool_status
time_or_ago(struct db *db, const char *opt, const char *time, const char *ago,
    int n, char *const params[], char **found)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *text = params[0];

	if (text == NULL)
		return TOOL_OK;
	if (db_value(db, time, n, params, found) == 0)
		return TOOL_OK;
	if (!db_is_misuse(db) || typed_forget(db) == -1)
		return typed_failed(db);
	/* without a unit, 12:00 and 2026 would be intervals that surprise */
	if (strpbrk(text, letters) != NULL) {
		if (db_value(db, ago, n, params, found) == 0)
			return TOOL_OK;
		if (!db_is_misuse(db))
			return typed_failed(db);
	}
	warnx("%s %s: neither a time nor an interval", opt, text);
	return TOOL_MISUSE;
}

enum tool_status
typed_time(struct db *db, const char *opt, const char *text,
    enum typed_bound bound, char **id)
{
	char *params[] = { (char *)text,
		bound == TYPED_AFTER ? "1 microsecond" : "0" };

	return time_or_ago(db, opt, sql_time, sql_ago, 2, params, id);
}

enum tool_status
typed_moment(struct db *db, const char *opt, const char *text, char **at)
{
	char *params[] = { (char *)text };

	return time_or_ago(db, opt, sql_moment, sql_moment_ago, 1, params, at);
}

int
typed_id_range(const char *digits, char first[static 33], char last[static 33])
{
	size_t n = 0;

	for (; *digits != '\0'; digits++) {
		if (*digits == '-')
			continue;
		if (n == 32 ||
		    strchr("0123456789abcdefABCDEF", *digits) == NULL)
			return -1;
		first[n] = last[n] = (char)tolower((unsigned char)*digits);
		n++;
	}
	memset(first + n, '0', 32 - n);
	memset(last + n, 'f', 32 - n);
	first[32] = last[32] = '\0';
	return n > 0 ? 0 : -1;
}

static int
keep_id(int ncols, char *const cols[], void *arg)
{
	struct words *ids = arg;

	(void)ncols;
	words_add(ids, cols[0]);
	return 0;
}

enum tool_status
typed_event(struct db *db, const char *opt, const char *prefix, char **id)
{
	struct words ids = { NULL, 0 };
	enum tool_status status = TOOL_OK;
	char first[33], last[33];

	if (typed_id_range(prefix, first, last) == -1) {
		warnx("%s %s: not the beginning of an id", opt, prefix);
		return TOOL_MISUSE;
	}
	if (db_query(db, sql_event_id, 2, (char *[]){ first, last }, keep_id,
		&ids) == -1)
		status = typed_failed(db);
	else if (ids.n == 0) {
		warnx("%s %s: no such event", opt, prefix);
		status = TOOL_NO;
	} else if (ids.n > 1) {
		warnx("%s %s: more than one event begins so", opt, prefix);
		status = TOOL_MISUSE;
	} else
		*id = xstrdup(ids.v[0]);
	words_free(&ids);
	return status;
}

enum tool_status
typed_trails(struct db *db, const struct words *names, struct trails *trails)
{
	if (!db_is_archive(db)) {
		if (names->n == 0)
			return TOOL_OK;
		warnx("--trail: this is no archive database, it has one trail");
		return TOOL_MISUSE;
	}
	if (trails_choose(trails, db, names) == 0)
		return TOOL_OK;
	warnx("%s", db_error(db));
	return db_is_misuse(db) ? TOOL_MISUSE : TOOL_FAILED;
}
