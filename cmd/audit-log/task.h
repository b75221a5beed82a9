/* task - what audit-log was asked for */
#ifndef AUDIT_LOG_TASK_H
#define AUDIT_LOG_TASK_H

#include <stdbool.h>

#include "both.h"
#include "count.h"
#include "filter.h"
#include "follow.h"
#include "from.h"
#include "output.h"
#include "rows.h"
#include "source.h"
#include "tool.h"
#include "trails.h"

struct task {
	struct both both; /* the trail and the archive beside it */
	const char *conninfo, *archive, *format;
	struct words trails;
	struct trails chosen; /* of an archive database */
	struct filter filter;
	struct output output;
	struct count count;
	struct follow follow;
	struct sources *sources; /* NULL: the trail itself */
};

/* Whether it goes on with what is new */
bool task_follows(const struct task *);
/* Do it. Returns the status to end with: then it has said why. */
enum tool_status task_run(struct task *);

#endif
