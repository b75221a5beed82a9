/* print - sessions as JSON lines, or as a table */
#ifndef AUDIT_SESSION_PRINT_H
#define AUDIT_SESSION_PRINT_H

#include "grid.h"
#include "run.h"
#include "session-line.h"

/* Write columns as an object, a line. */
void print_line(const struct session_field fields[], int n, char *const cols[]);

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
/* "Firefox/Linux", or what the user agent says, or NULL; free() it. */
char *print_browser(const struct device *, const char *agent);
/* How long that is, in short: 5m; "" for NULL; free() it. */
char *print_age(const char *seconds);
/* What has become of it: open, lapsed, logout. Borrowed. */
const char *print_state(char *const cols[]);

#endif
