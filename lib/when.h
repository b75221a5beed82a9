/* when - the time of an event as the user's clock shows it */
#ifndef AUDIT_WHEN_H
#define AUDIT_WHEN_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "json.h"

/* "2026-11-22 05:15:31 CET" of an event's time; what is no such time comes
 * back as it is; free() it. */
char *when_text(struct json at);

/* What the clock shows so many microseconds after 2000-01-01 UTC; returns the
 * microseconds of that second. */
int when_local(struct tm *, int64_t us);
/* The same as text: 2026-11-22 06:15:31 CET. */
#define WHEN_LEN 80 /* bytes, with its end */
void when_clock(char text[static WHEN_LEN], int64_t us);
/* The same as ISO 8601 has it: 2026-11-22T06:15:31.000000+01:00. Returns the
 * length. */
size_t when_iso(char text[static WHEN_LEN], int64_t us);

#endif
