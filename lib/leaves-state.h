/* leaves-state - what lib/leaves*.c share, and nobody else */
#ifndef AUDIT_LEAVES_STATE_H
#define AUDIT_LEAVES_STATE_H

#include "blame.h"
#include "leaves.h"
#include "merkle.h"
#include "rows.h"

/* A seal whose leaves have not all come by. Its trees grow by what comes by,
 * in the order of ids: those of the leaves, and, once one differs, those of the
 * events. */
struct open {
	uint64_t no, events, seen;
	struct seal_month *months;
	size_t nmonths;
	size_t month;		    /* the one that the trees are of */
	struct merkle leaves, *own; /* own NULL: the same so far */
	bool disorder;		    /* of this month's rows */
	size_t rows;		    /* that lie in the heap */
	size_t next_month;	    /* of the row that comes next, */
	int64_t next_n;		    /* and its number in it */
	/* what its events' transactions and times have to be; if known */
	bool ranged, has_before;
	int64_t from, to, before_at, before_next;
};

/* Where the bytes of an event's own leaf are */
enum leaves_form {
	LEAVES_HASHED, /* leaf_bytes() has them */
	LEAVES_BROKEN, /* there are none */
	LEAVES_WHOLE,  /* they can be computed */
	LEAVES_BRIEF   /* its values have to be asked for */
};

struct leaves {
	struct leaves_begin begin;
	struct chain *chain;
	struct watch *watch;
	struct claims *claims;
	struct findings *findings;
	struct blame *blame;
	struct digest *digest;
	struct leaf *leaf;
	enum leaves_form form; /* of the event that comes by */
	const struct leaf_event *event;
	struct open **open; /* in the order of their numbers */
	size_t nopen, open_size;
	struct rows rows;
	uint64_t events, sealed, unsealed, absent;
	struct {
		uint64_t seal, leaves;
	} * orphans; /* of seals that are not there */
	size_t norphans;
};

/* The seal of this number; NULL if its leaves have all come by, or it is not
 * there. */
struct open *open_find(const struct leaves *, uint64_t no);
/* The leaves that come now are of this month. */
void open_to_month(struct leaves *, struct open *, size_t month);
/* All of its leaves have come by. */
void open_close(struct leaves *, struct open *);
void open_free(struct open *);

/* Lay aside the event that comes by, with the bytes of its leaf. */
void leaves_blame(struct leaves *, const struct blame_case *);
/* It is not what the leaf of this row says; or there is none with that id. */
void leaves_hold(struct leaves *, enum blame_kind, const struct rows_row *,
    const uint8_t *own);

#endif
