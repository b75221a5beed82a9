/* rows - rows of leaves, so that the leaf with the smallest id is at hand */
#ifndef AUDIT_ROWS_H
#define AUDIT_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "digest.h"

#define ROWS_LEAF (16 + DIGEST_LEN) /* bytes: an event's id, its leaf */

struct open;

struct rows_row {
	struct open *open; /* its seal's; NULL: its leaves are only known */
	size_t month;	   /* of its seal's months */
	bool disorder;	   /* it is not the one that comes next */
	const uint8_t *at, *end; /* what is left of the leaves, in order */
	uint32_t *claims; /* who claims each of them, or NULL: claims_row() */
	uint8_t leaves[];
};

struct rows { /* starts as { 0 } */
	struct rows_row **heap;
	size_t n, size;
};

/* A row with a copy of these leaves, whose number is not 0; rows_put() takes
 * it. Returns it, and whether they are in the order of their ids: if not, they
 * have been put into it. */
struct rows_row *rows_make(const uint8_t *leaves, size_t len, bool *ordered);
void rows_put(struct rows *, struct rows_row *);
/* The row with the smallest id, NULL if there is none. */
static inline struct rows_row *
rows_first(const struct rows *r)
{
	return r->n > 0 ? r->heap[0] : NULL;
}
/* Who claims the leaf of a row whose turn it is */
static inline uint32_t
rows_claim(const struct rows_row *row)
{
	return row->claims == NULL
	    ? 0
	    : row->claims[(size_t)(row->at - row->leaves) / ROWS_LEAF];
}
/* That leaf has come by. Returns whether it was the last of its row, which is
 * then gone. */
bool rows_next(struct rows *);
void rows_free(struct rows *);

#endif
