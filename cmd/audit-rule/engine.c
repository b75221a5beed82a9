/* engine - which code does capture: PL/pgSQL, or the server's module
 *
 * The triggers are the same. What they call, audit.capture(), is put in the
 * place of the other; a statement that is at work goes on with what it began
 * with. */

#include "engine.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "install.h"
#include "mem.h"
#include "sql.h"

enum { AUTO, NATIVE, PORTABLE, NENGINES };
static const char *const names[] = { "auto", "native", "portable" };

/* What is there */
struct engine {
	bool native, works, superuser;
	bool altered; /* it is not as it was installed */
	char *why;    /* it cannot be native, or NULL */
};

static char version[] = AUDIT_VERSION;

static int
find_wanted(const struct run *run, bool new_trail)
{
	const char *word = run->given[OPT_CAPTURE];
	int i;

	if (word == NULL)
		return new_trail ? AUTO : NENGINES;
	for (i = 0; i < NENGINES; i++)
		if (strcmp(word, names[i]) == 0)
			break;
	return i;
}

enum tool_status
engine_read(const struct run *run)
{
	if (run->given[OPT_CAPTURE] == NULL ||
	    find_wanted(run, false) < NENGINES)
		return TOOL_OK;
	warnx("--capture %s: it is auto, native or portable",
	    run->given[OPT_CAPTURE]);
	return TOOL_MISUSE;
}

static int
keep_engine(int ncols, char *const cols[], void *arg)
{
	struct engine *e = arg;

	(void)ncols;
	e->native = strcmp(cols[0], names[NATIVE]) == 0;
	e->works = *cols[1] == 't';
	e->superuser = strcmp(cols[2], "on") == 0;
	return 1;
}

static int
keep_altered(int ncols, char *const cols[], void *arg)
{
	struct engine *e = arg;

	(void)ncols;
	if (strncmp(cols[1], "audit.capture()", strlen("audit.capture()")) ==
		0 ||
	    strncmp(cols[1], "audit.native_version",
		strlen("audit.native_version")) == 0)
		e->altered = true;
	return 0;
}

static int
look(struct run *run, struct engine *e)
{
	char *params[] = { version }, *scripts = install_text(false);
	int rc = -1;

	if (db_script(run->db, sql_lock_rules) == 0 &&
	    db_query(run->db, sql_engine, 1, params, keep_engine, e) == 0 &&
	    db_query(run->db, sql_hole_function, 1, &scripts, keep_altered,
		e) == 0)
		rc = 0;
	free(scripts);
	return rc;
}

static int
keep_file(int ncols, char *const cols[], void *arg)
{
	struct engine *e = arg;

	(void)ncols;
	if (*cols[0] != 't')
		e->why = xasprintf("the server has no audit_capture.so in %s: "
				   "\"make install-native\", on its host, puts "
				   "it there",
		    cols[1]);
	return 1;
}

/* Load the module, and forget about it. */
static int
probe(struct run *run, struct engine *e)
{
	char *there = NULL;

	if (db_script(run->db, "savepoint probe") == -1)
		return -1;
	if (db_script(run->db, sql_native_probe) == -1 ||
	    db_value(run->db, "select pg_temp.native_version()", 0, NULL,
		&there) == -1) {
		e->why = xasprintf("the server cannot load its module: %s",
		    db_error(run->db));
		db_forget(run->db);
	} else if (there == NULL || strcmp(there, version) != 0)
		e->why = xasprintf("the server's module audit_capture is of "
				   "version %s, this tool of %s",
		    there != NULL ? there : "none", version);
	free(there);
	return db_script(run->db, "rollback to probe; release probe");
}

/* Whether it can be native, or stay so */
static int
find_why(struct run *run, struct engine *e)
{
	if (e->native && e->works && !e->altered)
		return 0;
	if (!e->superuser) {
		e->why = xstrdup("this role is no superuser");
		return 0;
	}
	if (db_query(run->db, sql_native_file, 0, NULL, keep_file, e) == -1)
		return -1;
	return e->why == NULL ? probe(run, e) : 0;
}

static int
put(struct run *run, const struct engine *e, int engine)
{
	static char altered[] = "{altered}";
	char *params[] = { (char *)names[engine], e->altered ? altered : NULL };

	if (db_exec(run->db, "select audit.note_engine($1, $2)", 2, params) ==
	    -1)
		return -1;
	if (engine == NATIVE)
		return db_script(run->db, sql_schema_native);
	if (db_script(run->db, sql_schema_portable) == -1)
		return -1;
	return e->native ? db_script(run->db,
			       "drop function if exists audit.native_version()")
			 : 0;
}

/* Who is no superuser gets what one has to run. */
static enum tool_status
refuse(const struct engine *e, bool new_trail)
{
	if (e->superuser) {
		warnx("--capture native: %s", e->why);
		return TOOL_FAILED;
	}
	warnx("--capture native: only a superuser can have the server load its "
	      "module%s:",
	    new_trail ? "; after \"audit-rule init --capture portable\"" : "");
	fprintf(stderr,
	    "begin;\nselect audit.lock_rules();\n"
	    "select audit.note_engine('native', null);\n%scommit;\n",
	    sql_schema_native);
	return TOOL_FAILED;
}

enum tool_status
engine_set(struct run *run, bool new_trail)
{
	struct engine e = { .why = NULL };
	enum tool_status status = TOOL_OK;
	int wanted = find_wanted(run, new_trail), engine;

	if (wanted == NENGINES)
		return TOOL_OK;
	if (look(run, &e) == -1 ||
	    (wanted != PORTABLE && find_why(run, &e) == -1)) {
		free(e.why);
		return run_failed(run, NULL);
	}
	engine = wanted == PORTABLE || e.why != NULL ? PORTABLE : NATIVE;
	if (wanted == NATIVE && engine != NATIVE)
		status = refuse(&e, new_trail);
	else if ((e.native != (engine == NATIVE) || e.altered) &&
	    put(run, &e, engine) == -1)
		status = run_failed(run, NULL);
	else if (run->given['v'] != NULL)
		warnx("capture: %s%s%s", names[engine],
		    e.why != NULL ? ": " : "", e.why != NULL ? e.why : "");
	free(e.why);
	return status;
}
