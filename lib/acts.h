/* acts - events that say that somebody changed what decides about capturing */
#ifndef AUDIT_ACTS_H
#define AUDIT_ACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "leaf.h"

/* What such an event explains: audit-purge's, only what it does; DDL, which
 * whoever owns a table can cause at any time, only what follows from it; what
 * our other tools do, all but that everything is another. */
enum act_kind { ACT_NONE, ACT_PURGE, ACT_DDL, ACT_RULE, ACT_INIT };

struct acts { /* starts as { 0 } */
	struct act *v;
	size_t n, size;
};

/* What has to be explained, by an act of this kind or more in one of the
 * transactions from .. next - 1 */
struct acts_need {
	enum act_kind kind;
	int64_t from, next;
	bool by_version; /* that wrote rows of this version */
	uint32_t version;
};

/* Whether an event of this op may be one. */
bool acts_is(struct leaf_value op);
/* An event; if it is no act, nothing happens. */
void acts_add(struct acts *, const struct leaf_event *);
/* There are no more. */
void acts_end(struct acts *);
/* After that: whether there is such an act. */
bool acts_explain(const struct acts *, const struct acts_need *);
void acts_free(struct acts *);

#endif
