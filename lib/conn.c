/* conn - connect to a server, with the session set up alike for every tool */

#include "conn.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "zone.h"

#define OLDEST_SERVER 130000

/* What a role or a database may have set and our queries must not see. Of
 * dates only the output: how 02/03/04 is read stays the user's choice. */
static const char settings[] =
    "set search_path = pg_catalog; set datestyle = iso;"
    "set intervalstyle = postgres; set bytea_output = hex;"
    "set extra_float_digits = 1; set quote_all_identifiers = off;"
    "set standard_conforming_strings = on; set transform_null_equals = off;"
    "set array_nulls = on;"
    "set jit = off"; /* our queries are short, and look at catalogs */

char *
conn_error(const PGconn *conn)
{
	char *p, *text = xstrdup(PQerrorMessage(conn));

	for (p = text; (p = strpbrk(p, "\n\t")) != NULL; p++)
		*p = ' ';
	for (p = text + strlen(text); p > text && p[-1] == ' '; p--)
		p[-1] = '\0';
	return text;
}

/* Where a password with @ or / in it makes a URI mean something else, libpq
 * would print the rest of it as a host, a port or a database. */
static const char *
bad_uri(const PQconninfoOption *o)
{
	bool named;

	for (; o->keyword != NULL; o++) {
		if (o->val == NULL)
			continue;
		named = strcmp(o->keyword, "host") == 0 ||
		    strcmp(o->keyword, "dbname") == 0;
		if (named && strchr(o->val, '@') != NULL)
			return "in a URI's password, write @ as %40 and / as "
			       "%2F";
		if (strcmp(o->keyword, "port") == 0 &&
		    o->val[strspn(o->val, "0123456789,")] != '\0')
			return "the URI's port is no number";
	}
	return NULL;
}

/* libpq's complaint about a connection string quotes it, password and all:
 * complain first. Returns NULL or a message. */
static const char *
bad_conninfo(const char *conninfo)
{
	const char *bad;
	bool uri = strncmp(conninfo, "postgresql://", 13) == 0 ||
	    strncmp(conninfo, "postgres://", 11) == 0;
	PQconninfoOption *options;

	if (!uri && strchr(conninfo, '=') == NULL)
		return NULL; /* a database's name */
	if ((options = PQconninfoParse(conninfo, NULL)) == NULL)
		return "cannot read the connection string";
	bad = uri ? bad_uri(options) : NULL;
	PQconninfoFree(options);
	return bad;
}

static PGconn *
connect_to(const char *conninfo)
{
	/* a later one wins over the same in dbname, which may be a string */
	static const char *const keywords[] = {
		"dbname",
		"fallback_application_name",
		"client_encoding",
		NULL,
	};
	const char *values[] = { conninfo, getprogname(), "UTF8", NULL };

	return PQconnectdbParams(keywords, values, 1);
}

/* Run several statements without results. Returns 0, or -1 with libpq's
 * message. */
static int
run(PGconn *conn, const char *script)
{
	PGresult *res = PQexec(conn, script);
	bool done = PQresultStatus(res) == PGRES_COMMAND_OK;

	PQclear(res);
	return done ? 0 : -1;
}

/* All in one go: a way to the server and a query of its own for the zone
 * would take as long as the rest. */
static int
set_up(PGconn *conn, const char *zone)
{
	char *literal = PQescapeLiteral(conn, zone, strlen(zone)), *script;
	int rc;

	if (literal == NULL)
		return -1; /* no text */
	script = xasprintf("%s; set timezone = %s", settings, literal);
	rc = run(conn, script);
	free(script);
	PQfreemem(literal);
	return rc;
}

/* libpq sees to PGTZ by itself. A zone that only the system names may be
 * unknown to the server: then its own stays. Returns NULL or a message. */
static char *
set_session(PGconn *conn)
{
	const char *said = NULL;
	char *zone = getenv("PGTZ") != NULL ? NULL : zone_name(&said);
	char *error = NULL;

	if (zone == NULL || set_up(conn, zone) == -1) {
		if (run(conn, settings) == -1)
			error = conn_error(conn);
		else if (zone != NULL && said != NULL)
			error = xasprintf(
			    "%s: the server knows no time zone \"%s\"", said,
			    zone);
	}
	free(zone);
	return error;
}

PGconn *
conn_open(const char *conninfo, char **error)
{
	const char *bad;
	PGconn *conn;
	bool connected;

	*error = NULL;
	if (conninfo != NULL && (bad = bad_conninfo(conninfo)) != NULL) {
		*error = xstrdup(bad);
		return NULL;
	}
	conn = connect_to(conninfo);
	connected = PQstatus(conn) == CONNECTION_OK;
	if (connected && PQserverVersion(conn) < OLDEST_SERVER)
		*error = xasprintf("the server is PostgreSQL %s, needed is %d",
		    PQparameterStatus(conn, "server_version"),
		    OLDEST_SERVER / 10000);
	else
		*error = connected ? set_session(conn) : conn_error(conn);
	return conn;
}
