/* reads - what rules with read need: grants to the role of pgaudit, and
 * settings of the server */

#include "reads.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "sql.h"

static int
keep_statement(int ncols, char *const cols[], void *arg)
{
	struct reads *r = arg;

	(void)ncols;
	if (cols[0] == NULL) {
		words_add(&r->done, cols[1]);
		return 0;
	}
	words_add(&r->owners, cols[0]);
	words_add(&r->theirs, cols[1]);
	return 0;
}

int
reads_sync(struct run *run, struct reads *r)
{
	return db_query(run->db, sql_read_sync, 0, NULL, keep_statement, r);
}

static void
print_all(const struct words *statements)
{
	int i;

	for (i = 0; i < statements->n; i++) {
		fputs("{\"do\":\"sql\",\"sql\":", stdout);
		line_put_string(stdout, statements->v[i],
		    strlen(statements->v[i]));
		puts("}");
	}
}

void
reads_print(const struct reads *r)
{
	print_all(&r->done);
	print_all(&r->theirs);
}

void
reads_hand_over(const struct reads *r)
{
	const char *owner = "";
	int i;

	if (r->theirs.n > 0)
		warnx("warning: let these statements be run, by the owners of "
		      "the tables:");
	for (i = 0; i < r->theirs.n; i++) {
		if (strcmp(owner, r->owners.v[i]) != 0)
			fprintf(stderr, "-- as %s:\n", r->owners.v[i]);
		owner = r->owners.v[i];
		fprintf(stderr, "%s;\n", r->theirs.v[i]);
	}
}

static int
tell(int ncols, char *const cols[], void *arg)
{
	int *n = arg;

	(void)ncols;
	warnx("warning: rule %s waits: %s", cols[0], cols[1]);
	++*n;
	return 0;
}

enum tool_status
reads_tell(struct run *run, const struct words *rules)
{
	char *names = db_array(rules->n, rules->v);
	char *script = NULL;
	int waiting = 0;
	int rc = db_query(run->db, sql_read_waits, 1, &names, tell, &waiting);

	if (rc == 0 && waiting > 0)
		rc = db_value(run->db, sql_read_script, 0, NULL, &script);
	if (script != NULL) {
		warnx("let an administrator run these statements:");
		fputs(script, stderr);
	}
	free(script);
	free(names);
	return rc == 0 ? TOOL_OK : run_failed(run, NULL);
}

void
reads_free(struct reads *r)
{
	words_free(&r->done);
	words_free(&r->owners);
	words_free(&r->theirs);
}
