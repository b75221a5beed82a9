/* habit - on how many days something was done
 *
 * All that look for what is unusual ask here; a key is a mark of who did what.
 */
#ifndef AUDIT_WATCH_HABIT_H
#define AUDIT_WATCH_HABIT_H

#include <stdint.h>

#include "cache.h"

struct habit {	       /* starts as zeros */
	int32_t day;   /* the last one */
	uint32_t days; /* so many, that one too */
};

/* On how many earlier days it was done; today is noted. */
uint32_t habit_note(struct habit *, int32_t day);

#endif
