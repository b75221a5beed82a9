/* session-line - a session of the application as a line of JSON */
#ifndef AUDIT_SESSION_LINE_H
#define AUDIT_SESSION_LINE_H

#include <stdbool.h>

#include "device.h"

/* A member of a JSON line; raw: its column is JSON already. */
struct session_field {
	const char *name;
	bool raw;
};

/* Write columns as members of an object, with commas between. */
void session_fields(const struct session_field fields[], int n,
    char *const cols[]);

/* The columns of session-list.sql, with which those of session-show.sql begin
 */
enum {
	SESSION_ID,
	SESSION_ACTOR,
	SESSION_OPENED,
	SESSION_LAST,
	SESSION_IDLE,
	SESSION_CLOSED,
	SESSION_REASON,
	SESSION_DURATION,
	SESSION_ACTIVE,
	SESSION_ADDR,
	SESSION_AGENT,
	SESSION_HINTS,
	SESSION_NEW,
	SESSION_EVENTS,
	SESSION_ALIVE,
	SESSION_COLUMNS
};

/* Times in UTC as JSON has them, for to_char() */
#define SESSION_TIME "YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\""

/* Write the members of audit-session list. */
void session_members(struct devices *, char *const cols[]);

#endif
