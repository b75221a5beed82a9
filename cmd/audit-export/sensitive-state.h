/* sensitive-state - what the files of sensitive share; for sensitive*.c only */
#ifndef AUDIT_EXPORT_SENSITIVE_STATE_H
#define AUDIT_EXPORT_SENSITIVE_STATE_H

#include "brief.h"
#include "buf.h"
#include "kept.h"
#include "secret.h"
#include "sensitive.h"
#include "span.h"
#include "tally.h"

#define SENSITIVE_NAMES 50 /* of columns, in the text */

/* What somebody did to a column, from one address */
struct did {
	struct span span;
	uint64_t reads; /* of which so many are */
};

struct sensitive {
	struct secrets *secrets;
	struct tally *did; /* by table, column, who and address */
	struct kept *rows, *accesses;
	uint64_t unsaid; /* reads that do not say which columns */
	struct buf key;
	/* what is being added up: the key of its column and who */
	struct buf group;
	bool counts; /* the column is sensitive */
	struct did sum;
	struct few addrs;
	struct buf names; /* of the columns, with commas, */
	size_t nnames;	  /* of which there are so many */
};

/* The columns of rows */
enum { C_COLUMN, C_WHO, C_READS, C_CHANGES, C_FIRST, C_LAST, C_FROM, C_NUMBER };

/* For a tally of struct did */
void sensitive_add(void *sum, const void *more);
/* In the end: make the rows, and the names, of what was counted. Returns 0, or
 * -1. */
int sensitive_add_up(struct sensitive *);

#endif
