/* moment - a time as PostgreSQL keeps it and as an event shows it */

#include "moment.h"

#include <string.h>

#define US_PER_DAY INT64_C(86400000000)
#define EPOCH 730425 /* days from 0000-03-01 to 2000-01-01 */

/* A date in the Gregorian calendar from the year 0 on. A year begins in March
 * here, so that the leap day is its last; 400 years make an era of 146097 days,
 * and the eras are alike. */

static void
civil(int64_t days, unsigned int *year, unsigned int *month, unsigned int *day)
{
	uint64_t era, y, d;

	days += EPOCH;
	if (days < 0)
		days = 0;
	era = (uint64_t)days / 146097;
	d = (uint64_t)days % 146097;
	y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
	d -= 365 * y + y / 4 - y / 100;
	*month = (unsigned int)(5 * d + 2) / 153;
	*day = (unsigned int)d - (153 * *month + 2) / 5 + 1;
	*month = *month < 10 ? *month + 3 : *month - 9;
	*year = (unsigned int)(y + era * 400) + (*month <= 2);
}

/* The other way round */
static int64_t
days_of(unsigned int year, unsigned int month, unsigned int day)
{
	int64_t y = (int64_t)year - (month <= 2), era, in_era;

	month = month > 2 ? month - 3 : month + 9;
	era = (y >= 0 ? y : y - 399) / 400;
	in_era = y - era * 400;
	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 +
	    (153 * month + 2) / 5 + day - 1 - EPOCH;
}

/* Write n in so many digits at least, before end. Returns where it begins. */
static char *
digits(char *end, uint64_t n, int least)
{
	for (; n > 0 || least > 0; least--, n /= 10)
		*--end = (char)('0' + n % 10);
	return end;
}

size_t
moment_write(char text[static MOMENT_LEN], int64_t us)
{
	int64_t days = us / US_PER_DAY;
	char all[MOMENT_LEN], *end = all + sizeof(all), *p = end;
	unsigned int year, month, day, s;

	us -= days * US_PER_DAY;
	if (us < 0) {
		us += US_PER_DAY;
		days--;
	}
	civil(days, &year, &month, &day);
	s = (unsigned int)(us / 1000000);
	*--p = '\0';
	*--p = 'Z';
	p = digits(p, (uint64_t)us % 1000000, 6);
	*--p = '.';
	p = digits(p, s % 60, 2);
	*--p = ':';
	p = digits(p, s / 60 % 60, 2);
	*--p = ':';
	p = digits(p, s / 3600, 2);
	*--p = 'T';
	p = digits(p, day, 2);
	*--p = '-';
	p = digits(p, month, 2);
	*--p = '-';
	p = digits(p, year, 4);
	memcpy(text, p, (size_t)(end - p));
	return (size_t)(end - p) - 1;
}

/* Read so many digits, all of which are there. */
static bool
number(unsigned int *n, const char *p, size_t len)
{
	for (*n = 0; len > 0; p++, len--) {
		if (*p < '0' || *p > '9')
			return false;
		*n = *n * 10 + (unsigned int)(*p - '0');
	}
	return true;
}

bool
moment_read(int64_t *us, const char *text, size_t len)
{
	static const char rest[] = "-MM-DDTHH:MM:SS.UUUUUUZ";
	const size_t nrest = sizeof(rest) - 1;
	unsigned int year, month, day, h, m, s, micro;
	char again[MOMENT_LEN];
	const char *p;

	if (len < 4 + nrest || len > 6 + nrest)
		return false;
	p = text + len - nrest;
	/* PostgreSQL's last year is 294276 */
	if (!number(&year, text, len - nrest) || year > 294276 ||
	    !number(&month, p + 1, 2) || !number(&day, p + 4, 2) ||
	    !number(&h, p + 7, 2) || !number(&m, p + 10, 2) ||
	    !number(&s, p + 13, 2) || !number(&micro, p + 16, 6) || month < 1 ||
	    month > 12 || s > 59)
		return false;
	*us = days_of(year, month, day) * US_PER_DAY +
	    (int64_t)(h * 3600 + m * 60 + s) * 1000000 + micro;
	/* what is no date, hour or sign comes back as another */
	return moment_write(again, *us) == len && memcmp(again, text, len) == 0;
}
