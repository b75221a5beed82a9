/* store - what was read of a log, into the trail */

#include "store.h"

#include <err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "db.h"
#include "line.h"
#include "mem.h"
#include "moment.h"
#include "sql.h"

/* A batch has no more than that of events, of the log and of records: some
 * thousand events are stored fastest. */
#define BATCH_BYTES ((size_t)1024 * 1024)
#define BATCH_LOG ((size_t)16 * 1024 * 1024)
#define BATCH_RECORDS 16384
#define BATCH_MS 1000
#define LOCK_TRIES 30 /* an ingester that was killed is gone in a moment */
#define LOCK_WAIT_MS 100
#define TRIES 6
#define NEEDS "audit-rule grant ROLE ingester"

struct store {
	const char *conninfo;
	bool verbose, begun;
	struct db *db;
	char *system, *database;
	bool known; /* the system has been there before */
	int64_t since;
	struct buf events, sessions;
	size_t log, records; /* of this batch: bytes, and how many */
	int64_t from, at;    /* of the first and the newest record */
	int64_t waiting; /* the first has, since then, by the clock, in ms */
	uintmax_t stored, refused;
	char *error;
};

struct store *
store_new(const char *conninfo, bool verbose)
{
	struct store *s = xcalloc(1, sizeof(*s));

	s->conninfo = conninfo;
	s->verbose = verbose;
	return s;
}

void
store_free(struct store *s)
{
	if (s == NULL)
		return;
	db_close(s->db);
	free(s->system);
	free(s->database);
	free(s->error);
	buf_free(&s->events);
	buf_free(&s->sessions);
	free(s);
}

const char *
store_error(const struct store *s)
{
	return s->error != NULL ? s->error : db_error(s->db);
}

const char *
store_system(const struct store *s)
{
	return s->system;
}

const char *
store_database(const struct store *s)
{
	return s->database;
}

struct buf *
store_events(struct store *s)
{
	return &s->events;
}

uintmax_t
store_count(const struct store *s)
{
	return s->stored;
}

uintmax_t
store_refused(const struct store *s)
{
	return s->refused;
}

static int
connect(struct store *s)
{
	db_close(s->db);
	s->db = db_open(s->conninfo);
	db_needs(s->db, NEEDS);
	db_verbose(s->db, s->verbose);
	return db_check_version(s->db);
}

static int
keep_begin(int ncols, char *const cols[], void *arg)
{
	struct store *s = arg;

	(void)ncols;
	s->system = xstrdup(cols[0]);
	s->database = xstrdup(cols[1]);
	s->known = cols[2] != NULL;
	if (s->known)
		s->since = strtoll(cols[2], NULL, 10);
	return 1;
}

int
store_open(struct store *s, const char *system)
{
	char *params[] = { (char *)system };

	return connect(s) == -1
	    ? -1
	    : db_query(s->db, sql_ingest_begin, 1, params, keep_begin, s);
}

static int
get_lock(struct store *s)
{
	char *value = NULL;
	bool got = false;
	int i;

	for (i = 0; i < LOCK_TRIES && !got; i++) {
		if (i > 0)
			poll(NULL, 0, LOCK_WAIT_MS);
		if (db_value(s->db, sql_ingest_lock, 1, &s->system, &value) ==
		    -1)
			return -1;
		got = strcmp(value, "t") == 0;
		free(value);
	}
	if (got)
		return 0;
	if (db_value(s->db, sql_ingest_lock_holder, 1, &s->system, &value) ==
	    -1)
		return -1;
	s->error = xasprintf("the log of system %s is being ingested already, "
			     "by %s",
	    s->system, value == NULL ? "somebody who has ended now" : value);
	free(value);
	return -1;
}

static int
load_session(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	interp_load(arg, cols[0], strlen(cols[0]));
	return 0;
}

static int
load_file(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	source_known(arg,
	    &(struct place){ cols[0], cols[1],
		cols[2] == NULL ? 0 : strtoull(cols[2], NULL, 10),
		strtoull(cols[3], NULL, 10), *cols[4] == 't' });
	return 0;
}

int
store_begin(struct store *s, struct interp *interp, struct source *source)
{
	if (get_lock(s) == -1)
		return -1;
	s->begun = true;
	if (s->known)
		interp_since(interp, s->since);
	if (db_query(s->db, sql_ingest_sessions, 1, &s->system, load_session,
		interp) == -1)
		return -1;
	return db_query(s->db, sql_ingest_files, 1, &s->system, load_file,
	    source);
}

bool
store_record(struct store *s, int64_t at, size_t len)
{
	bool first = !s->known;

	if (s->records++ == 0) {
		s->from = s->at = at;
		s->waiting = clock_ms();
	}
	if (at > s->at)
		s->at = at;
	s->log += len;
	s->known = true;
	return first;
}

bool
store_due(const struct store *s)
{
	return s->events.len >= BATCH_BYTES || s->log >= BATCH_LOG ||
	    s->records >= BATCH_RECORDS ||
	    (s->records > 0 && clock_ms() - s->waiting >= BATCH_MS);
}

/* Lines become an array: no string has a newline in it. */
static char *
as_array(struct buf *lines)
{
	char *p, *end;
	struct buf array = { NULL, 0, 0 };

	buf_byte(&array, '[');
	if (lines->len > 0)
		buf_put(&array, lines->p, lines->len - 1);
	buf_byte(&array, ']');
	buf_byte(&array, '\0');
	p = array.p;
	end = p + array.len;
	while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL)
		*p = ',';
	return array.p;
}

static void
put_time(FILE *f, const char *key, int64_t us)
{
	char text[MOMENT_LEN];

	moment_write(text, us);
	fprintf(f, ",\"%s\":\"%s\"", key, text);
}

/* As audit.ingest() takes it; free() it */
static char *
how_far(const struct store *s, int64_t since, const struct place *p)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = xmemstream(&text, &size);

	fprintf(f, "{\"records\":%zu", s->records);
	if (s->records > 0) {
		put_time(f, "from", s->from);
		put_time(f, "at", s->at);
		put_time(f, "since", since);
	}
	if (p->head != NULL) {
		fprintf(f, ",\"head\":\"%s\",\"name\":", p->head);
		line_put_string(f, p->name, strlen(p->name));
		if (p->inode > 0)
			fprintf(f, ",\"inode\":%jd", (intmax_t)p->inode);
		fprintf(f, ",\"offset\":%ju,\"done\":%s", (uintmax_t)p->offset,
		    p->done ? "true" : "false");
	}
	fputc('}', f);
	fclose(f);
	return text;
}

/* After a failure: whether to try again, over a new connection if need be. */
static bool
again(struct store *s, int tries)
{
	char *value = NULL;
	bool ok;

	if (tries >= TRIES || !db_is_transient(s->db))
		return false;
	if (s->verbose)
		warnx("%s; trying again", db_error(s->db));
	poll(NULL, 0, 50 << tries);
	db_forget(s->db);
	if (db_error(s->db) == NULL)
		return true;
	if (connect(s) == -1)
		return again(s, tries + 1);
	ok = db_value(s->db, sql_ingest_lock, 1, &s->system, &value) == 0 &&
	    value != NULL;
	if (ok && strcmp(value, "t") != 0) {
		s->error = xasprintf("the log of system %s is being ingested "
				     "by somebody else since",
		    s->system);
		ok = false;
	}
	free(value);
	return ok;
}

static int
keep_counts(int ncols, char *const cols[], void *arg)
{
	struct store *s = arg;

	(void)ncols;
	s->stored += strtoull(cols[0], NULL, 10);
	s->refused += strtoull(cols[1], NULL, 10);
	return 1;
}

static int
send(struct store *s, const char *sql, int n, char *const params[], db_row *fn)
{
	int tries = 0;

	while (db_query(s->db, sql, n, params, fn, s) == -1)
		if (!again(s, tries++))
			return -1;
	return 0;
}

int
store_flush(struct store *s, struct interp *interp, const struct place *place)
{
	char *params[4] = { s->system };
	int rc;

	s->sessions.len = 0;
	interp_save(interp, &s->sessions);
	buf_byte(&s->sessions, '\0');
	params[1] = as_array(&s->events);
	params[2] = s->sessions.p;
	params[3] = how_far(s, interp_since_now(interp), place);
	rc = send(s, sql_ingest, 4, params, keep_counts);
	free(params[1]);
	free(params[3]);
	buf_reset(&s->events);
	buf_reset(&s->sessions);
	s->log = s->records = 0;
	return rc;
}

int
store_lost(struct store *s, const struct place *place)
{
	char *params[] = { s->system, (char *)place->head };

	return send(s, sql_ingest_lost, 2, params, NULL);
}
