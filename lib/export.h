/* export - what verify needs, as lines: seals, leaves and events */
#ifndef AUDIT_EXPORT_H
#define AUDIT_EXPORT_H

#include <stdio.h>

#include "walk.h"

/* What is written. */
struct export_how {
	/* Only some of the events: that others are not there means nothing. */
	bool partial;
	/* Also events that are in no seal yet: nothing proves these. */
	bool unsealed;
	/* Which events, in the order of their ids; NULL: all. */
	bool (*wants)(void *arg, const struct leaf_event *);
	void *arg;
};

/* Write what the walk comes by. Returns TOOL_OK, or the status to end with:
 * then it has said why. Whether the file took it all is left to see. */
enum tool_status export_write(FILE *, struct walk *, const struct export_how *);

#endif
