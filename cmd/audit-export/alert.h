/* alert - what a line of audit-watch says
 *
 * Its severity, who it is about, and sums of alerts of a kind. */
#ifndef AUDIT_EXPORT_ALERT_H
#define AUDIT_EXPORT_ALERT_H

#include <stdint.h>

#include "brief.h"
#include "cell.h"
#include "json.h"
#include "kept.h"
#include "span.h"
#include "view.h"

enum alert_severity {
	ALERT_CRITICAL,
	ALERT_HIGH,
	ALERT_MEDIUM,
	ALERT_LOW,
	ALERT_OTHER, /* one that is none of these */
	ALERT_SEVERITIES
};

enum alert_severity alert_severity(struct json line);
enum cell_tone alert_tone(enum alert_severity);
/* The actor, else the role; p NULL: it names neither. */
struct json alert_who(struct json line);
struct cell alert_who_cell(struct brief *, struct json line);
struct cell alert_table(struct brief *, struct json line);

/* Of the alerts of a kind; starts as zeros */
struct alert_sums {
	struct span span;
	uint64_t n[ALERT_SEVERITIES];
};
void alert_add(void *sum, const void *more); /* for a tally */
/* So many of a severity, in its tone if there are any */
struct cell alert_count(const uint64_t n[static ALERT_SEVERITIES],
    enum alert_severity);

/* Kinds: how often each, the most frequent first. Their rows are kept, and then
 * shown as a chart and as a table. */
#define ALERT_KIND_COLUMNS (4 + ALERT_SEVERITIES)
void alert_put_kind(struct kept *, const char *key, size_t len,
    const struct alert_sums *);
void alert_chart(struct kept *, struct view *);
void alert_kinds(struct kept *, struct view *);

#endif
