/* walk-hashed - events as one process hands them to another, with their leaves
 *
 * Of most no more than the leaf is looked at: such are brief. Who changed what
 * decides about capturing, was erased or does not have the form of an event is
 * handed over whole. */
#ifndef AUDIT_WALK_HASHED_H
#define AUDIT_WALK_HASHED_H

#include "buf.h"
#include "leaf.h"
#include "row.h"

/* Append one: what row_read() made of these columns. */
void hashed_put(struct buf *, struct leaf *, const struct leaf_event *,
    const struct db_field cols[static ROW_COLS]);
/* Append one that row_read() refused. */
void hashed_put_bad(struct buf *);

struct hashed {
	const struct leaf_event *ev; /* NULL: row_read() refused it */
	uint8_t leaf[DIGEST_LEN];
	bool whole;
	struct leaf_event brief;
};

/* The next one; *p is moved behind it. It borrows from the bytes and the row.
 */
void hashed_get(struct hashed *, struct row *, const char **p);

#endif
