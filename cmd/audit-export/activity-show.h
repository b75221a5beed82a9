/* activity-show - how the report of activity looks */
#ifndef AUDIT_EXPORT_ACTIVITY_SHOW_H
#define AUDIT_EXPORT_ACTIVITY_SHOW_H

#include "report.h"

enum { WORK_INSERT, WORK_UPDATE, WORK_DELETE, WORK_READ, WORK_OTHER, WORK_OPS };

/* What somebody did, of a day or in all */
struct work {
	uint64_t n[WORK_OPS], refused, corrected, back;
	uint32_t hours[24]; /* by the clock of the job's zone */
	bool first_seen;    /* first and last are known */
	int64_t first, last;
};

struct person {
	struct json who; /* a part of a key, see brief.h */
	struct work work;
	uint64_t days, tables, sessions;
};

struct show;

struct show *show_new(void);
void show_free(struct show *); /* accepts NULL */

/* Count somebody, and one of his tables, which these parts of a key name. */
void show_person(struct show *, const struct person *);
void show_table(struct show *, struct json who, const char *parts,
    const char *end, const uint64_t n[static WORK_OPS]);
/* Write it, below what a part has. */
void show_activity(struct show *, struct view *);

#endif
