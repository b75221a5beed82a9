/* timeline-unit - how long the columns along a time axis are */

#include "timeline-unit.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

#define DAY INT64_C(86400)
#define TEXT 80

static const struct unit units[] = {
	{ "minute", UNIT_SECONDS, 60 },
	{ "5 minutes", UNIT_SECONDS, 300 },
	{ "15 minutes", UNIT_SECONDS, 900 },
	{ "hour", UNIT_SECONDS, 3600 },
	{ "6 hours", UNIT_HOURS, 6 },
	{ "day", UNIT_DAYS, 1 },
	{ "week", UNIT_DAYS, 7 },
	{ "month", UNIT_MONTHS, 1 },
	{ "quarter", UNIT_MONTHS, 3 },
	{ "year", UNIT_MONTHS, 12 },
	{ "5 years", UNIT_MONTHS, 60 },
	{ "20 years", UNIT_MONTHS, 240 },
	{ "100 years", UNIT_MONTHS, 1200 },
	{ "500 years", UNIT_MONTHS, 6000 },
	{ "2000 years", UNIT_MONTHS, 24000 },
	{ "10000 years", UNIT_MONTHS, 120000 },
};
#define UNITS (sizeof(units) / sizeof(units[0]))

static int64_t
floored(int64_t n, int64_t by)
{
	return n / by - (n % by < 0);
}

void
local_of(struct local *l, int64_t s)
{
	time_t t = (time_t)s;

	l->s = s;
	if (localtime_r(&t, &l->tm) == NULL)
		gmtime_r(&t, &l->tm);
	l->day = floored(s + l->tm.tm_gmtoff, DAY);
}

/* It may be a time that a clock has left out: only the calendar counts. */
void
local_of_day(struct local *l, int64_t day, int hour)
{
	time_t t = (time_t)(day * DAY + (int64_t)hour * 3600);

	gmtime_r(&t, &l->tm);
	l->s = t;
	l->day = day;
}

static int64_t
second_of_day(const struct local *l)
{
	return (l->tm.tm_hour * 60 + l->tm.tm_min) * 60 + l->tm.tm_sec;
}

/* When the column begins in which the origin is */
static int64_t
origin_of(const struct unit *u, const struct local *origin)
{
	return origin->s - second_of_day(origin) % u->size;
}

int64_t
unit_column(const struct unit *u, const struct local *l,
    const struct local *origin)
{
	switch (u->base) {
	case UNIT_SECONDS: return floored(l->s - origin_of(u, origin), u->size);
	case UNIT_HOURS: return floored(l->day * 24 + l->tm.tm_hour, u->size);
	case UNIT_DAYS: /* 1970 began with a Thursday */
		return floored(l->day + (u->size == 7 ? 3 : 0), u->size);
	default:
		return floored(((int64_t)l->tm.tm_year + 1900) * 12 +
			l->tm.tm_mon,
		    u->size);
	}
}

const struct unit *
unit_choose(const struct local *first, const struct local *last, size_t most)
{
	const struct unit *u = units;

	while (u < units + UNITS - 1 &&
	    unit_column(u, last, first) - unit_column(u, first, first) >=
		(int64_t)most)
		u++;
	return u;
}

/* Less than a day: a clock that is set back shows a time twice, and the second
 * one says in which zone. */
static void
name_seconds(const struct unit *u, const struct local *first, size_t n,
    char *names[])
{
	int64_t from = origin_of(u, first);
	struct local l, last;
	char text[TEXT], latest[TEXT] = "", zone[TEXT];
	size_t i;
	bool again;

	local_of(&last, from + ((int64_t)n - 1) * u->size);
	for (i = 0; i < n; i++) {
		local_of(&l, from + (int64_t)i * u->size);
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &l.tm);
		strftime(zone, sizeof(zone), " %Z", &l.tm);
		again = strcmp(text, latest) <= 0;
		if (!again)
			memcpy(latest, text, sizeof(text));
		/* without the year, or the day if it is one */
		names[i] = xasprintf("%s%s",
		    strchr(text, '-') + (first->day == last.day ? 7 : 1),
		    again ? zone : "");
	}
}

static char *
name_months(int64_t column, int64_t size)
{
	int64_t month = column * size, year = floored(month, 12);

	month -= year * 12;
	if (size == 1)
		return xasprintf("%04" PRId64 "-%02" PRId64, year, month + 1);
	if (size == 3)
		return xasprintf("%04" PRId64 "-Q%" PRId64, year,
		    month / 3 + 1);
	if (size == 12)
		return xasprintf("%04" PRId64, year);
	return xasprintf("%04" PRId64 "\xe2\x80\x93%04" PRId64, year,
	    year + size / 12 - 1);
}

void
unit_names(const struct unit *u, const struct local *first, size_t n,
    char *names[])
{
	int64_t column = unit_column(u, first, first);
	struct local l;
	char text[TEXT];
	size_t i;

	if (u->base == UNIT_SECONDS) {
		name_seconds(u, first, n, names);
		return;
	}
	for (i = 0; i < n; i++, column++) {
		if (u->base == UNIT_MONTHS) {
			names[i] = name_months(column, u->size);
			continue;
		}
		if (u->base == UNIT_HOURS)
			local_of_day(&l, floored(column * u->size, 24),
			    (int)(column * u->size -
				floored(column * u->size, 24) * 24));
		else
			local_of_day(&l,
			    column * u->size - (u->size == 7 ? 3 : 0), 0);
		strftime(text, sizeof(text),
		    u->base == UNIT_HOURS ? "%m-%d %H:%M" : "%Y-%m-%d", &l.tm);
		names[i] = xstrdup(text);
	}
}
