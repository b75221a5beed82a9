/* find - which sessions the user means */

#include "find.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "sql.h"

#define ID_LEN 36

/* Which name each id fits */
struct found {
	struct words names, ids;
};

static int
keep(int ncols, char *const cols[], void *arg)
{
	struct found *f = arg;

	(void)ncols;
	words_add(&f->names, cols[0]);
	words_add(&f->ids, cols[1]);
	return 0;
}

/* What is too long may be a token, which is not repeated. */
static enum tool_status
check(const char *name)
{
	size_t len = strlen(name);

	if (len > ID_LEN) {
		warnx("an argument is too long for a session's id");
		return TOOL_MISUSE;
	}
	if (len > 0 && strspn(name, "0123456789abcdef-") == len)
		return TOOL_OK;
	warnx("%s: not the beginning of a session's id", name);
	return TOOL_MISUSE;
}

/* The ids that fit a name begin at *at. */
static enum tool_status
take(const struct found *f, int i, const char *name, int *at, struct words *ids)
{
	int first = *at;

	while (*at < f->names.n && strtol(f->names.v[*at], NULL, 10) == i)
		++*at;
	if (*at - first == 1) {
		words_add(ids, f->ids.v[first]);
		return TOOL_OK;
	}
	if (*at == first) {
		warnx("%s: no such session", name);
		return TOOL_NO;
	}
	warnx("%s: more than one session begins so", name);
	return TOOL_MISUSE;
}

enum tool_status
find_sessions(struct run *run, int argc, char *argv[], struct words *ids)
{
	struct found f = { .ids.n = 0 };
	enum tool_status one, status = TOOL_OK;
	char *names;
	int i, at = 0;

	for (i = 0; i < argc; i++)
		if ((one = check(argv[i])) > status)
			status = one;
	if (status != TOOL_OK || argc == 0)
		return status;
	names = db_array(argc, argv);
	if (db_query(run->db, sql_session_find, 1, &names, keep, &f) == -1)
		status = run_failed(run, NULL);
	for (i = 0; i < argc && status != TOOL_FAILED; i++)
		if ((one = take(&f, i, argv[i], &at, ids)) > status)
			status = one;
	free(names);
	words_free(&f.names);
	words_free(&f.ids);
	return status;
}
