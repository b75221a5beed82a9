/* erase - the verb: personal data goes, that it was there stays */

#include "erase.h"

#include <err.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "print.h"
#include "sql.h"
#include "typed.h"

/* What can be told without the server */
static void
check(const struct run *run)
{
	static const int whose[] = { 't', 'k', 'a', OPT_FIELDS, OPT_WITH,
		OPT_RELATED, OPT_WHY, OPT_PREPARE };
	const size_t n = sizeof(whose) / sizeof(*whose);
	const char *key = run->given['k'];
	size_t i;

	if (run->given[OPT_ACT] != NULL) {
		for (i = 0; i < n; i++)
			if (run->given[whose[i]] != NULL)
				tool_misuse("erase --act: the act says what");
	} else if (run->given['a'] != NULL) {
		for (i = 0; i < n - 2; i++)
			if (i != 2 && run->given[whose[i]] != NULL)
				tool_misuse("erase: an actor (-a) or a record "
					    "(-t and -k)");
	} else if (run->given['t'] == NULL || key == NULL)
		tool_misuse("erase: say what: -t and -k, or -a");
	if (run->tables.n > 1 || (key != NULL && strcmp(key, "-") == 0))
		tool_misuse("erase: one record at a time");
	if (run->given[OPT_ACT] == NULL && run->given[OPT_WHY] == NULL)
		tool_misuse("erase: say --why");
	if (run->given[OPT_PREPARE] != NULL && run->given['n'] != NULL)
		tool_misuse("erase: -n or --prepare");
	if (run->given['n'] == NULL && run->given['y'] == NULL &&
	    run->given[OPT_PREPARE] == NULL && !isatty(STDIN_FILENO))
		tool_misuse("erase: say -y");
}

static enum tool_status
print_would(struct erase *e, FILE *fp)
{
	char *params[] = { e->what, e->act };

	(void)fp;
	return db_query(e->run->db, sql_erase_would, 2, params, print_line,
		   NULL) == 0
	    ? TOOL_OK
	    : run_failed(e->run, NULL);
}

static enum tool_status
prepare(struct erase *e)
{
	if (db_query(e->run->db, sql_erase_prepare, 1, &e->what, print_line,
		NULL) == -1 ||
	    db_commit(e->run->db) == -1)
		return run_failed(e->run, NULL);
	return TOOL_OK;
}

static int
show_line(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	(void)arg;
	fprintf(stderr, "%s\n", cols[0]);
	return 0;
}

/* TOOL_OK if a user says yes, or has said so already */
static enum tool_status
agree(struct erase *e)
{
	char *params[] = { e->what, e->act }, answer[16];

	if (e->run->given['y'] != NULL)
		return TOOL_OK;
	if (db_query(e->run->db, sql_erase_would, 2, params, show_line, NULL) ==
	    -1)
		return run_failed(e->run, NULL);
	fputs("Erase this for ever? [yes/no] ", stderr);
	if (fgets(answer, sizeof(answer), stdin) != NULL &&
	    (strcmp(answer, "yes\n") == 0 || strcmp(answer, "y\n") == 0))
		return TOOL_OK;
	return TOOL_NO;
}

static enum tool_status
act(struct erase *e)
{
	const struct run *run = e->run;
	enum tool_status status = erase_what(e);

	if (status != TOOL_OK)
		return status;
	if (run->given['n'] != NULL)
		return print_would(e, stdout);
	if (run->given[OPT_PREPARE] != NULL)
		return prepare(e);
	if ((status = agree(e)) == TOOL_OK)
		status = erase_do(e);
	return status;
}

/* One transaction: all of it, or nothing. */
enum tool_status
run_erase(struct run *run, int argc, char *argv[])
{
	struct erase e = { .run = run };
	enum tool_status status;

	(void)argc;
	(void)argv;
	check(run);
	status = run_connect(run, RUN_NEEDS);
	if (status == TOOL_OK && run->given['n'] == NULL &&
	    run->given[OPT_PREPARE] == NULL)
		status = run_lock(run);
	if (status == TOOL_OK &&
	    (db_begin(run->db, DB_WRITE) == -1 ||
		typed_savepoint(run->db) == -1))
		status = run_failed(run, NULL);
	if (status == TOOL_OK)
		status = act(&e);
	erase_free(&e);
	return status;
}
