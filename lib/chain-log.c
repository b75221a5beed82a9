/* chain-log - whether seals stand on the tree over those before them */

#include <inttypes.h>

#include "chain-state.h"

/* Whether this is the tree that the seal was put onto */
static bool
is_log(struct chain *c, const struct merkle *log, const struct seal *s)
{
	uint8_t root[DIGEST_LEN];

	if (log->size != s->no)
		return false;
	merkle_root(log, c->digest, root);
	return chain_same(root, s->log);
}

static bool
try_log(struct chain *c, const uint8_t hash[static DIGEST_LEN],
    const struct seal *s)
{
	struct merkle log = c->log;

	if (!c->log_known)
		return false;
	merkle_add(&log, c->digest, hash);
	if (!is_log(c, &log, s))
		return false;
	c->log = log;
	return true;
}

/* Take up the tree where it cannot be computed. */
static void
resume_log(struct chain *c, const struct seal *s)
{
	bool was_known = c->log_known;

	c->log_known = c->has_stored && is_log(c, &c->stored, s);
	if (c->log_known)
		c->log = c->stored;
	else if (was_known)
		finding_put(c->findings, "log", FINDING_SEAL(s->no),
		    "seal %" PRIu64 ": the tree over the seals before it is "
		    "another one than that of the seals that are there",
		    s->no);
}

/* The seal after one that is there. Where they do not fit, the tree over the
 * seals tells which of them is another one. */
static void
link_seals(struct chain *c, const struct seal *last, const struct seal *s)
{
	if (!chain_same(s->previous, c->hash)) {
		if (try_log(c, c->hash, s))
			finding_put(c->findings, "chain", FINDING_SEAL(s->no),
			    "seal %" PRIu64 " was altered: it names another "
			    "seal before it than seal %" PRIu64,
			    s->no, last->no);
		else {
			finding_put(c->findings, "chain",
			    FINDING_SEAL(last->no),
			    "seal %" PRIu64 " was altered: seal %" PRIu64
			    " follows another one",
			    last->no, s->no);
			if (!try_log(c, s->previous, s))
				resume_log(c, s);
		}
		return;
	}
	if (!try_log(c, c->hash, s))
		resume_log(c, s);
}

/* Where seals are missing, the hash of the last of them is known. */
static void
bridge(struct chain *c, const struct seal *s, uint64_t from)
{
	struct merkle log = c->log;

	if (s->no == from + 1)
		finding_put(c->findings, "missing", FINDING_SEAL(from),
		    "seal %" PRIu64 " is missing", from);
	else
		finding_put(c->findings, "missing", FINDING_SEAL(from),
		    "the seals %" PRIu64 " to %" PRIu64 " are missing", from,
		    s->no - 1);
	c->has_before = false;
	if (s->no != from + 1)
		c->log_known = false;
	if (c->log_known && from > c->begin.first) {
		merkle_add(&c->log, c->digest, c->hash);
		if (try_log(c, s->previous, s))
			return;
		c->log = log;
	}
	if (from == c->begin.first && s->no == from + 1 &&
	    try_log(c, s->previous, s))
		return;
	/* told already */
	c->log_known = false;
}

void
chain_check_log(struct chain *c, const struct seal *last, const struct seal *s)
{
	uint64_t no = last != NULL ? last->no + 1 : c->begin.first;

	if (s->no > no)
		bridge(c, s, no);
	else if (last != NULL && last->no < c->begin.first) {
		/* begin.log has it */
		if (!chain_same(s->previous, c->hash) || !is_log(c, &c->log, s))
			finding_put(c->findings, "chain", FINDING_SEAL(s->no),
			    "seal %" PRIu64 " does not follow from those "
			    "before it",
			    s->no);
	} else if (last != NULL)
		link_seals(c, last, s);
	else if (!is_log(c, &c->log, s))
		finding_put(c->findings, "log", FINDING_SEAL(s->no),
		    "seal 0 says that there were seals before it");
}

/* What the database says beside the line */

static bool
read_tree(struct merkle *m, const struct chain_row *row)
{
	size_t n = merkle_borders(row->no + 1);

	if (row->tree_len != n * DIGEST_LEN)
		return false;
	m->size = row->no + 1;
	memcpy(m->border, row->tree, row->tree_len);
	return true;
}

void
chain_check_row(struct chain *c, const struct chain_row *row,
    const struct seal *s)
{
	struct merkle log = c->log;
	bool fits;

	c->has_stored = row->all && read_tree(&c->stored, row);
	fits = s->no == row->no;
	if (row->all) {
		fits = fits && s->at == row->at && s->to == row->horizon &&
		    row->hash_len == DIGEST_LEN &&
		    chain_same(row->hash, c->hash) && c->has_stored;
		if (c->log_known) {
			merkle_add(&log, c->digest, c->hash);
			fits = fits &&
			    memcmp(log.border, c->stored.border,
				row->tree_len) == 0;
		}
	}
	if (!fits)
		finding_put(c->findings, "chain", FINDING_SEAL(row->no),
		    "seal %" PRIu64 " was altered: its row and its line do not "
		    "say the same",
		    row->no);
}
