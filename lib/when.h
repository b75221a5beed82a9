/* when - the time of an event as the user's clock shows it */
#ifndef AUDIT_WHEN_H
#define AUDIT_WHEN_H

#include "json.h"

/* "2026-11-22 05:15:31 CET" of an event's time; what is no such time comes
 * back as it is; free() it. */
char *when_text(struct json at);

#endif
