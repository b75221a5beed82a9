/* timeline-unit - how long the columns along a time axis are */
#ifndef AUDIT_EXPORT_TIMELINE_UNIT_H
#define AUDIT_EXPORT_TIMELINE_UNIT_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* From what a column's number is made */
enum unit_base {
	UNIT_SECONDS, /* seconds since 1970 */
	UNIT_HOURS,   /* hours of calendar days */
	UNIT_DAYS,    /* days since 1970 */
	UNIT_MONTHS   /* since the year 0 */
};

struct unit {
	const char *name;
	enum unit_base base;
	int64_t size;
};

/* A time in the user's zone */
struct local {
	int64_t s; /* since 1970 UTC */
	struct tm tm;
	int64_t day; /* since 1970 there */
};

void local_of(struct local *, int64_t s);
/* Midnight, or an hour, of a day in the user's zone */
void local_of_day(struct local *, int64_t day, int hour);

/* Which column the time is in; origin: the first time of all, with which one
 * begins where a column is shorter than a day. */
int64_t unit_column(const struct unit *, const struct local *,
    const struct local *origin);
/* The shortest unit of which the time from the first to the last one takes so
 * many columns at most. */
const struct unit *unit_choose(const struct local *first,
    const struct local *last, size_t most);
/* The names of n columns from that of the first time on; free() each. */
void unit_names(const struct unit *, const struct local *first, size_t n,
    char *names[]);

#endif
