/* print - sessions as JSON lines, or as a table */
#ifndef AUDIT_SESSION_PRINT_H
#define AUDIT_SESSION_PRINT_H

#include "device.h"
#include "grid.h"
#include "run.h"

/* A member of a JSON line; raw: its column is JSON already. */
struct print_field {
	const char *name;
	bool raw;
};

/* Write columns as members of an object, with commas between. */
void print_fields(const struct print_field fields[], int n, char *const cols[]);
/* The same as a line. */
void print_line(const struct print_field fields[], int n, char *const cols[]);

/* The columns of session-list.sql, with which those of session-show.sql begin
 */
enum {
	PRINT_SESSION,
	PRINT_ACTOR,
	PRINT_OPENED,
	PRINT_LAST,
	PRINT_IDLE,
	PRINT_CLOSED,
	PRINT_REASON,
	PRINT_DURATION,
	PRINT_ACTIVE,
	PRINT_ADDR,
	PRINT_AGENT,
	PRINT_HINTS,
	PRINT_NEW,
	PRINT_EVENTS,
	PRINT_ALIVE,
	PRINT_COLUMNS
};

/* How times are printed: for programs, or in the user's zone */
struct print_times {
	bool seconds; /* then with these, where there is room for them */
	char *zone;   /* free() it */
	char *form;
};

/* Ask for the zone, if there will be a table. 0, or -1 as lib/db does. */
int print_times(struct print_times *, struct run *);

/* The built-in rules, or those of --regexes; ends the program if that cannot be
 * read. */
struct devices *print_devices(const struct run *);
/* Write the members of list. */
void print_session(struct devices *, char *const cols[]);
/* "Firefox/Linux", or what the user agent says, or NULL; free() it. */
char *print_browser(const struct device *, const char *agent);
/* How long that is, in short: 5m; "" for NULL; free() it. */
char *print_age(const char *seconds);
/* What has become of it: open, lapsed, logout. Borrowed. */
const char *print_state(char *const cols[]);

#endif
