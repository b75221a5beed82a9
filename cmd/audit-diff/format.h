/* format - the forms in which changes are shown */
#ifndef AUDIT_FORMAT_H
#define AUDIT_FORMAT_H

#include <stdbool.h>
#include <stdio.h>

#include "change.h"

struct show {
	const char *path; /* NULL: stdout */
	FILE *fp;
	bool color;
	bool names, titles;	   /* a database was asked for these */
	unsigned long long events; /* shown so far */
	struct changes changes;	   /* of the one being shown */
};

struct format {
	const char *name;
	void (*begin)(const struct show *); /* NULL: nothing to do */
	void (*event)(const struct show *, const struct event *,
	    const struct changes *);
	void (*end)(const struct show *); /* NULL: nothing to do */
};

/* The trail that a run is of, where it can be of one only: the first that an
 * event names. */
struct one_trail {
	bool known;
	char *name; /* NULL: it has none */
};
/* Whether the event is of it too. If not, warns what cannot be: "undo", say. */
bool one_trail(struct one_trail *, const struct event *, size_t line,
    const char *what);
void one_trail_free(struct one_trail *);

extern const struct format format_json, format_text, format_html,
    format_sql; /* only a name: sql_undo() writes it */

#endif
