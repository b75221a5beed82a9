/* ship-taken - what the archive has of a trail, and whether the trail has it
 * too
 */

#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "mem.h"
#include "moment.h"
#include "ship.h"
#include "sql.h"

static int
keep_taken(int ncols, char *const cols[], void *arg)
{
	struct ship *s = arg;

	(void)ncols;
	if (seal_read(&s->last, cols[1], strlen(cols[1])) == NULL)
		seal_hash(&s->last, s->digest, s->hash);
	s->any = true;
	return 1;
}

void
ship_key_read(struct ship_key *key, const struct db_field cols[])
{
	memset(key, 0, sizeof(*key));
	key->seal = (uint64_t)db_int8(cols[0].data);
	key->n = db_int4(cols[2].data);
	snprintf(key->month, sizeof(key->month), "%.*s", cols[1].len,
	    cols[1].data);
}

int
ship_key_order(const struct ship_key *a, const struct ship_key *b)
{
	int order;

	if (a->seal != b->seal)
		return a->seal < b->seal ? -1 : 1;
	if ((order = strcmp(a->month, b->month)) != 0)
		return order;
	return (a->n > b->n) - (a->n < b->n);
}

static int
keep_leaf(int ncols, const struct db_field cols[], void *arg)
{
	struct ship *s = arg;
	struct ship_key *key;

	(void)ncols;
	if (s->ntaken == s->taken_size) {
		s->taken_size = s->taken_size == 0 ? 64 : s->taken_size * 2;
		s->taken =
		    xreallocarray(s->taken, s->taken_size, sizeof(*s->taken));
	}
	key = &s->taken[s->ntaken++];
	ship_key_read(key, cols);
	return 0;
}

enum tool_status
ship_taken(struct ship *s)
{
	char from[24], *params[] = { s->no, from };

	if (db_query(s->archive, sql_ship_taken, 1, params, keep_taken, s) ==
	    -1)
		return TOOL_FAILED;
	s->first = s->any ? s->last.no + 1 : 0;
	snprintf(from, sizeof(from), "%" PRIu64, s->first);
	return db_query_binary(s->archive, sql_ship_taken_leaves, 2, NULL,
		   params, keep_leaf, s) == -1
	    ? TOOL_FAILED
	    : TOOL_OK;
}

/* Whether the source has it, too */

struct there {
	struct ship *ship;
	struct seal seal;
	bool any, same;
};

static int
compare(int ncols, char *const cols[], void *arg)
{
	struct there *t = arg;
	struct ship *s = t->ship;
	uint8_t hash[DIGEST_LEN];
	size_t n = merkle_borders(s->first) * DIGEST_LEN;

	(void)ncols;
	t->any = true;
	if (seal_read(&t->seal, cols[0], strlen(cols[0])) != NULL)
		return 1;
	seal_hash(&t->seal, s->digest, hash);
	t->same = memcmp(hash, s->hash, DIGEST_LEN) == 0;
	s->tree.size = s->first;
	if (!hex_read(s->tree.border[0], n, cols[1], strlen(cols[1])))
		s->tree.size = 0; /* which does not fit what follows */
	return 1;
}

#define WHAT_TO_DO                                                             \
	"\n  If the source was restored from an old backup, ship what it "     \
	"writes now as another trail: audit-seal ship --fork --trail NAME\n  " \
	"If it was not, somebody has changed its history: see audit-seal "     \
	"verify"

static void
say_other(const struct ship *s, const struct there *t)
{
	char here[MOMENT_LEN], there[MOMENT_LEN];

	moment_write(there, s->last.at);
	if (t->seal.tool == NULL) {
		warnx("seal %" PRIu64 " of trail %s is not what the archive "
		      "has: it was altered" WHAT_TO_DO,
		    s->last.no, s->name);
		return;
	}
	moment_write(here, t->seal.at);
	warnx("trail %s: the source's seal %" PRIu64 ", made at %s, is another "
	      "one than the archive's, made at %s: its history is not the one "
	      "that was shipped" WHAT_TO_DO,
	    s->name, s->last.no, here, there);
}

static void
say_fewer(const struct ship *s)
{
	char there[MOMENT_LEN];

	moment_write(there, s->last.at);
	if (s->newest == -1)
		warnx("trail %s: the source has no seal, and the archive those "
		      "from 0 to %" PRIu64 ", made at %s" WHAT_TO_DO,
		    s->name, s->last.no, there);
	else
		warnx("trail %s: the seals %" PRId64 " to %" PRIu64
		      ", the last "
		      "one made at %s, exist only in the archive: the source "
		      "ends with seal %" PRId64 WHAT_TO_DO,
		    s->name, s->newest + 1, s->last.no, there, s->newest);
}

enum tool_status
ship_compare(struct ship *s)
{
	struct there t = { .ship = s };
	char no[24], *params[] = { no };
	enum tool_status status = TOOL_OK;

	if (!s->any)
		return TOOL_OK;
	snprintf(no, sizeof(no), "%" PRIu64, s->last.no);
	if (db_query(s->run->db, sql_ship_seal, 1, params, compare, &t) == -1)
		status = TOOL_FAILED;
	else if (!t.same) {
		status = TOOL_NO;
		if (t.any)
			say_other(s, &t);
		else
			say_fewer(s);
	}
	seal_free(&t.seal);
	return status;
}
