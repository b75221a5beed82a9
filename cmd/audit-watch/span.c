/* span - lengths of time as people write them: "10 minutes" */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "config.h"

static const struct {
	const char *name; /* of one; of several an s follows */
	int64_t us;
} units[] = {
	{ "week", INT64_C(604800000000) },
	{ "day", INT64_C(86400000000) },
	{ "hour", INT64_C(3600000000) },
	{ "minute", INT64_C(60000000) },
	{ "second", INT64_C(1000000) },
};
#define UNITS (sizeof(units) / sizeof(units[0]))

bool
span_read(int64_t *us, const char *text, size_t len)
{
	int64_t n = 0;
	size_t i = 0, u, unit;

	while (i < len && i < 6 && text[i] >= '0' && text[i] <= '9')
		n = n * 10 + (text[i++] - '0');
	if (i == 0 || n == 0 || i == len || text[i++] != ' ')
		return false;
	for (u = 0; u < UNITS; u++) {
		unit = strlen(units[u].name);
		if (len - i < unit || len - i > unit + 1 ||
		    memcmp(text + i, units[u].name, unit) != 0 ||
		    (len - i == unit + 1 && text[len - 1] != 's'))
			continue;
		*us = n * units[u].us;
		return true;
	}
	return false;
}

void
span_write(char text[static SPAN_LEN], int64_t us)
{
	size_t u = 1; /* no weeks: 14 days */
	int64_t n;

	while (u + 1 < UNITS && us % units[u].us != 0)
		u++;
	n = us / units[u].us;
	snprintf(text, SPAN_LEN, "%" PRId64 " %s%s", n, units[u].name,
	    n == 1 ? "" : "s");
}
