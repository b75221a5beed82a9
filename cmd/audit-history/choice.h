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

struct chosen {
	struct state
	    state;	 /* borrows from the record; row, unknown are its own */
	const char *why; /* NULL; or why there is none */
};

/* Find the revision that is asked for. chosen_free() it before the record. */
void choice_make(const struct choice *, struct record *, struct place *,
    struct chosen *);
void chosen_free(struct chosen *);

#endif
