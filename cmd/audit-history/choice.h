/* choice - which revisions are printed: all, or the one that is asked for */
#ifndef AUDIT_CHOICE_H
#define AUDIT_CHOICE_H

#include <stdbool.h>
#include <stdio.h>

#include "record.h"

struct choice {
	long rev;	/* this one; -1: not asked for */
	const char *id; /* that of this event; or NULL */
	char *bound;	/* the last one before this id; or NULL */
	bool before;	/* the one before */
};

/* Whether one is asked for */
bool choice_is_one(const struct choice *);

/* A revision that outlives the history it is of */
struct chosen {
	char *line;	 /* as print_state() writes it; NULL: there is none */
	char *row;	 /* NULL: it is deleted */
	const char *why; /* there is none */
};

/* Find the revision that is asked for; free line and row. */
void choice_make(const struct choice *, struct record *, struct place *,
    struct chosen *);

#endif
