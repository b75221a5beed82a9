/* claims-state - what lib/claims*.c share, and nobody else */
#ifndef AUDIT_CLAIMS_STATE_H
#define AUDIT_CLAIMS_STATE_H

#include "claims.h"
#include "json.h"
#include "sort.h"
#include "spool.h"

struct claims_act {
	uint8_t id[16], leaf[DIGEST_LEN];
	char *run;	/* NULL: none */
	char *policy;	/* as JSON, null for none */
	char *role;	/* who did it, NULL: nobody says */
	char *redacted; /* the names of what it erased, as JSON; NULL: none */
	bool purges, erases;
	int64_t before;		/* INT64_MIN: it says no time */
	char month[LEAF_MONTH]; /* of a whole month, else empty */
	uint64_t upto;		/* its last seal */
	uint8_t *kept;		/* ids, in order, of the month's that stay */
	size_t nkept;
	bool there;	  /* it came by as it was */
	uint64_t covered; /* events that are gone by it */
};

struct claims {
	struct findings *findings;
	struct claims_act *acts; /* in the order of their ids */
	size_t n, size;
	uint32_t *months; /* the numbers of those of whole months */
	size_t nmonths;
	uint64_t purged, erased;
	bool archive;
	uint64_t kept, whole; /* there, though an act claims them or values */
	const char *failed;   /* a temporary file did */

	/* places in rows of leaves: sorted, then laid aside by seal and month
	 */
	struct sort *places;
	struct spool *spool; /* NULL: they have not been asked for */
	struct claims_group {
		uint8_t key[8 + LEAF_MONTH - 1];
		size_t first, n;
	} * groups;
	size_t ngroups;

	/* ids of events that acts took values of, and those that lost some */
	struct sort *ids;
	struct sort_record next_id;
	bool ids_begun, ids_left;
	struct sort *redacted;
};

/* Places that an act claims: ["2026-10", seal, n, "0-1023,1025"] */
void claims_add_place(struct claims *, uint32_t act, struct json);
void claims_free_places(struct claims *);

/* Ids that an act took values of */
void claims_add_ids(struct claims *, uint32_t act, struct json);
/* An event as it was sealed or will be, which may have lost values */
void claims_values(struct claims *, const struct leaf_event *);
void claims_end_redacted(struct claims *);

#endif
