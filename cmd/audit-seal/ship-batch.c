/* ship-batch - some seals whose leaves give their roots, and the parts in which
 * they go */

#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "merkle.h"
#include "ship.h"
#include "sql.h"

#define PART UINT64_C(65536) /* events of a part: 26 MB of small ones */
#define BATCH (8 * PART)     /* of a batch and a stream, if one seal has less */
#define MOST_SEALS 4096	     /* of a batch */
#define LEAF (16 + DIGEST_LEN)

/* Which seals */

static void
choose(const struct ship *s, struct ship_batch *b, uint64_t from)
{
	const uint64_t end = s->first + s->nheads;
	uint64_t events = 0;

	b->first = b->end = from;
	while (b->end < end && b->end - b->first < MOST_SEALS &&
	    (b->end == b->first ||
		events + s->heads[b->end - s->first].events <=
		    BATCH * (uint64_t)s->streams))
		events += s->heads[b->end++ - s->first].events;
}

/* What they say */

struct lines {
	struct ship *ship;
	struct ship_batch *batch;
	size_t n;
};

static int
keep_line(int ncols, char *const cols[], void *arg)
{
	struct lines *l = arg;
	struct ship *s = l->ship;
	struct ship_batch *b = l->batch;
	struct seal *seal = &b->seals[l->n];
	uint8_t hash[DIGEST_LEN];

	(void)ncols;
	if (b->first + l->n == b->end ||
	    seal_read(seal, cols[0], strlen(cols[0])) != NULL)
		return 1;
	seal_hash(seal, s->digest, hash);
	if (memcmp(hash, s->heads[b->first + l->n - s->first].hash,
		DIGEST_LEN) != 0)
		return 1;
	b->json[l->n++] = xstrdup(cols[1]);
	return 0;
}

static enum tool_status
read_lines(struct ship *s, struct ship_batch *b)
{
	char first[24], last[24], *params[] = { first, last };
	const size_t n = (size_t)(b->end - b->first);
	struct lines l = { s, b, 0 };

	b->seals = xcalloc(n, sizeof(*b->seals));
	b->json = xcalloc(n, sizeof(*b->json));
	snprintf(first, sizeof(first), "%" PRIu64, b->first);
	snprintf(last, sizeof(last), "%" PRIu64, b->end - 1);
	if (db_query(s->run->db, sql_ship_seals, 2, params, keep_line, &l) ==
	    -1)
		return TOOL_FAILED;
	if (l.n == n)
		return TOOL_OK;
	warnx("trail %s: seal %" PRIu64 " is another one than a moment ago; "
	      "see audit-seal verify",
	    s->name, b->first + l.n);
	return TOOL_NO;
}

/* Their leaves */

struct trees {
	struct ship *ship;
	struct ship_batch *batch;
	uint64_t no;  /* the seal whose leaves come, */
	size_t month; /* which of its months, */
	int32_t n;    /* and the number of the row that comes next */
	struct merkle tree;
	size_t taken; /* the next row that the archive has */
	bool again;   /* the one before was such a row */
	bool wrong;
};

/* The tree of a month, after its last leaf */
static bool
gives_root(struct trees *t, const struct seal_month *m)
{
	uint8_t root[DIGEST_LEN];
	const bool whole = t->tree.size == m->events;

	if (whole)
		merkle_root(&t->tree, t->ship->digest, root);
	t->tree.size = 0;
	t->n = 0;
	return whole && memcmp(root, m->root, DIGEST_LEN) == 0;
}

/* All months before this one are complete. false: one is not what was sealed.
 */
static bool
go_to(struct trees *t, uint64_t no, const char *month)
{
	const struct ship_batch *b = t->batch;
	const struct seal *seal;

	for (;; t->no++, t->month = 0) {
		if (t->no == b->end)
			return no == b->end;
		seal = &b->seals[t->no - b->first];
		for (; t->month < seal->nmonths; t->month++) {
			if (t->no == no && month != NULL &&
			    strcmp(seal->months[t->month].month, month) == 0)
				return true;
			if (!gives_root(t, &seal->months[t->month]))
				return false;
		}
		if (t->no == no && month != NULL)
			return false; /* it has no such month */
	}
}

static void
put_span(struct trees *t, const struct ship_key *key, uint64_t events)
{
	struct ship_batch *b = t->batch;
	struct ship_span *span =
	    b->nspans > 0 ? &b->spans[b->nspans - 1] : NULL;

	if (span == NULL || t->again || span->events + events > PART) {
		if (span != NULL)
			span->done = key->seal;
		if (b->spans == NULL || b->nspans == b->size) {
			b->size = b->size == 0 ? 16 : b->size * 2;
			b->spans =
			    xreallocarray(b->spans, b->size, sizeof(*b->spans));
		}
		span = &b->spans[b->nspans++];
		*span = (struct ship_span){ .first = *key };
	}
	span->last = *key;
	span->events += events;
	span->done = b->end;
	t->again = false;
}

/* Whether the archive has it already */
static bool
is_taken(struct trees *t, const struct ship_key *key)
{
	const struct ship *s = t->ship;
	int order = -1;

	while (t->taken < s->ntaken &&
	    (order = ship_key_order(&s->taken[t->taken], key)) < 0)
		t->taken++;
	return t->taken < s->ntaken && order == 0;
}

static int
put_row(int ncols, const struct db_field cols[], void *arg)
{
	struct trees *t = arg;
	const uint8_t *p = (const uint8_t *)cols[3].data;
	size_t i, n = (size_t)cols[3].len / LEAF;
	struct ship_key key;

	(void)ncols;
	ship_key_read(&key, cols);
	if (!go_to(t, key.seal, key.month) || key.n != t->n ||
	    (size_t)cols[3].len != n * LEAF || n == 0) {
		t->wrong = true;
		return 1;
	}
	t->n++;
	for (i = 0; i < n; i++)
		merkle_add(&t->tree, t->ship->digest, p + i * LEAF + 16);
	if (is_taken(t, &key)) {
		t->again = true;
		t->ship->whole -= n < t->ship->whole ? n : t->ship->whole;
	} else
		put_span(t, &key, n);
	return 0;
}

static enum tool_status
read_leaves(struct ship *s, struct ship_batch *b)
{
	char first[24], last[24], *params[] = { first, last };
	struct trees t = { .ship = s, .batch = b, .no = b->first };

	snprintf(first, sizeof(first), "%" PRIu64, b->first);
	snprintf(last, sizeof(last), "%" PRIu64, b->end - 1);
	if (db_query_binary(s->run->db, sql_ship_leaves, 2, NULL, params,
		put_row, &t) == -1)
		return TOOL_FAILED;
	if (!t.wrong && go_to(&t, b->end, NULL))
		return TOOL_OK;
	warnx("trail %s: the leaves of seal %" PRIu64 " are not those that "
	      "were sealed; see audit-seal verify",
	    s->name, t.no);
	return TOOL_NO;
}

/* What the archive has to know of tables, if that is news */
static enum tool_status
read_relations(struct ship *s, struct ship_batch *b)
{
	char *said;

	if (db_value(s->run->db, sql_ship_relations, 0, NULL, &said) == -1)
		return TOOL_FAILED;
	if (s->relations != NULL && strcmp(s->relations, said) == 0) {
		free(said);
		return TOOL_OK;
	}
	free(s->relations);
	s->relations = said;
	b->relations = xstrdup(said);
	return TOOL_OK;
}

enum tool_status
ship_batch(struct ship *s, struct ship_batch *b, uint64_t from)
{
	enum tool_status status;

	*b = (struct ship_batch){ .first = from };
	choose(s, b, from);
	/* what was purged before this, an act says that is seen, too */
	if (db_begin(s->run->db, DB_READ) == -1 ||
	    db_script(s->run->db, sql_seal_hold) == -1 ||
	    db_exec(s->run->db, sql_ship_settings, 0, NULL) == -1)
		return TOOL_FAILED;
	if ((status = read_lines(s, b)) != TOOL_OK ||
	    (status = read_leaves(s, b)) != TOOL_OK)
		return status;
	return read_relations(s, b);
}

enum tool_status
ship_batch_end(struct ship *s, struct ship_batch *b)
{
	ship_batch_free(b);
	claims_free(s->claims);
	s->claims = NULL;
	return db_commit(s->run->db) == -1 ? TOOL_FAILED : TOOL_OK;
}

char *
ship_batch_seals(const struct ship_batch *b, uint64_t from, uint64_t end)
{
	char *text, sep = '[';
	size_t len;
	FILE *fp;

	if (from == end)
		return NULL;
	fp = xmemstream(&text, &len);
	for (; from < end; from++) {
		fprintf(fp, "%c%s", sep, b->json[from - b->first]);
		sep = ',';
	}
	putc(']', fp);
	xclose(fp);
	return text;
}

void
ship_batch_free(struct ship_batch *b)
{
	size_t i;

	for (i = 0; b->seals != NULL && i < b->end - b->first; i++)
		seal_free(&b->seals[i]);
	for (i = 0; b->json != NULL && i < b->end - b->first; i++)
		free(b->json[i]);
	free(b->seals);
	free(b->json);
	free(b->relations);
	free(b->spans);
	*b = (struct ship_batch){ .first = 0 };
}
