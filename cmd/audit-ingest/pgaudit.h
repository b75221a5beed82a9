/* pgaudit - what a record of the extension pgaudit says
 *
 * Its message is a line of CSV: AUDIT: OBJECT,1,1,READ,SELECT,TABLE,
 * public.patient,"select ...",<none>,1. */
#ifndef AUDIT_INGEST_PGAUDIT_H
#define AUDIT_INGEST_PGAUDIT_H

#include "told.h"

struct pgaudit {
	struct text type, class, command, kind, object, statement, parameters,
	    rows;	   /* p NULL: not told */
	uint64_t id, part; /* of the statement in its session */
};

/* Read one; the texts are the message's, or in memory, which is emptied.
 * false: it is none. */
bool pgaudit_parse(struct pgaudit *, struct text message, struct buf *memory);
/* Whether a table's rows were read. Of OBJECT records, which a grant to
 * pgaudit.role asks for, those of UPDATE, DELETE and MERGE are, for SELECT is
 * granted; of INSERT what needs SELECT. */
bool pgaudit_reads(const struct pgaudit *);
/* The parts of a name as quote_qualified_identifier() writes it; they are
 * appended to memory. */
void pgaudit_name(struct text object, struct text *schema, struct text *table,
    struct buf *memory);

#endif
