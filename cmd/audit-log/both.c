/* both - the live trail's events and an archive's as one stream, in the order
 * of their ids, each once */

#include "both.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "sql.h"
#include "typed.h"

/* Among these no event of the live trail is hidden: by an id alone nobody sees
 * which of the archive's it has. */
static enum tool_status
check_live(struct both *b)
{
	if (db_is_archive(b->live)) {
		warnx("--archive: the database is an archive itself");
		return TOOL_MISUSE;
	}
	if (db_is_reader(b->live)) {
		warnx("--archive: needs one who may read all events of the "
		      "trail: audit-rule grant ROLE auditor");
		return TOOL_FAILED;
	}
	if (db_value(b->live, sql_trail_id, 0, NULL, &b->id) == -1)
		return typed_failed(b->live);
	return TOOL_OK;
}

static enum tool_status
connect(struct both *b)
{
	b->archive = db_open(b->archived);
	db_name(b->archive, "archive");
	db_needs(b->archive, "audit-rule grant ROLE auditor, in the archive");
	db_wants_archive(b->archive);
	if (db_check_version(b->archive) == -1)
		return typed_failed(b->archive);
	return TOOL_OK;
}

/* The live trail's name, and whether it is chosen. After a fork the archive has
 * it twice: it goes on as the last one. */
static void
find_own(struct both *b, const struct words *names)
{
	size_t i;
	int n;

	/* one that has never been shipped is among all, too */
	for (n = 0; n < names->n; n++)
		if (strcmp(names->v[n], "*") == 0) {
			b->own = b->id;
			b->shows_live = true;
		}

	for (i = 0; i < b->trails.n; i++)
		if (strcmp(b->trails.v[i].id, b->id) == 0) {
			b->own = b->trails.v[i].name;
			b->shows_live = true;
		}
}

/* All that is not the live one's is left out: also what a fork was before. */
static enum tool_status
choose_own(struct both *b)
{
	const struct words id = { &b->id, 1 };
	const struct trail *last;

	if (trails_choose(&b->trails, b->archive, &id) == -1) {
		if (!db_is_misuse(b->archive))
			return typed_failed(b->archive);
		warnx("--archive: the archive does not have this database's "
		      "trail; --trail picks others");
		return TOOL_MISUSE;
	}
	last = &b->trails.v[b->trails.n - 1];
	if (b->trails.n > 1 && trails_choose_one(b->archive, last) == -1)
		return typed_failed(b->archive);
	return TOOL_OK;
}

static enum tool_status
choose(struct both *b, const struct words *names)
{
	enum tool_status status;

	if (names->n == 0)
		status = choose_own(b);
	else
		status = typed_trails(b->archive, names, &b->trails);
	if (status == TOOL_OK)
		find_own(b, names);
	return status;
}

enum tool_status
both_open(struct both *b, struct db *live, const struct words *names)
{
	enum tool_status status;

	b->live = live;
	(void)((status = check_live(b)) || (status = connect(b)) ||
	    (status = choose(b, names)));
	return status;
}

/* Whether what the user asks for can be gone from the live trail by erasure,
 * and still be in the archive */
static bool
asks_values(const struct filter *f)
{
	static const int values[] = { F_RECORDS, F_ACTORS, F_SESSIONS, F_FIELD,
		F_VALUE, F_APP, F_ADDR, F_GREP };
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(*values); i++)
		if (f->params[values[i]] != NULL)
			return true;
	return false;
}

static enum tool_status
see_to_erased(struct both *b, const struct filter *live)
{
	char *id;

	if (!asks_values(live))
		return TOOL_OK;
	if (db_value(b->live, sql_any_erasure, 0, NULL, &id) == -1)
		return typed_failed(b->live);
	b->guards = id != NULL;
	free(id);
	return TOOL_OK;
}

/* How long what a doubt is about is: "-t x: no such table" */
static size_t
subject(const char *doubt)
{
	const char *end = strstr(doubt, ": ");

	return end == NULL ? strlen(doubt) : (size_t)(end - doubt);
}

/* What neither of them knows is misuse. */
static enum tool_status
compare_doubts(const struct filter *a, const struct filter *b)
{
	int i, j;

	for (i = 0; i < a->doubts.n; i++)
		for (j = 0; j < b->doubts.n; j++) {
			const char *doubt = a->doubts.v[i];
			size_t len = subject(doubt);

			if (len == subject(b->doubts.v[j]) &&
			    memcmp(doubt, b->doubts.v[j], len) == 0) {
				warnx("%s", doubt);
				return TOOL_MISUSE;
			}
		}
	return TOOL_OK;
}

static enum tool_status
compare_ids(const struct filter *a, const struct filter *b)
{
	if (a->id == NULL)
		return TOOL_OK;
	if (a->ids.n + b->ids.n == 0) {
		warnx("--id %s: no such event", a->id);
		return TOOL_NO;
	}
	if (a->ids.n > 1 || b->ids.n > 1 ||
	    (a->ids.n == 1 && b->ids.n == 1 &&
		strcmp(a->ids.v[0], b->ids.v[0]) != 0)) {
		warnx("--id %s: more than one event begins so", a->id);
		return TOOL_MISUSE;
	}
	return TOOL_OK;
}

enum tool_status
both_resolve(struct both *b, struct filter *live)
{
	enum tool_status status;

	if (db_script(b->archive, sql_log_begin) == -1)
		return typed_failed(b->archive);
	b->filter = filter_share(live);
	/* the live trail has said which keys are bad, if it knows the table */
	b->filter->keys.quiet = live->params[F_RECORDS] != NULL &&
	    strcmp(live->params[F_RECORDS], "{}") != 0;
	(void)((status = filter_resolve(b->filter, b->archive)) ||
	    (status = compare_doubts(live, b->filter)) ||
	    (status = compare_ids(live, b->filter)) ||
	    (status = see_to_erased(b, live)));
	if (status == TOOL_OK && filter_clip(b->filter, b->archive) == -1)
		status = typed_failed(b->archive);
	return status;
}

struct db *
both_holder(struct both *b, const struct filter *live,
    const struct filter **filter)
{
	bool is_live = b->shows_live && live->ids.n > 0;

	*filter = is_live ? live : b->filter;
	return is_live ? b->live : b->archive;
}

const char *
both_error(const struct both *b)
{
	return b->archive == NULL ? NULL : db_error(b->archive);
}

void
both_close(struct both *b)
{
	filter_unshare(b->filter);
	trails_free(&b->trails);
	db_close(b->archive);
	db_close(b->guard);
	free(b->id);
}
