/* siem - an event in the forms that security teams collect, a line each */
#ifndef AUDIT_EXPORT_SIEM_H
#define AUDIT_EXPORT_SIEM_H

#include <stdio.h>

#include "event.h"

/* Write an event as a line in this form; at is its time, in µs since
 * 2000-01-01 UTC. exact: numbers that a double cannot hold as strings. A failed
 * write shows in the stream. */
void ocsf_write(FILE *, const struct event *, int64_t at, bool exact);
void ecs_write(FILE *, const struct event *, int64_t at, bool exact);
void cef_write(FILE *, const struct event *, int64_t at, bool exact);

#endif
