/* walk - seals, leaves and events of a database, in the order in which they are
 * checked and exported */
#ifndef AUDIT_WALK_H
#define AUDIT_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "chain.h"
#include "leaves.h"
#include "row.h"
#include "tool.h"
#include "trails.h"

/* What a role has to be granted for it, see db_needs() */
#define WALK_NEEDS "audit-rule grant ROLE auditor"

/* What to walk through. */
struct walk_from {
	/* Connected, its version checked, not in a transaction: it has one that
	 * reads from walk_open() on. */
	struct db *db;
	const char *conninfo; /* the same once more, for a second connection */
	/* As typed for -s and -u; NULL: no limit. */
	const char *since, *until;
	/* Only what is of this month (UTC, 2026-11), and the seals from the
	 * first to the last that covers something of it, or the newest alone;
	 * NULL: of all. */
	const char *month;
	/* The trail that is chosen, in an archive database; else NULL. */
	const struct trail *one;
	/* How many processes read events, where the sink takes those that they
	 * have hashed; 1: this one does; 0: as there are processors and events.
	 * None for a month. */
	int jobs;
};

/* What there is, where it begins and ends. */
struct walk {
	struct db *db;
	struct db *side; /* reads what stands beside the events */
	const char *conninfo;
	char *snapshot; /* what others have to name to see the same */
	const struct trail *one;
	int jobs;
	uint8_t trail[16];
	uint64_t system;
	int64_t next; /* transactions from here on cannot be seen yet */
	bool registered;
	uint8_t key[SIGN_KEY_LEN];
	uint64_t first, nseals, events;
	int64_t last;	    /* -1: there is no seal */
	bool bounded;	    /* there may be others after it */
	const char *month;  /* as above */
	char *first_id;	    /* of the events */
	bool restored;	    /* the last seal is another cluster's */
	int64_t horizon;    /* the last seal covers what was before it */
	struct seal before; /* the seal before the first; free or take it */
	char *before_line;
	struct merkle log;	     /* the tree over those before the first */
	char *state;		     /* before the first seal */
	struct relations *relations; /* of an archive database */
};

/* Who gets them, in the order that checker.h says. */
struct walk_sink {
	/* first of all, and again among the others: acts of audit-purge */
	void (*act)(void *, const struct leaf_event *);
	void (*seal)(void *, const struct chain_row *, const char *line,
	    size_t len);
	void (*state)(void *, uint64_t seal, const char *text, size_t len);
	void (*stamp)(void *, uint64_t seal, const uint8_t *reply, size_t len);
	void (*leaves)(void *, const struct leaves_row *);
	void (*event)(void *, const struct leaf_event *);
	/* instead, where there are jobs; see leaves_hashed(); may be NULL */
	void (*hashed)(void *, const struct leaf_event *,
	    const uint8_t leaf[static DIGEST_LEN], bool whole);
	void *arg;
};

/* See what there is, in one snapshot. These return TOOL_OK, or the status to
 * end with: then it has said why. */
enum tool_status walk_open(struct walk *, const struct walk_from *);
enum tool_status walk_through(struct walk *, const struct walk_sink *);
/* Accepts one that could not be opened; the transaction is left to its owner.
 */
void walk_close(struct walk *);

#endif
