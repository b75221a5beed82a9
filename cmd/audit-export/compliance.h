/* compliance - what the files of this report share */
#ifndef AUDIT_EXPORT_COMPLIANCE_H
#define AUDIT_EXPORT_COMPLIANCE_H

#include "brief.h"
#include "buf.h"
#include "kept.h"
#include "report.h"
#include "span.h"
#include "tally.h"

/* The tables with the details */
enum list {
	L_RULES,
	L_HOLES,
	L_RULE_ACTS,
	L_TRIGGERS,
	L_GAPS,
	L_FINDINGS,
	L_SEALS,
	L_POLICIES,
	L_POLICY_ACTS,
	L_PURGES,
	L_HOLDS,
	L_HOLD_ACTS,
	L_ERASURES,
	L_APPROVALS,
	L_GRANTS,
	L_GRANT_ACTS,
	L_TRAIL,
	L_BY_HAND,
	L_DDL,
	L_REFUSED,
	L_BLOCKS,
	L_ALERTS,
	LISTS
};

/* Events that count one by one */
enum act {
	ACT_INIT,
	ACT_UNINSTALL,
	ACT_RULE_ADD,
	ACT_RULE_CHANGE,
	ACT_RULE_ENABLE,
	ACT_RULE_DISABLE,
	ACT_RULE_REMOVE,
	ACT_RULE_COVER,
	ACT_RULE_SKIP,
	ACT_RULE_COMPILE,
	ACT_RULE_TRIGGER,
	ACT_GAP,
	ACT_POLICY,
	ACT_PURGE,
	ACT_HOLD,
	ACT_RELEASE,
	ACT_ERASE,
	ACT_PREPARE,
	ACT_APPROVE,
	ACT_GRANT,
	ACT_REVOKE,
	ACT_DDL,
	ACT_SESSION_BLOCK,
	ACT_SESSION_UNBLOCK,
	ACT_SESSION_POLICY,
	ACTS
};

/* What was counted */
struct facts {
	uint64_t events, changes, unnamed, by_hand, refused, most_refused;
	int64_t first, last;
	uint64_t n[ACTS], lines[INPUT_KINDS];
	uint64_t disabled;	   /* rules */
	uint64_t holes, notes;	   /* of audit-rule check */
	bool checked;		   /* it said that this is all */
	uint64_t log_gaps;	   /* in the server's log */
	uint64_t serious;	   /* alerts: critical or high */
	uint64_t touched, missing; /* triggers: by somebody; none there */
	uint64_t shortened;	   /* policies that were changed or unset */
	uint64_t purged, no_policy, no_archive, alone; /* alone: acts */
	uint64_t erased, no_why;
	uint64_t powerful;     /* grants of more than to use or to read */
	bool approval;	       /* acts have to be approved */
	uint64_t acts, actors; /* on the trail itself, by so many */
	/* seals */
	uint64_t seals, unsigned_seals, seal_first, seal_last, sealed_events;
	bool sealed; /* there are two times and the largest id */
	int64_t sealed_at;
	uint8_t sealed_id[16];
	/* audit-seal verify */
	uint64_t verified, failed, findings;
	/* audit-seal status */
	uint64_t unsealed;
	bool lag_known;
};

/* The newest ids of events, in the order in which they came, so that those
 * after the last seal, which comes later, can be counted */
#define RING 65536
struct ring {
	uint8_t (*id)[16];
	uint64_t n;
	uint8_t passed[16]; /* the largest one that has left it */
};

struct report {
	const struct job *job;
	struct facts facts;
	struct kept *lists[LISTS];
	struct ring ring;
	struct tally *trail;   /* acts on the trail by who and op */
	struct tally *by_hand; /* changes by who, application and table */
	struct tally *refused; /* by who and address */
	struct buf key;
};

/* A cell of a list: where it comes from */
enum source {
	S_SUM, /* what was added up, in the end */
	S_AT,
	S_OP,
	S_WHO,
	S_APP,
	S_ADDR,
	S_ID,
	S_TABLE,
	S_KEY,	   /* what it is about */
	S_CHANGE,  /* what it changes, in words */
	S_VERDICT, /* of audit-seal verify */
	S_ENABLED, /* of a rule */
	S_TEXT,	   /* these: a member of "new", or of the line */
	S_COUNT,
	S_TIME
};

struct list_column {
	const char *name; /* at its head */
	enum source source;
	const char *member; /* of S_TEXT and on; a.b is in an object */
	const char *none;   /* what null means, or NULL */
};

#define LIST_COLUMNS 12

extern const struct list_of {
	const char *part, *title, *of; /* of: what its rows are called */
	const char *none;	       /* what to say if it is empty */
	bool acts; /* it has the columns that all acts have */
	bool sums; /* the largest rows, not the newest */
	struct list_column columns[LIST_COLUMNS];
} compliance_lists[LISTS];

/* The columns of a list, and their heads; returns how many there are. */
const struct list_column *list_columns(enum list);
size_t list_heads(enum list, struct view_column heads[static LIST_COLUMNS]);
/* Add a row for what the input says. tone: of its first word. */
void list_put(struct report *, enum list, const struct input *, enum cell_tone);

/* An event, and a line of another tool. Return 0, or -1. */
int compliance_event(struct report *, const struct input *);
void compliance_given(struct report *, const struct input *);
/* Whether the text is a UUID, as 16 bytes. */
bool compliance_id(uint8_t id[static 16], struct json);
/* How many events of the input are newer than the last seal; *least: there may
 * be more. */
uint64_t compliance_newer(const struct report *, bool *least);

/* Rows of what was added up, in the end. Returns 0, or -1. */
int compliance_add_up(struct report *);
/* The list that an auditor goes through */
void compliance_check(const struct report *, struct view *);

#endif
