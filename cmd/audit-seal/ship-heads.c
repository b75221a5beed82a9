/* ship-heads - whether the seals that are new follow from those that the
 * archive has */

#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "chain.h"
#include "finding.h"
#include "hex.h"
#include "mem.h"
#include "ship.h"
#include "sql.h"

#define MOST 65536 /* seals at a time: memory stays flat */

struct heads {
	struct ship *ship;
	struct chain *chain;
	struct findings findings;
};

static int
add(int ncols, const struct db_field f[], void *arg)
{
	enum { NO, AT, HORIZON, HASH, TREE, LINE };
	struct heads *h = arg;
	struct ship *s = h->ship;
	const struct chain_row row = { .no = (uint64_t)db_int8(f[NO].data),
		.all = true,
		.at = db_int8(f[AT].data),
		.horizon = db_int8(f[HORIZON].data),
		.hash = (const uint8_t *)f[HASH].data,
		.hash_len = (size_t)f[HASH].len,
		.tree = (const uint8_t *)f[TREE].data,
		.tree_len = (size_t)f[TREE].len };
	const struct seal *seal, *before;

	(void)ncols;
	seal = chain_add(h->chain, &row, f[LINE].data, (size_t)f[LINE].len,
	    &before);
	if (seal == NULL || h->findings.count > 0)
		return 1;
	seal_hash(seal, s->digest, s->heads[s->nheads].hash);
	s->heads[s->nheads++].events = seal->events;
	return 0;
}

static void
begin(struct heads *h)
{
	struct ship *s = h->ship;
	struct chain_begin b = { .first = s->first,
		.log = s->tree,
		.has_registered = s->registered,
		/* of the first that is signed: else it has been looked for */
		.has_pubkey = s->has_pubkey && !s->any };

	memcpy(b.trail, s->trail, sizeof(b.trail));
	memcpy(b.registered, s->key, SIGN_KEY_LEN);
	memcpy(b.pubkey, s->pubkey, SIGN_KEY_LEN);
	b.before = s->last;
	memset(&s->last, 0, sizeof(s->last)); /* the chain frees it */
	s->last.no = b.before.no;
	s->last.at = b.before.at;
	if (s->anchors.n > 0) {
		b.anchors.n = s->anchors.n;
		b.anchors.v = xcalloc(b.anchors.n, sizeof(*b.anchors.v));
		memcpy(b.anchors.v, s->anchors.v,
		    b.anchors.n * sizeof(*b.anchors.v));
	}
	h->findings.silent = true;
	h->chain = chain_new(&b, &h->findings);
}

/* The key that is trusted has to have signed a seal that is before the new
 * ones, or one of these. */
static enum tool_status
find_key(struct ship *s)
{
	char no[24], key[2 * SIGN_KEY_LEN + 1], *line = NULL;
	char *params[] = { no, key };
	struct buf bytes = { NULL, 0, 0 };
	struct seal seal = { .no = 0 };
	bool found = false;

	snprintf(no, sizeof(no), "%" PRId64, s->newest);
	hex_write(key, s->pubkey, SIGN_KEY_LEN);
	if (db_value(s->run->db, sql_ship_key, 2, params, &line) == -1)
		return TOOL_FAILED;
	if (line != NULL && seal_read(&seal, line, strlen(line)) == NULL) {
		seal_bytes(&bytes, &seal);
		found = seal.has_key &&
		    sign_verify(s->pubkey, bytes.p, bytes.len, seal.signature);
	}
	seal_free(&seal);
	buf_free(&bytes);
	free(line);
	if (found)
		return TOOL_OK;
	warnx("trail %s: no seal is signed with the key that was given",
	    s->name);
	return TOOL_NO;
}

static enum tool_status
check(struct heads *h)
{
	char first[24], most[24], *params[] = { first, most };
	struct ship *s = h->ship;

	snprintf(first, sizeof(first), "%" PRIu64, s->first);
	snprintf(most, sizeof(most), "%d", MOST);
	if (db_query_binary(s->run->db, sql_ship_heads, 2, NULL, params, add,
		h) == -1)
		return TOOL_FAILED;
	s->more = s->nheads == MOST;
	if (!s->more)
		chain_end(h->chain);
	if (h->findings.count == 0)
		return TOOL_OK;
	warnx("trail %s: %s; see audit-seal verify", s->name,
	    h->findings.first != NULL ? h->findings.first : "it is altered");
	return TOOL_NO;
}

/* For the bar, and for who asks what would go */
static enum tool_status
count(struct ship *s)
{
	char first[24], *params[] = { first }, *n = NULL;

	snprintf(first, sizeof(first), "%" PRIu64, s->first);
	if (db_value(s->run->db, sql_ship_whole, 1, params, &n) == -1)
		return TOOL_FAILED;
	s->whole = strtoull(n, NULL, 10);
	free(n);
	return TOOL_OK;
}

enum tool_status
ship_heads(struct ship *s)
{
	struct heads h = { .ship = s };
	enum tool_status status;

	s->heads = xcalloc(MOST, sizeof(*s->heads));
	s->nheads = 0;
	if (s->has_pubkey && s->any && (status = find_key(s)) != TOOL_OK)
		return status;
	begin(&h);
	if ((status = check(&h)) == TOOL_OK)
		status = count(s);
	chain_free(h.chain);
	free(h.findings.first);
	return status;
}
