/* interp - the events that records of the log tell of
 *
 * It keeps what it must know of each session of the server: the number of its
 * last line, and whether its login still can be refused. */
#ifndef AUDIT_INGEST_INTERP_H
#define AUDIT_INGEST_INTERP_H

#include <stdbool.h>

#include "buf.h"
#include "record.h"

struct interp;

struct interp_want {
	const char *system; /* which server's log: ids are made of it */
	bool statement;	    /* statements and parameters are kept */
	int ndatabases;	    /* events of these only, and of those that are */
	char *const *databases; /* not there; 0: of all */
};

struct interp *interp_new(const struct interp_want *);
void interp_free(struct interp *); /* accepts NULL */

/* The events of a record, put behind what is in out: JSON lines in the
 * contract's order of keys, each with its newline. A record that its session
 * has had already has none. */
void interp_record(struct interp *, const struct record *, struct buf *out);
/* The log has come to this time, or the clock while the log is silent: logins
 * that nobody has refused since are such. */
void interp_time(struct interp *, int64_t now, struct buf *out);
/* There is no more: all that waits is decided. For -n; who goes on later saves
 * instead. */
void interp_end(struct interp *, struct buf *out);

/* What is known of a session, as interp_save() wrote it, one JSON object; what
 * makes no sense is passed over. Borrowed for the call. */
void interp_load(struct interp *, const char *state, size_t len);
/* What has changed since the last call: a JSON array of objects
 * {"session":"6b0237aa.4fdb","line":12,"ended":false,...}. "ended": no more
 * lines are to come, it is kept for what is read again. */
void interp_save(struct interp *, struct buf *out);
/* Sessions that began before this have no hole before their first line: us
 * since 2000-01-01 UTC. */
void interp_since(struct interp *, int64_t);
/* The same, which is later where sessions had to be forgotten: there are more
 * than memory is for. */
int64_t interp_since_now(const struct interp *);

/* For -v: "12 records, 3 read, 1 login"; free() it. */
char *interp_summary(const struct interp *);

#endif
