/* reader-state - what the two forms of the log share; for record*.c alone */
#ifndef AUDIT_INGEST_READER_STATE_H
#define AUDIT_INGEST_READER_STATE_H

#include "buf.h"
#include "log-time.h"
#include "record.h"

#define READER_FIELDS 40 /* more than any version of PostgreSQL writes */

/* The parts of a record in the order in which csvlog writes them */
enum field {
	F_TIME,
	F_USER,
	F_DATABASE,
	F_PID,
	F_FROM, /* host, or host:port */
	F_SESSION,
	F_LINE,
	F_PS,
	F_START,
	F_VXID,
	F_TXID,
	F_SEVERITY,
	F_STATE,
	F_MESSAGE,
	F_DETAIL,
	F_HINT,
	F_INNER,
	F_INNER_POS,
	F_CONTEXT,
	F_STATEMENT,
	F_STATEMENT_POS,
	F_WHERE,
	F_APP,
	F_BACKEND,
	FIELDS
};

struct reader {
	enum record_form given, form;
	size_t seen;	   /* bytes of the record that have been looked at */
	bool quoted;	   /* csvlog: they end within quotes */
	struct buf clean;  /* a record that was no UTF-8 */
	struct buf memory; /* values that stand otherwise in the log */
	struct zones zones;
};

/* The values of a record's fields, or what is wrong. Room for what must be
 * written otherwise than it stands is in memory. */
const char *json_fields(struct reader *, struct text[static FIELDS],
    const char *, size_t len);
const char *csv_fields(struct reader *, struct text[static FIELDS],
    const char *, size_t len);
/* How many bytes the first record of csvlog takes; 0: it is not all there. */
size_t csv_split(struct reader *, const char *, size_t len);

#endif
