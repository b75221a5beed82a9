/* siem-alert - a line of audit-watch in the forms that security teams collect
 */
#ifndef AUDIT_EXPORT_SIEM_ALERT_H
#define AUDIT_EXPORT_SIEM_ALERT_H

#include <stdint.h>
#include <stdio.h>

#include "json.h"

/* Write an alert as a line in this form; at is its time, in µs since 2000-01-01
 * UTC. A failed write shows in the stream. */
void ocsf_alert(FILE *, struct json line, int64_t at);
void ecs_alert(FILE *, struct json line, int64_t at);
void cef_alert(FILE *, struct json line, int64_t at);

#endif
