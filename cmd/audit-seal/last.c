/* last - the trail as a sealer finds it: now, and the seal before */

#include "last.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "sql.h"

enum {
	LAST_TRAIL,
	LAST_AT,
	LAST_SYSTEM,
	LAST_TIMELINE,
	LAST_SERVER,
	LAST_TO,
	LAST_NEXT,
	LAST_KEY,
	LAST_LINE,
	LAST_TREE
};

struct reading {
	struct last *last;
	struct seal *seal;
};

static const char *
read_tree(struct merkle *tree, uint64_t size, const char *hex)
{
	size_t n = merkle_borders(size) * DIGEST_LEN;

	tree->size = size;
	return hex_read(tree->border[0], n, hex, strlen(hex))
	    ? NULL
	    : "the tree over the seals does not fit it";
}

static int
read_row(int ncols, char *const cols[], void *arg)
{
	const struct reading *r = arg;
	struct last *l = r->last;
	struct seal *s = r->seal;

	(void)ncols;
	hex_read_uuid(s->trail, cols[LAST_TRAIL], strlen(cols[LAST_TRAIL]));
	s->at = strtoll(cols[LAST_AT], NULL, 10);
	s->system = strtoull(cols[LAST_SYSTEM], NULL, 10);
	s->timeline = (uint32_t)strtoul(cols[LAST_TIMELINE], NULL, 10);
	s->server = (uint32_t)strtoul(cols[LAST_SERVER], NULL, 10);
	s->to = strtoll(cols[LAST_TO], NULL, 10);
	s->next = strtoll(cols[LAST_NEXT], NULL, 10);
	if (cols[LAST_KEY] != NULL)
		l->registered = hex_read(l->registered_key, SIGN_KEY_LEN,
		    cols[LAST_KEY], strlen(cols[LAST_KEY]));
	if (cols[LAST_LINE] == NULL)
		return 1;
	l->any = true;
	l->error =
	    seal_read(&l->seal, cols[LAST_LINE], strlen(cols[LAST_LINE]));
	if (l->error == NULL)
		l->error = read_tree(&l->tree, l->seal.no + 1, cols[LAST_TREE]);
	return 1;
}

/* In the same cluster the transactions go on; in another one their numbers
 * begin anew, and all that has no leaf is covered. */
static void
follow(struct seal *s, const struct last *l, struct digest *digest)
{
	merkle_root(&l->tree, digest, s->log);
	if (!l->any)
		return;
	s->no = l->seal.no + 1;
	seal_hash(&l->seal, digest, s->previous);
	if (l->seal.system == s->system)
		s->from = l->seal.to;
}

enum tool_status
last_read(struct last *l, struct run *run, struct seal *s,
    struct digest *digest)
{
	struct reading r = { l, s };

	if (db_query(run->db, sql_seal_last, 0, NULL, read_row, &r) == -1) {
		run_failed(run, NULL);
		return TOOL_FAILED;
	}
	if (l->error != NULL) {
		warnx("the last seal is not what it was (%s): "
		      "see audit-seal verify",
		    l->error);
		return TOOL_FAILED;
	}
	follow(s, l, digest);
	return TOOL_OK;
}

void
last_free(struct last *l)
{
	seal_free(&l->seal);
}
