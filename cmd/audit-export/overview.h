/* overview - what the overview has counted, and how it is shown */
#ifndef AUDIT_EXPORT_OVERVIEW_H
#define AUDIT_EXPORT_OVERVIEW_H

#include "alert.h"
#include "job.h"
#include "timeline.h"
#include "totals.h"
#include "view.h"

/* What a key among the actors begins with */
#define ACTOR_NAMED 'a'	 /* and then his name */
#define ACTOR_ROLE 'r'	 /* nobody said who: the role that logged in */
#define ACTOR_ERASED 'e' /* the name was erased; the role */

struct overview_sums {
	const struct job *job;
	uint64_t events;
	struct timeline_sums when; /* if there are events */
	struct totals_sums ops, actors, tables;
	struct totals_sums trails; /* none where there is but one */
	uint64_t named;		   /* actors who have a name */
	uint64_t records, unkeyed; /* changed; changes without a key */
	uint64_t ntables, sessions, refused, deleted, truncated;
	uint64_t anonymous; /* changes of which nobody said who */
	uint64_t alerts[ALERT_SEVERITIES];
};

/* Who a total is of, in a chart or a table */
struct who {
	char *name;
	const char *mark; /* stands for a name; NULL: there is one */
	char *role;	  /* if there is a mark */
};
/* most: bytes of a name, which is cut */
typedef void name_fn(struct who *, const struct total *, size_t most);
name_fn name_actor, name_table, name_op, name_trail;
void name_forget(struct who *);

void overview_show(const struct overview_sums *, struct view *);
void overview_charts(const struct overview_sums *, struct view *);

#endif
