/* home - the trails that events come from, where there are several */
#ifndef AUDIT_WATCH_HOME_H
#define AUDIT_WATCH_HOME_H

#include "fact.h"
#include "store.h"

struct homes;

struct homes *homes_new(struct store *);
void homes_free(struct homes *); /* accepts NULL */
/* Remember the trail of an event. Returns on how many days, this one too, it
 * had any; of the only trail INT64_MAX. */
int64_t home_note(struct homes *, const struct fact *, int32_t day);
/* The name of a trail, by the lower half of its mark; NULL if it has none,
 * borrowed until the next event. */
const char *home_name(const struct homes *, uint32_t home);

#endif
