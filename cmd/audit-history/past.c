/* past - an archive database, which has events that the trail may have no more
 */

#include "past.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "sql.h"
#include "typed.h"
#include "words.h"

static enum tool_status
connect(struct past *p, struct db *live, const char *conninfo)
{
	if (db_is_archive(live)) {
		warnx("--archive: the database is an archive itself");
		return TOOL_MISUSE;
	}
	if (db_is_reader(live)) {
		warnx("--archive: needs one who may read all events of the "
		      "trail: audit-rule grant ROLE auditor");
		return TOOL_FAILED;
	}
	p->db = db_open(conninfo);
	db_name(p->db, "archive");
	db_needs(p->db, "audit-rule grant ROLE auditor, in the archive");
	db_wants_archive(p->db);
	if (db_check_version(p->db) == -1)
		return typed_failed(p->db);
	return TOOL_OK;
}

/* After a fork the archive has the trail twice: it goes on as the last one. */
static enum tool_status
choose(struct past *p, struct db *live)
{
	struct words id = { NULL, 0 };
	const struct trail *own;
	char *trail;
	int rc;

	if (db_value(live, sql_trail_id, 0, NULL, &trail) == -1)
		return typed_failed(live);
	words_add(&id, trail);
	free(trail);
	rc = trails_choose(&p->trails, p->db, &id);
	words_free(&id);
	if (rc == -1 && db_is_misuse(p->db)) {
		warnx("--archive: the archive does not have this database's "
		      "trail");
		return TOOL_MISUSE;
	}
	if (rc == -1)
		return typed_failed(p->db);
	own = &p->trails.v[p->trails.n - 1];
	p->no = own->no;
	p->name = own->name;
	if (p->trails.n > 1 && trails_choose_one(p->db, own) == -1)
		return typed_failed(p->db);
	return TOOL_OK;
}

static int
keep_table(int ncols, char *const cols[], void *arg)
{
	struct past *p = arg;

	(void)ncols;
	p->tables = xreallocarray(p->tables, p->n + 1, sizeof(*p->tables));
	p->tables[p->n++] = (struct past_table){ strtoll(cols[0], NULL, 10),
		strtoll(cols[1], NULL, 10) };
	return 0;
}

static int
keep_range(int ncols, char *const cols[], void *arg)
{
	struct past *p = arg;

	(void)ncols;
	p->first = xstrdup(cols[0]);
	p->end = xstrdup(cols[1]);
	return 0;
}

enum tool_status
past_open(struct past *p, struct db *live, const char *conninfo)
{
	enum tool_status status;
	char *no;
	int rc;

	if ((status = connect(p, live, conninfo)) != TOOL_OK ||
	    (status = choose(p, live)) != TOOL_OK)
		return status;
	no = xasprintf("%d", p->no);
	rc = db_script(p->db, sql_log_begin);
	if (rc == 0)
		rc = db_query(p->db, sql_archived_trail_relations, 1, &no,
		    keep_table, p);
	if (rc == 0)
		rc = db_query(p->db, sql_log_range, 0, NULL, keep_range, p);
	free(no);
	return rc == -1 ? typed_failed(p->db) : TOOL_OK;
}

void
past_close(struct past *p)
{
	db_close(p->db);
	trails_free(&p->trails);
	free(p->tables);
	free(p->first);
	free(p->end);
}

/* Another table's number before the same hash of a key */
static char *
renumber(const char *record, long long table)
{
	long long n = strtoll(record, NULL, 10);

	return xasprintf("%lld", table << 32 | (n & 0xffffffff));
}

char *
past_record(const struct past *p, const char *record)
{
	long long rel = strtoll(record, NULL, 10) >> 32;
	size_t i;

	for (i = 0; i < p->n; i++)
		if (p->tables[i].rel == rel)
			return renumber(record, p->tables[i].id);
	return NULL;
}

/* The number that a table has here, of that in the archive; -1: none */
static long long
live_table(const struct past *p, long long id)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (p->tables[i].id == id)
			return p->tables[i].rel;
	return -1;
}

char *
past_live_record(const struct past *p, const char *record)
{
	long long rel = live_table(p, strtoll(record, NULL, 10) >> 32);

	return rel != -1 ? renumber(record, rel) : NULL;
}

char *
past_live_table(const struct past *p, const char *id)
{
	long long rel = live_table(p, strtoll(id, NULL, 10));

	return rel != -1 ? xasprintf("%lld", rel) : NULL;
}

static int
keep_id(int ncols, char *const cols[], void *arg)
{
	struct words *ids = arg;

	(void)ncols;
	if (ids->n == 0 || strcmp(ids->v[0], cols[0]) != 0)
		words_add(ids, cols[0]);
	return 0;
}

enum tool_status
past_event(struct past *p, struct db *live, const char *prefix, char **id)
{
	struct words ids = { NULL, 0 };
	enum tool_status status = TOOL_OK;
	char first[33], last[33];
	char *params[] = { first, last };

	if (typed_id_range(prefix, first, last) == -1) {
		warnx("--id %s: not the beginning of an id", prefix);
		return TOOL_MISUSE;
	}
	if (db_query(live, sql_event_id, 2, params, keep_id, &ids) == -1)
		return typed_failed(live);
	if (db_query(p->db, sql_event_id, 2, params, keep_id, &ids) == -1)
		status = typed_failed(p->db);
	else if (ids.n == 0) {
		warnx("--id %s: no such event", prefix);
		status = TOOL_NO;
	} else if (ids.n > 1) {
		warnx("--id %s: more than one event begins so", prefix);
		status = TOOL_MISUSE;
	} else
		*id = xstrdup(ids.v[0]);
	words_free(&ids);
	return status;
}
