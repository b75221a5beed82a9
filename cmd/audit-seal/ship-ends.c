/* ship-ends - both ends of the way, and how far each has come */

#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "mem.h"
#include "ship.h"
#include "sql.h"

#define WAIT_MS "10000" /* for another shipper */

void
ship_say(const struct ship *s)
{
	if (s->run->db != NULL && db_error(s->run->db) != NULL)
		warnx("%s", db_error(s->run->db));
	if (s->archive != NULL && db_error(s->archive) != NULL)
		warnx("--to: %s", db_error(s->archive));
}

bool
ship_is_transient(const struct ship *s)
{
	const struct db *ends[] = { s->run->db, s->archive };
	size_t i;

	for (i = 0; i < 2; i++)
		if (ends[i] != NULL && db_error(ends[i]) != NULL)
			return db_is_transient(ends[i]);
	return s->worker_lost;
}

/* The source */

static int
keep_source(int ncols, char *const cols[], void *arg)
{
	struct ship *s = arg;

	(void)ncols;
	hex_read_uuid(s->trail, cols[0], strlen(cols[0]));
	s->registered = cols[1] != NULL &&
	    hex_read(s->key, SIGN_KEY_LEN, cols[1], strlen(cols[1]));
	s->database = xstrdup(cols[2]);
	s->newest = strtoll(cols[3], NULL, 10);
	return *cols[4] == 't';
}

static enum tool_status
refuse_read_only(const char *which)
{
	warnx("%s takes nothing: it is a standby, or set to read only", which);
	return TOOL_FAILED;
}

struct read_only {
	struct ship *ship;
	bool is;
};

static int
look_at_source(int ncols, char *const cols[], void *arg)
{
	struct read_only *r = arg;

	r->is = keep_source(ncols, cols, r->ship) != 0;
	return 0;
}

static enum tool_status
open_source(struct ship *s)
{
	struct read_only r = { s, false };

	s->run->db = db_open(s->run->given['d']);
	db_verbose(s->run->db, s->run->given['v'] != NULL);
	db_needs(s->run->db, "audit-rule grant ROLE sealer");
	if (db_check_version(s->run->db) == -1 ||
	    db_query(s->run->db, sql_ship_source, 0, NULL, look_at_source,
		&r) == -1)
		return TOOL_FAILED;
	/* what the archive has is to be known here */
	return r.is ? refuse_read_only("the source") : TOOL_OK;
}

/* The archive */

static int
look_at_archive(int ncols, char *const cols[], void *arg)
{
	struct read_only *r = arg;

	(void)ncols;
	r->ship->archive_id = xstrdup(cols[0]);
	r->ship->archive_name = xstrdup(cols[1]);
	r->is = *cols[2] == 't';
	return 0;
}

static enum tool_status
open_archive(struct ship *s)
{
	struct read_only r = { s, false };
	struct db *db = s->archive = db_open(s->run->given[OPT_TO]);

	db_verbose(db, s->run->given['v'] != NULL);
	db_needs(db, "audit-rule grant ROLE shipper, in the archive");
	db_wants_archive(db);
	if (db_check_version(db) == -1 ||
	    db_script(db, sql_ship_session) == -1 ||
	    db_query(db, sql_ship_archive, 0, NULL, look_at_archive, &r) == -1)
		return TOOL_FAILED;
	return r.is ? refuse_read_only("--to: the archive") : TOOL_OK;
}

/* Which trail it is there */

static int
keep_shipped(int ncols, char *const cols[], void *arg)
{
	struct ship *s = arg;

	(void)ncols;
	s->acked = s->said = strtoll(cols[0], NULL, 10);
	s->acked_at = xstrdup(cols[1]);
	return 1;
}

static int
take_trail(struct ship *s, const char *name, char **no)
{
	char id[HEX_UUID], key[2 * SIGN_KEY_LEN + 1];
	char *params[] = { id, (char *)name, NULL, "false" };

	hex_write_uuid(id, s->trail);
	if (s->registered) {
		hex_write(key, s->key, SIGN_KEY_LEN);
		params[2] = key;
	}
	if (s->run->given[OPT_FORK] != NULL)
		params[3] = "true";
	return db_value(s->archive, sql_ship_trail, 4, params, no);
}

/* Without --trail it keeps the name that it has, and is called as its database
 * at the first time. */
static enum tool_status
name_trail(struct ship *s)
{
	const char *name = s->run->given[OPT_TRAIL];
	char *no = NULL, *params[] = { s->no };
	int rc = take_trail(s, name, &no);

	if (rc == -1 && name == NULL &&
	    strcmp(db_sqlstate(s->archive), "42704") == 0) {
		db_forget(s->archive);
		/* a trial is in a transaction, which that has ended */
		if (s->run->given['n'] != NULL &&
		    (db_rollback(s->archive) == -1 ||
			db_begin(s->archive, DB_WRITE) == -1))
			return TOOL_FAILED;
		rc = take_trail(s, s->database, &no);
	}
	if (rc == -1)
		return db_is_misuse(s->archive) ? TOOL_MISUSE : TOOL_FAILED;
	strlcpy(s->no, no, sizeof(s->no));
	free(no);
	return db_value(s->archive, sql_ship_name, 1, params, &s->name) == -1
	    ? TOOL_FAILED
	    : TOOL_OK;
}

/* Said by name: any role that can connect can take the lock, and keep it. */
static enum tool_status
locked(struct ship *s)
{
	char *who = NULL, *params[] = { s->no };

	db_forget(s->archive);
	if (db_value(s->archive, sql_ship_lock_holder, 1, params, &who) == -1)
		return TOOL_FAILED;
	warnx("another audit-seal ship is at work on trail %s%s%s", s->name,
	    who != NULL ? ": " : "", who != NULL ? who : "");
	free(who);
	return TOOL_FAILED;
}

static enum tool_status
lock(struct ship *s)
{
	char *wait[] = { WAIT_MS }, *params[] = { s->no };

	if (db_exec(s->archive, sql_lock_timeout, 1, wait) == -1)
		return TOOL_FAILED;
	if (db_exec(s->archive, sql_ship_lock, 1, params) == -1)
		return strcmp(db_sqlstate(s->archive), "55P03") == 0
		    ? locked(s)
		    : TOOL_FAILED;
	return db_script(s->archive, "reset lock_timeout") == -1 ? TOOL_FAILED
								 : TOOL_OK;
}

/* An archive that has less than it had */
static enum tool_status
note_restored(struct ship *s)
{
	const int64_t last = s->any ? (int64_t)s->last.no : -1;

	if (s->acked <= last || s->run->given[OPT_FORK] != NULL)
		return TOOL_OK;
	warnx("note: trail %s: the archive had the seals up to %" PRId64
	      ", and has them up to %" PRId64 ": was it restored from an old "
	      "backup? They are shipped again",
	    s->name, s->acked, last);
	/* lest audit-purge removes what nobody else has */
	return s->run->given['n'] != NULL ? TOOL_OK : ship_ack(s);
}

enum tool_status
ship_ack(struct ship *s)
{
	char no[24], hash[2 * DIGEST_LEN + 1];
	char *params[] = { s->archive_id, s->archive_name, s->name, no, hash };

	snprintf(no, sizeof(no), "%" PRId64,
	    s->any ? (int64_t)s->last.no : INT64_C(-1));
	hex_write(hash, s->hash, DIGEST_LEN);
	if (db_exec(s->run->db, sql_ship_put_shipped, 5, params) == -1)
		return TOOL_FAILED;
	s->said = s->any ? (int64_t)s->last.no : -1;
	return TOOL_OK;
}

/* Of a trial nothing stays. */
static enum tool_status
look(struct ship *s)
{
	const bool trial = s->run->given['n'] != NULL;
	char *params[2];
	enum tool_status status;

	if (trial && db_begin(s->archive, DB_WRITE) == -1)
		return TOOL_FAILED;
	if ((status = name_trail(s)) != TOOL_OK ||
	    (!trial && (status = lock(s)) != TOOL_OK) ||
	    (status = ship_taken(s)) != TOOL_OK)
		return status;
	if (trial && db_rollback(s->archive) == -1)
		return TOOL_FAILED;
	params[0] = s->archive_id;
	params[1] = s->name;
	if (db_query(s->run->db, sql_ship_shipped, 2, params, keep_shipped,
		s) == -1)
		return TOOL_FAILED;
	if ((status = ship_compare(s)) != TOOL_OK)
		return status;
	return note_restored(s);
}

void
ship_close(struct ship *s)
{
	db_close(s->run->db);
	db_close(s->archive);
	s->run->db = s->archive = NULL;
	free(s->database);
	free(s->acked_at);
	free(s->archive_id);
	free(s->archive_name);
	free(s->name);
	free(s->taken);
	free(s->heads);
	free(s->relations);
	claims_free(s->claims);
	seal_free(&s->last);
	s->database = s->acked_at = s->name = NULL;
	s->archive_id = s->archive_name = NULL;
	s->relations = NULL;
	s->taken = NULL;
	s->heads = NULL;
	s->claims = NULL;
	s->ntaken = s->taken_size = s->nheads = 0;
	s->any = false;
}

enum tool_status
ship_open(struct ship *s)
{
	enum tool_status status;

	s->worker_lost = false;
	s->acked = s->said = -1;
	if ((status = open_source(s)) != TOOL_OK ||
	    (status = open_archive(s)) != TOOL_OK)
		return status;
	return look(s);
}
