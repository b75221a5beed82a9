/* db - one connection. It keeps its first failure: every later call fails
 * with the same message, so a caller may check only the last one. */
#ifndef AUDIT_DB_H
#define AUDIT_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

/* Connect: conninfo is a connection string, a URI or a database's name as
 * psql takes them; NULL means libpq's environment. The session has search_path
 * pg_catalog, UTF-8, ISO dates, and the user's time zone (PGTZ, else TZ, else
 * the system's where the server knows it), so that times without a zone mean
 * what the user's clock shows. */
struct db *db_open(const char *conninfo); /* never NULL; db_close() frees */
void db_close(struct db *);		  /* accepts NULL */

/* The first failure: the server's message, SQLSTATE, detail and hint in one
 * line, never a connection string; NULL if there is none. Borrowed until
 * db_forget() or db_close(). */
const char *db_error(const struct db *);
/* The SQLSTATE of that failure, "" if it is none of the server's; 08006: the
 * connection broke. */
const char *db_sqlstate(const struct db *);
/* Whether that failure says that a value or a name is wrong: where the user
 * typed it, that is misuse. */
bool db_is_misuse(const struct db *);
/* Whether the same may well succeed over a new connection: this one is lost, or
 * the server ended what was running for reasons of its own. */
bool db_is_transient(const struct db *);
/* The failure was expected (a lock timeout, say): go on as if there had been
 * none. A lost connection is not forgotten. */
void db_forget(struct db *);

/* What gives a role the right to do this tool's work, a command or statement.
 * It ends the message when permission is denied. Borrowed. */
void db_needs(struct db *, const char *needs);
#define DB_NEEDS_READER "audit-rule grant ROLE reader, or auditor"
/* What messages of this connection begin with, for who has several. Borrowed.
 */
void db_name(struct db *, const char *name);
/* Print notices with warnx(); without it only the server's warnings are. */
void db_verbose(struct db *, bool);

/* Whether the trail is there and has the version of this tool; -1 with a
 * message that says what to do if not. From here on the queries of a role that
 * may read events only as a reader are asked of what is open to it. */
int db_check_version(struct db *);
bool db_is_reader(const struct db *);
/* Before it: an archive database will do as well, else it is refused; see
 * lib/trails.h for which of its trails. After it: whether this is one. */
void db_takes_archive(struct db *);
void db_wants_archive(struct db *); /* nothing else will do */
bool db_is_archive(const struct db *);

/* A row's columns; NULL is SQL null; borrowed until the function returns.
 * It returns nonzero to stop: the rest is read and thrown away. */
typedef int db_row(int ncols, char *const cols[], void *arg);

/* Run one query with parameters $1..$n (text; NULL is SQL null) and hand each
 * row to fn as it arrives; memory stays flat. fn may be NULL. All these return
 * 0, or -1 with db_error() set. */
int db_query(struct db *, const char *sql, int n, char *const params[],
    db_row *fn, void *arg);
/* The same for a statement whose rows, if any, do not matter. */
int db_exec(struct db *, const char *sql, int n, char *const params[]);
/* The same for one value: a copy of the first row's first column, which the
 * caller frees; NULL where there is no row or where it is SQL null. */
int db_value(struct db *, const char *sql, int n, char *const params[],
    char **value);
/* Run several statements, without parameters, in one go. */
int db_script(struct db *, const char *sql);

/* One column in PostgreSQL's binary form, not terminated; data is NULL for
 * SQL null. */
struct db_field {
	const char *data;
	int len;
};
typedef int db_fields(int ncols, const struct db_field cols[], void *arg);

/* The number that begins there, in 8 or 4 bytes: of a bigint, an integer. */
int64_t db_int8(const char *data);
int32_t db_int4(const char *data);

/* db_query() with binary results, for long streams. types holds the OIDs of
 * the parameters, 0 to let the server see; NULL is all 0. */
int db_query_binary(struct db *, const char *sql, int n,
    const unsigned int types[], char *const params[], db_fields *fn, void *arg);

/* Run a COPY TO STDOUT in text form and hand each line to fn, without its end
 * but terminated; fn may change it. It is borrowed until fn returns, nonzero to
 * stop. For streams where each row counts: a row costs less than half. */
typedef int db_line(char *line, size_t len, void *arg);
int db_copy(struct db *, const char *sql, db_line *fn, void *arg);

/* Run a COPY TO STDOUT (FORMAT binary) and hand each row to fn: what is
 * cheapest where rows are many and are computed with. */
int db_copy_binary(struct db *, const char *sql, db_fields *fn, void *arg);

/* Begin a transaction; mode is what SQL's BEGIN takes. */
#define DB_READ "isolation level repeatable read, read only"
#define DB_WRITE "isolation level read committed"
int db_begin(struct db *, const char *mode);
int db_commit(struct db *);
/* Works after a failure too, and keeps that failure. */
int db_rollback(struct db *);

/* The text of a text[] that holds these strings; free() it. */
char *db_array(int n, char *const strings[]);

#endif
