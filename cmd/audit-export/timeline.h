/* timeline - what was done when, as the clock of the user's zone shows it
 *
 * How long the columns are is known only when all has been noted: so many that
 * there are 60 of them at most. It keeps its first failure. */
#ifndef AUDIT_EXPORT_TIMELINE_H
#define AUDIT_EXPORT_TIMELINE_H

#include "deed.h"

enum lane { /* one for each deed, and */
	LANE_OPENED = DEEDS,
	LANE_REFUSED,
	LANES
};

#define TIMELINE_COLUMNS 60 /* at most */

struct timeline;

struct timeline *timeline_new(void);
void timeline_free(struct timeline *); /* accepts NULL */

/* At an input's time; also: one lane more, or LANES. Returns 0; -1:
 * timeline_error() says why. */
int timeline_note(struct timeline *, int64_t at, enum deed, enum lane also);
const char *timeline_error(const struct timeline *);

struct timeline_sums {
	int64_t first, last; /* the times of the first and the last event */
	char *unit;	     /* of a column: "hour" */
	size_t n;	     /* columns */
	char *cats[TIMELINE_COLUMNS];
	double v[LANES][TIMELINE_COLUMNS];
	double week[7][24]; /* all deeds; from Monday, from midnight */
};

/* Once, when all has been noted: of one event at least. Returns 0, or -1. Free
 * what it made with timeline_end(). */
int timeline_read(struct timeline *, struct timeline_sums *);
void timeline_end(struct timeline_sums *);

#endif
