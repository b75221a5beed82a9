/* print - revisions as lines */
#ifndef AUDIT_PRINT_H
#define AUDIT_PRINT_H

#include <stdbool.h>
#include <stdio.h>

#include "state.h"

/* What a revision 0 says of itself: JSON; p NULL: null, of the trail nothing */
struct origin {
	struct json schema, table, key, label, trail;
};

/* Write a revision as a line: the event with "rev", "row" and "unknown". */
void print_state(FILE *, const struct state *, const struct origin *);

#endif
