/* ship - bring seals with their events to an archive database
 *
 * Three steps: the heads of the seals that are new are checked, all of them;
 * then, batch by batch, the leaves of some seals against the roots that those
 * have; then, part by part, the events against their leaves, as the archive's
 * server has them. A part is there once its transaction has been committed,
 * with the rows of leaves that it consists of, so that a run goes on where the
 * one before was ended. */
#ifndef AUDIT_SEAL_SHIP_H
#define AUDIT_SEAL_SHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anchor.h"
#include "buf.h"
#include "claims.h"
#include "digest.h"
#include "hex.h"
#include "run.h"
#include "seal.h"

/* A row of leaves */
struct ship_key {
	uint64_t seal;
	char month[LEAF_MONTH];
	int32_t n;
};

/* From a seal, a month and n, in binary */
void ship_key_read(struct ship_key *, const struct db_field cols[]);
int ship_key_order(const struct ship_key *, const struct ship_key *);

/* A part: the rows from the first one to the last. When it is there, seals
 * below done are complete. */
struct ship_span {
	struct ship_key first, last;
	uint64_t events, done;
};

/* What went */
struct ship_sum {
	uint64_t events, bytes, erased;
	uint64_t absent;		      /* events that were purged, */
	uint64_t lost, lost_first, lost_last; /* after the archive had them:
					       * how many, of which seals */
};

struct ship {
	struct run *run; /* run->db is the source */
	struct db *archive;
	struct digest *digest;
	int streams;
	bool worker_lost; /* one of them lost a server */

	/* the source */
	uint8_t trail[16];
	char *database;
	bool registered;
	uint8_t key[SIGN_KEY_LEN];
	int64_t newest; /* its last seal, -1: it has none */
	int64_t acked;	/* the last one that the archive had, as it knew */
	int64_t said;	/* and as it has been told since */
	char *acked_at; /* NULL: never */

	/* the archive */
	char *archive_id, *archive_name; /* its database's */
	char *name;			 /* of the trail in it, */
	char no[12];			 /* and its number */
	bool any;			 /* it has a seal: */
	struct seal last;		 /* the last one, */
	uint8_t hash[DIGEST_LEN];
	struct merkle tree;	/* and the tree up to it, as the source says */
	struct ship_key *taken; /* rows of leaves after it, in order */
	size_t ntaken, taken_size;

	/* the seals that are new, from the one after the last on */
	struct ship_head {
		uint8_t hash[DIGEST_LEN];
		uint64_t events;
	} * heads;
	size_t nheads;
	uint64_t first; /* the number of the first of them */
	bool more;	/* there are others after them */

	struct anchors anchors;
	bool has_pubkey;
	uint8_t pubkey[SIGN_KEY_LEN];

	char *relations; /* what the archive was told of tables */
	struct claims *claims;

	/* what this round has done */
	bool any_seal;
	uint64_t from, to; /* seals */
	struct ship_sum sum;
	uint64_t whole; /* events that there are to go */
};

/* These return TOOL_OK, or the status to end with: then they have said why,
 * unless a connection did: ship_say(). */

/* Connect to both, see which trail this is and what the archive has of it. */
enum tool_status ship_open(struct ship *);
void ship_close(struct ship *); /* both connections, and what was learnt */
/* Print a connection's failure, if that is it. */
void ship_say(const struct ship *);
bool ship_is_transient(const struct ship *);

/* What the archive has of the trail; whether the source has that. */
enum tool_status ship_taken(struct ship *);
enum tool_status ship_compare(struct ship *);

/* Check the heads of the seals that are new. */
enum tool_status ship_heads(struct ship *);

/* Let the source know what the archive has. */
enum tool_status ship_ack(struct ship *);

/* Some seals whose leaves give their roots */
struct ship_batch {
	uint64_t first, end; /* seals; end is not one of them */
	struct seal *seals;
	char **json;	 /* what the archive is told of each */
	char *relations; /* what it is told of tables, NULL: it knows */
	struct ship_span *spans;
	size_t nspans, size, next;
};

/* The next ones from a seal on; the source has a transaction that reads from
 * here to ship_batch_end(). */
enum tool_status ship_batch(struct ship *, struct ship_batch *, uint64_t from);
enum tool_status ship_batch_end(struct ship *, struct ship_batch *);
void ship_batch_free(struct ship_batch *);

/* What the archive is told of seals, an array; NULL: of none; free() it. */
char *ship_batch_seals(const struct ship_batch *, uint64_t from, uint64_t end);

/* A part on its way */
struct ship_part;

struct ship_part *ship_part_new(void);
void ship_part_free(struct ship_part *); /* accepts NULL */
/* Begin to read it at the source, whose transaction is that of its batch. */
enum tool_status ship_part_read(struct ship_part *, struct ship *,
    const struct ship_span *);
/* Put it into the archive, which is in a transaction, and see what that has. */
enum tool_status ship_part_send(struct ship_part *, struct ship *);
/* Have the archive take it, in that transaction: ask, and wait. */
enum tool_status ship_part_take(struct ship_part *, struct ship *);
enum tool_status ship_part_taken(struct ship_part *, struct ship *);
/* What it was */
const struct ship_sum *ship_part_sum(const struct ship_part *);

/* Leaves of one row whose events are not there: whether acts of audit-purge
 * explain all of them. at: which leaves of the row. */
enum tool_status ship_explain(struct ship *, const struct ship_key *,
    const uint8_t *leaves, size_t nleaves, const uint32_t at[], size_t n);

/* Erase in the archive what has been erased at the source. */
enum tool_status ship_erased(struct ship *);
/* Let the source know that the archive has nothing of what was erased until
 * this snapshot. */
enum tool_status ship_put_erased(struct ship *, char *snapshot);

void ship_sum_add(struct ship_sum *, const struct ship_sum *);

/* Seals whose events are all there */
struct ship_seals {
	char *json;		  /* what ship_batch_seals() says, NULL: none */
	uint64_t done;		  /* then the archive has the seals below */
	uint8_t hash[DIGEST_LEN]; /* of the last one */
};
/* Have the archive take them, in its transaction; and that has committed. */
enum tool_status ship_seals_take(struct ship *, const struct ship_seals *);
void ship_seals_note(struct ship *, const struct ship_seals *);

/* All that is new: one part after the other; or by so many processes. */
enum tool_status ship_parts(struct ship *);
enum tool_status ship_streams(struct ship *);

#endif
