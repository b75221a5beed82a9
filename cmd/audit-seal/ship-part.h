/* ship-part - what a part of the events on its way is */
#ifndef AUDIT_SEAL_SHIP_PART_H
#define AUDIT_SEAL_SHIP_PART_H

#include "buf.h"
#include "db-copy.h"
#include "row.h"
#include "ship.h"

#define SHIP_LEAF (16 + DIGEST_LEN) /* bytes: an event's id, its leaf */

struct ship_part {
	/* its rows of leaves */
	struct buf leaves;
	struct ship_part_row {
		struct ship_key key;
		size_t at, n; /* in leaves; how many */
	} * keys;
	size_t nkeys, keys_size;
	/* the leaves in the order of their ids */
	const uint8_t **ids;
	size_t n, size;

	/* its events at the source */
	struct db_out out;
	bool ended;
	size_t at;	 /* the next one that can come */
	uint32_t *sent;	 /* which came, of ids */
	size_t nsent;	 /* how many */
	struct buf rows; /* that have not gone yet */

	/* and in the archive */
	bool *back; /* which of those that were sent came back */
	size_t nback;
	struct row row;
	struct leaf *leaf;

	struct ship_sum sum;
};

/* Whether all comes back, and gives its leaves; whether acts explain what did
 * not come. */
enum tool_status ship_part_back(struct ship_part *, struct ship *);
enum tool_status ship_part_explain(struct ship_part *, struct ship *);

#endif
