/* init - install schema audit, or bring it up to date */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "hex.h"
#include "install.h"
#include "mem.h"
#include "run.h"
#include "schema.h"
#include "sign.h"
#include "sql.h"

/* What is there before */
struct state {
	bool schema, ours, may_create, archive;
	char *grant; /* what makes may_create true */
};

static int
keep_state(int ncols, char *const cols[], void *arg)
{
	struct state *s = arg;

	(void)ncols;
	s->schema = *cols[0] == 't';
	s->ours = *cols[1] == 't';
	s->may_create = *cols[2] == 't';
	s->grant = xstrdup(cols[3]);
	s->archive = *cols[4] == 't';
	return 1;
}

/* A trail does not become an archive database, nor the other way round. */
static bool
is_other(const struct run *run, const struct state *s)
{
	if (s->archive &&
	    (run->given[OPT_CAPTURE] != NULL ||
		run->given[OPT_EVENT_TRIGGER] != NULL ||
		run->given[OPT_SEAL_KEY] != NULL))
		warnx("this is an archive database: it captures and seals "
		      "nothing");
	else if (!s->archive && run->given[OPT_ARCHIVE] != NULL)
		warnx("--archive: this database has a trail of its own; an "
		      "archive is a database of its own, too");
	else
		return false;
	return true;
}

/* The version that is installed, 0 for none, and whether it is, or is to be, an
 * archive database */
static enum tool_status
find_version(struct run *run, int *version, bool *archive)
{
	enum tool_status status = TOOL_FAILED;
	struct state s = { .grant = NULL };
	char *value = NULL;

	*version = 0;
	*archive = run->given[OPT_ARCHIVE] != NULL;
	if (db_query(run->db, sql_init_state, 0, NULL, keep_state, &s) == -1)
		status = run_failed(run, NULL);
	else if (!s.schema && s.may_create)
		status = TOOL_OK;
	else if (!s.schema)
		warnx("this role may not create a schema here: %s", s.grant);
	else if (!s.ours)
		warnx("there is a schema audit, and it is not ours");
	else if (is_other(run, &s))
		;
	else if (db_value(run->db, sql_version, 0, NULL, &value) == -1)
		run_failed(run, NULL);
	else if (value == NULL)
		warnx("schema audit does not say its version");
	else {
		*version = (int)strtol(value, NULL, 10);
		*archive = s.archive;
		status = TOOL_OK;
	}
	free(value);
	free(s.grant);
	return status;
}

static int
migrate(struct run *run, int version, bool archive)
{
	const char *done = archive ? sql_init_archived : sql_init_done;
	char *params[2] = { xasprintf("%d", AUDIT_SCHEMA_VERSION),
		xasprintf("%d", version) };
	int rc = -1;

	if (install_migrate(run->db, version, archive) == 0 &&
	    db_exec(run->db, sql_init_privileges, 0, NULL) == 0 &&
	    db_exec(run->db, sql_grant_again, 0, NULL) == 0 &&
	    db_exec(run->db, done, 2, params) == 0)
		rc = 0;
	free(params[0]);
	free(params[1]);
	return rc;
}

static enum tool_status
add_event_triggers(struct run *run)
{
	char *there = NULL;

	if (db_value(run->db, sql_event_triggers_there, 0, NULL, &there) == -1)
		return run_failed(run, NULL);
	if (there != NULL) {
		free(there);
		return TOOL_OK;
	}
	db_needs(run->db, NULL);
	if (db_script(run->db, sql_event_triggers) == 0)
		return TOOL_OK;
	run_failed(run, "--event-trigger");
	return TOOL_FAILED;
}

/* Before anything else: what is no key is refused without a connection. */
static enum tool_status
read_seal_key(const struct run *run, char hex[static 2 * SIGN_KEY_LEN + 1])
{
	uint8_t key[SIGN_KEY_LEN];
	const char *error;

	if (run->given[OPT_SEAL_KEY] == NULL)
		return TOOL_OK;
	error = sign_load_public(key, run->given[OPT_SEAL_KEY]);
	if (error != NULL) {
		warnx("--seal-key: %s", error);
		return TOOL_FAILED;
	}
	hex_write(hex, key, sizeof(key));
	return TOOL_OK;
}

static enum tool_status
register_key(struct run *run, char *hex)
{
	char *there = NULL;
	enum tool_status status = TOOL_OK;

	if (db_exec(run->db, sql_init_seal_key, 1, &hex) == -1 ||
	    db_value(run->db, sql_seal_key, 0, NULL, &there) == -1)
		return run_failed(run, "--seal-key");
	if (there == NULL || strcmp(there, hex) != 0) {
		warnx("--seal-key: there are signed seals, the first one by "
		      "another key than %s",
		    hex);
		status = TOOL_MISUSE;
	}
	free(there);
	return status;
}

/* All in one transaction, so that a refusal leaves everything as it was. */
static enum tool_status
install(struct run *run, char *seal_key)
{
	enum tool_status status;
	bool archive;
	int version;

	if (db_begin(run->db, DB_WRITE) == -1 ||
	    db_exec(run->db, sql_init_lock, 0, NULL) == -1)
		return run_failed(run, NULL);
	if ((status = find_version(run, &version, &archive)) != TOOL_OK)
		return status;
	if (version > AUDIT_SCHEMA_VERSION) {
		warnx("the trail has schema version %d, this tool has %d: "
		      "upgrade audit-utils",
		    version, AUDIT_SCHEMA_VERSION);
		return TOOL_FAILED;
	}
	if (version < AUDIT_SCHEMA_VERSION &&
	    migrate(run, version, archive) == -1) {
		run_failed(run, "nothing was installed");
		return TOOL_FAILED;
	}
	if (archive && db_exec(run->db, sql_init_citus, 0, NULL) == -1)
		return run_failed(run, "Citus");
	if (!archive && (status = engine_set(run, version == 0)) != TOOL_OK)
		return status;
	if (run->given[OPT_EVENT_TRIGGER] != NULL &&
	    (status = add_event_triggers(run)) != TOOL_OK)
		return status;
	if (run->given[OPT_SEAL_KEY] != NULL &&
	    (status = register_key(run, seal_key)) != TOOL_OK)
		return status;
	if (db_commit(run->db) == -1)
		return run_failed(run, NULL);
	if (run->given['v'] != NULL)
		warnx("schema audit, version %d: %s", AUDIT_SCHEMA_VERSION,
		    version == AUDIT_SCHEMA_VERSION ? "is in place already"
						    : "installed");
	return TOOL_OK;
}

enum tool_status
run_init(struct run *run, int argc, char *argv[])
{
	char seal_key[2 * SIGN_KEY_LEN + 1] = "";
	enum tool_status status;

	(void)argc;
	(void)argv;
	if (run->given[OPT_ARCHIVE] != NULL &&
	    (run->given[OPT_CAPTURE] != NULL ||
		run->given[OPT_EVENT_TRIGGER] != NULL ||
		run->given[OPT_SEAL_KEY] != NULL))
		tool_misuse("--archive: it captures and seals nothing, so "
			    "takes no --capture, --event-trigger, --seal-key");
	if ((status = engine_read(run)) != TOOL_OK ||
	    (status = read_seal_key(run, seal_key)) != TOOL_OK)
		return status;
	run_connect(run);
	status = install(run, seal_key);
	if (status == TOOL_OK)
		run_tidy(run);
	return status;
}
