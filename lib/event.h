/* event - one line of the trail: its columns, its JSON line */
#ifndef AUDIT_EVENT_H
#define AUDIT_EVENT_H

#include <stdbool.h>
#include <stdio.h>

#include "db.h"
#include "json.h"

/* Write an event as a JSON line, its keys in the contract's order. The columns
 * are the first E_KEYS of lib/sql/events.sql, in binary; the time is UTC.
 * trail: the name of its trail, which is the last key then, or NULL. exact:
 * numbers that a double does not hold become strings, in key, old and new.
 * Returns 0; -1 if these columns are no event: then nothing was written. */
int event_write(FILE *, int ncols, const struct db_field cols[],
    const char *trail, bool exact);

/* The number of its trail in an archive database, a column in binary; -1: it is
 * of none. */
int event_trail(const struct db_field *);

#define EVENT_ID 37 /* an id as text, with its dashes and its end */

/* The text of an event's id, its first column. */
void event_id(const struct db_field *, char text[static EVENT_ID]);

/* The keys of an event, in the contract's order */
enum event_key {
	E_ID,
	E_AT,
	E_OP,
	E_SCHEMA,
	E_TABLE,
	E_KEY,
	E_LABEL,
	E_ACTOR,
	E_ROLE,
	E_AS_ROLE,
	E_SESSION,
	E_TXID,
	E_APP,
	E_ADDR,
	E_REASON,
	E_RULES,
	E_OLD,
	E_NEW,
	E_REDACTED,
	E_KEYS,		  /* so many are in every line */
	E_TRAIL = E_KEYS, /* the last one, where there are several trails */
	E_ALL
};

/* An event as its line says it; what it does not say is not there. */
struct event {
	struct json v[E_ALL];
};

/* Read a line, which it borrows. Keys that the contract does not know are
 * passed over. Returns NULL, or what is wrong: "no \"op\" field"; borrowed
 * until the next call. */
const char *event_read(struct event *, const char *line, size_t len);
/* Whether it is none: a revision 0 of audit-history, the state in which a
 * record is first known, has neither id nor time nor op. Pass it over. */
bool event_is_none(const struct event *);
/* The name of a key, and how many bytes it has. */
const char *event_key(enum event_key, size_t *len);

#endif
