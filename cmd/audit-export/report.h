/* report - what is made of the lines on standard input, whatever shows it */
#ifndef AUDIT_EXPORT_REPORT_H
#define AUDIT_EXPORT_REPORT_H

#include "change.h"
#include "event.h"
#include "job.h"
#include "view.h"

/* What a line is */
enum input_kind {
	INPUT_EVENT,
	INPUT_SEAL,    /* audit-seal, audit-seal list */
	INPUT_STATUS,  /* audit-seal status */
	INPUT_VERIFY,  /* audit-seal verify: findings, notes, the last line */
	INPUT_RULE,    /* audit-rule list */
	INPUT_HOLE,    /* audit-rule check */
	INPUT_GRANT,   /* audit-rule grant */
	INPUT_SESSION, /* audit-session list */
	INPUT_POLICY,  /* audit-purge policy list */
	INPUT_HOLD,    /* audit-purge hold list */
	INPUT_ALERT,   /* audit-watch */
	INPUT_KINDS
};

struct input {
	enum input_kind kind;
	const struct event *event;     /* of INPUT_EVENT */
	const struct changes *changes; /* what it changes */
	int64_t at;		       /* its time, µs since 2000-01-01 UTC */
	struct json line;	       /* the whole object */
};

struct report; /* a report's state; each has its own */

struct report_ops {
	const char *name;
	struct report *(*new)(const struct job *);
	/* Before the first line: make the parts, so that they have their
	 * order, and what is to be written while lines come. NULL: nothing. */
	void (*begin)(struct report *, struct view *);
	/* Each line. Returns 0; -1: error() says what failed. */
	int (*line)(struct report *, struct view *, const struct input *);
	/* After the last one; write what is left. The same. */
	int (*end)(struct report *, struct view *);
	/* NULL: it cannot fail */
	const char *(*error)(const struct report *);
	void (*free)(struct report *);
};

extern const struct report_ops report_overview; /* figures, charts */
extern const struct report_ops report_events;	/* the events themselves */
extern const struct report_ops report_alerts;	/* if there are any */
extern const struct report_ops report_sessions; /* the same */
extern const struct report_ops report_access;
extern const struct report_ops report_compliance;
extern const struct report_ops report_activity;
extern const struct report_ops report_about; /* comes last */

#endif
