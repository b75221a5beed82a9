/* db - one connection; it keeps its first failure */

#include "db.h"

#include <err.h>
#include <libpq-fe.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conn.h"
#include "db-state.h"
#include "mem.h"
#include "schema.h"
#include "sql.h"
#include "tool.h"

/* Say whose failure it is. */
static void
put_name(struct db *db)
{
	char *error = db->error;

	if (error == NULL || db->name == NULL)
		return;
	db->error = xasprintf("%s: %s", db->name, error);
	free(error);
}

int
db_fail(struct db *db, const char *sqlstate, const char *fmt, ...)
{
	va_list ap;

	if (db->error != NULL)
		return -1;
	strlcpy(db->sqlstate, sqlstate, sizeof(db->sqlstate));
	va_start(ap, fmt);
	if (vasprintf(&db->error, fmt, ap) == -1)
		err(TOOL_FAILED, NULL);
	va_end(ap);
	put_name(db);
	return -1;
}

int
db_fail_conn(struct db *db)
{
	char *text = conn_error(db->conn);

	db_fail(db, "08006", "%s", text);
	free(text);
	return -1;
}

/* A field of a server's message with what leads to it, or two empty strings */
static const char *
field(const PGresult *res, int code, const char *lead, const char **leads)
{
	const char *value = PQresultErrorField(res, code);

	*leads = value == NULL ? "" : lead;
	return value == NULL ? "" : value;
}

int
db_fail_result(struct db *db, const PGresult *res)
{
	const char *primary, *state, *detail, *hint, *details, *hints, *role;
	char *needs = NULL;

	primary = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	if (primary == NULL || state == NULL)
		return db_fail_conn(db);
	detail = field(res, PG_DIAG_MESSAGE_DETAIL, "; detail: ", &details);
	hint = field(res, PG_DIAG_MESSAGE_HINT, "; hint: ", &hints);
	if (strcmp(state, "42501") == 0) {
		role = PQparameterStatus(db->conn, "session_authorization");
		needs = xasprintf("; role \"%s\" %s%s",
		    role != NULL ? role : PQuser(db->conn),
		    db->needs != NULL ? "needs: " : "may not do this",
		    db->needs != NULL ? db->needs : "");
	}
	db_fail(db, state, "%s (%s)%s%s%s%s%s", primary, state, details, detail,
	    hints, hint, needs != NULL ? needs : "");
	free(needs);
	return -1;
}

static void
notice(void *arg, const PGresult *res)
{
	const struct db *db = arg;
	const char *severity, *primary, *hint, *hints;
	bool warning;

	severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);
	primary = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	warning = severity != NULL && strcmp(severity, "WARNING") == 0;
	if (primary == NULL || (!warning && !db->verbose))
		return;
	hint = field(res, PG_DIAG_MESSAGE_HINT, "; hint: ", &hints);
	warnx("%s%s%s%s", warning ? "warning: " : "", primary, hints, hint);
}

struct db *
db_open(const char *conninfo)
{
	struct db *db = xcalloc(1, sizeof(*db));

	db->conn = conn_open(conninfo, &db->error);
	PQsetNoticeReceiver(db->conn, notice, db);
	return db;
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	PQfinish(db->conn);
	free(db->error);
	free(db);
}

const char *
db_error(const struct db *db)
{
	return db->error;
}

const char *
db_sqlstate(const struct db *db)
{
	return db->sqlstate;
}

bool
db_is_misuse(const struct db *db)
{
	/* data, syntax and names, schema names, what is not supported */
	static const char *const classes[] = { "22", "42", "3F", "0A" };
	size_t i;

	for (i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (strncmp(db->sqlstate, classes[i], 2) == 0)
			return strcmp(db->sqlstate, "42501") != 0;
	return false;
}

bool
db_is_transient(const struct db *db)
{
	/* the server is stopped, the standby had to go on, a deadlock */
	return PQstatus(db->conn) != CONNECTION_OK ||
	    strncmp(db->sqlstate, "08", 2) == 0 ||
	    strncmp(db->sqlstate, "57P", 3) == 0 ||
	    strncmp(db->sqlstate, "40", 2) == 0;
}

void
db_forget(struct db *db)
{
	if (PQstatus(db->conn) != CONNECTION_OK)
		return;
	free(db->error);
	db->error = NULL;
	db->sqlstate[0] = '\0';
}

void
db_needs(struct db *db, const char *needs)
{
	db->needs = needs;
}

void
db_name(struct db *db, const char *name)
{
	db->name = name;
	put_name(db);
}

void
db_verbose(struct db *db, bool verbose)
{
	db->verbose = verbose;
}

/* What version.sql says */
struct trail {
	long version; /* -1: nothing */
	bool reader, archive;
};

static int
keep_trail(int ncols, char *const cols[], void *arg)
{
	struct trail *t = arg;

	(void)ncols;
	t->version = strtol(cols[0], NULL, 10);
	t->reader = strcmp(cols[1], "t") == 0;
	t->archive = strcmp(cols[2], "t") == 0;
	return 0;
}

int
db_check_version(struct db *db)
{
	const char *none = db->wants_archive
	    ? "this is no archive database: audit-rule init --archive makes "
	      "one"
	    : "no audit trail in this database: run audit-rule init";
	struct trail t = { -1, false, false };

	if (db_query(db, sql_version, 0, NULL, keep_trail, &t) == -1) {
		if (strcmp(db->sqlstate, "3F000") == 0 ||
		    strcmp(db->sqlstate, "42P01") == 0) {
			db_forget(db);
			db_fail(db, "", "%s", none);
		}
		return -1;
	}
	if (t.version == -1 || (db->wants_archive && !t.archive))
		return db_fail(db, "", "%s", none);
	db->reader = t.reader;
	db->archive = t.archive;
	if (t.archive && !db->takes_archive)
		return db_fail(db, "",
		    "this is an archive database, which others fill: it is "
		    "there to be read, see audit-archive(7)");
	if (t.version == AUDIT_SCHEMA_VERSION)
		return 0;
	return db_fail(db, "",
	    "the trail has schema version %ld, this tool needs %d: %s",
	    t.version, AUDIT_SCHEMA_VERSION,
	    t.version < AUDIT_SCHEMA_VERSION ? "run audit-rule init"
					     : "upgrade audit-utils");
}

bool
db_is_reader(const struct db *db)
{
	return db->reader;
}

void
db_takes_archive(struct db *db)
{
	db->takes_archive = true;
}

void
db_wants_archive(struct db *db)
{
	db->takes_archive = db->wants_archive = true;
}

bool
db_is_archive(const struct db *db)
{
	return db->archive;
}
