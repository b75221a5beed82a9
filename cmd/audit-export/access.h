/* access - what the files of this report share */
#ifndef AUDIT_EXPORT_ACCESS_H
#define AUDIT_EXPORT_ACCESS_H

#include "brief.h"
#include "buf.h"
#include "kept.h"
#include "report.h"
#include "span.h"
#include "tally.h"

enum {
	DID_READ,
	DID_INSERT,
	DID_UPDATE,
	DID_DELETE,
	DID_TRUNCATE,
	DID_DENIED,
	DID_OPS
};

/* What was done to a table by somebody, from one place */
struct did {
	struct span span;
	uint64_t n[DID_OPS];
	uint64_t rows; /* that were read, as far as it is said */
};

/* The one whose counters are being added up */
struct group {
	struct buf key; /* the table's two parts and who */
	struct did did;
	struct few addrs, apps;
	struct did whole; /* of the table, by so many */
	uint64_t people;
};

struct report {
	struct tally *did;    /* by table, who, address and application */
	struct tally *others; /* 'w' and who, 'a' and an address, 't': table */
	struct kept *tables, *rows;
	struct sensitive *sensitive;
	struct buf key;
	struct did all;
	struct group group;
};

/* The columns of both kinds of row */
enum {
	A_TABLE,
	A_WHO,
	A_PEOPLE,
	A_READ,
	A_ROWS,
	A_INSERT,
	A_UPDATE,
	A_DELETE,
	A_TRUNCATE,
	A_DENIED,
	A_FIRST,
	A_LAST,
	A_FROM,
	A_WITH,
	A_COLUMNS
};

/* For a tally of struct did */
void access_add(void *sum, const void *more);
/* In the end: make the rows of what was counted; n gets how many tables 't',
 * people 'w' and addresses 'a' there are. Returns 0, or -1. */
int access_add_up(struct report *, uint64_t n[static 128]);

#endif
