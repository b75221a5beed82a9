/* when - the time of an event as the user's clock shows it */

#include "when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mem.h"
#include "moment.h"

char *
when_text(struct json at)
{
	size_t len;
	char *text = json_text(at, &len), *rest;
	char local[80];
	struct tm tm = { .tm_isdst = 0 };
	time_t t;

	rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	/* a fraction, and UTC */
	if (rest != NULL && *rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	if (rest == NULL || strcmp(rest, "Z") != 0)
		return text;
	t = timegm(&tm);
	if (localtime_r(&t, &tm) == NULL ||
	    strftime(local, sizeof(local), "%Y-%m-%d %H:%M:%S %Z", &tm) == 0)
		return text;
	free(text);
	return xstrdup(local);
}

int
when_local(struct tm *tm, int64_t us)
{
	int64_t s = us / 1000000, rest = us % 1000000;
	time_t t;

	if (rest < 0) {
		s--;
		rest += 1000000;
	}
	t = (time_t)(s + MOMENT_EPOCH);
	if (localtime_r(&t, tm) == NULL)
		memset(tm, 0, sizeof(*tm));
	return (int)rest;
}

void
when_clock(char text[static WHEN_LEN], int64_t us)
{
	struct tm tm;
	size_t n;

	when_local(&tm, us);
	n = (size_t)snprintf(text, WHEN_LEN, "%04d-%02d-%02d %02d:%02d:%02d ",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
	    tm.tm_sec);
	/* a zone of the user's own may have any name */
	if (strftime(text + n, WHEN_LEN - n, "%Z", &tm) == 0)
		text[n - 1] = '\0';
}

size_t
when_iso(char text[static WHEN_LEN], int64_t us)
{
	struct tm tm;
	int rest = when_local(&tm, us);
	long off = tm.tm_gmtoff / 60;

	return (size_t)snprintf(text, WHEN_LEN,
	    "%04d-%02d-%02dT%02d:%02d:%02d.%06d%c%02ld:%02ld",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
	    tm.tm_sec, rest, off < 0 ? '-' : '+', labs(off) / 60,
	    labs(off) % 60);
}
