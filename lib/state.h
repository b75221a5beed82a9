/* state - what decided about capturing when a seal was made, read
 *
 * See audit.seal_state_now(). */
#ifndef AUDIT_STATE_H
#define AUDIT_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "json.h"

/* A line of a state: four strings of JSON with tabs between them */
enum { STATE_KIND, STATE_NAME, STATE_CONTENT, STATE_VERSION, STATE_PARTS };

struct state_entry {
	const char *line; /* its lines are sorted by kind and name, */
	size_t key;	  /* so many bytes */
	struct json part[STATE_PARTS];
};

struct state {
	char *text; /* NULL: it is not known */
	struct state_entry *v;
	size_t n;
};

/* Read it from a copy; false: it is none. It is freed in any case. */
bool state_read(struct state *, const char *text, size_t len);
void state_free(struct state *);

/* The order of their kinds and names. */
int state_compare(const struct state_entry *, const struct state_entry *);
bool state_is(const struct state_entry *, const char *kind);
/* Whether it is a table's, whose oid its name begins with; and whether that
 * table is not there. */
bool state_is_tables(const struct state_entry *);
bool state_table_went(const struct state *, const struct state_entry *);
/* Whether this member of its content begins like this. */
bool state_member_is(const struct state_entry *, const char *name,
    const char *begin);
/* Whether each function is another row: the trail was restored, or installed
 * again. To name each of them would tell less. */
bool state_is_anew(const struct state *was, const struct state *now);

/* Whether it is in another database: with the above, it was restored there. */
bool state_moved(const struct state *was, const struct state *now);
/* Whether its content may change by itself: a name, where it is. */
bool state_is_idle(const struct state_entry *);

/* For people: what a part says; the entry, with its table's name. free() it. */
char *state_said(const struct state_entry *, int part);
char *state_describe(const struct state *, const struct state_entry *);

#endif
