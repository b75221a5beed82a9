/* key - which records of these tables the user means */
#ifndef AUDIT_KEY_H
#define AUDIT_KEY_H

#include <stdbool.h>

#include "db.h"
#include "table.h"
#include "tool.h"
#include "words.h"

/* Keys as they were written, and where: "-k", "line 3:". Starts as zeros. */
struct keys {
	struct words texts, places;
	bool bad;   /* a line on stdin was none */
	bool quiet; /* which are bad has been said */
};

void key_add(struct keys *, const char *text);
/* Add those on stdin, one a line; reading may fail: exits then. */
void key_read(struct keys *);

/* Find the records with these keys: their numbers, their keys' values as
 * events.sql takes them and, unless objects is NULL, their keys as objects.
 * Prints which keys are bad and goes on with the others. TOOL_MISUSE: one given
 * by -k was; keys->bad: one on stdin was. */
enum tool_status key_find(struct keys *, const struct tables *, struct db *,
    struct words *records, struct words *values, struct words *objects);
void key_free(struct keys *);
/* Whether one of the tables has a key. */
bool key_is_any(const struct tables *);

#endif
