/* when - the time of an event as the user's clock shows it */

#include "when.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mem.h"

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
