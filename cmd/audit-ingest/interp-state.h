/* interp-state - what the parts of interp share; for them alone */
#ifndef AUDIT_INGEST_INTERP_STATE_H
#define AUDIT_INGEST_INTERP_STATE_H

#include "interp.h"
#include "sessions.h"
#include "told.h"
#include "who.h"

#define OPS 6

struct interp {
	struct interp_want want;
	struct sessions *sessions;
	struct digest *digest;
	bool begun; /* since is known */
	int64_t since;
	int64_t forgotten;  /* when the youngest forgotten session began */
	unsigned int n;	    /* how many events this record has told of before */
	struct buf details; /* of the event that is being told */
	struct buf memory, masked; /* texts that stand otherwise in the log */
	char room[WHO_ROOM];
	uintmax_t records, forged, told[OPS];
};

/* The parts: what a record tells of. They put their members into details. */
void tell_read(struct interp *, const struct record *, struct session *,
    struct buf *out);
void tell_denied(struct interp *, const struct record *, struct buf *out);
void tell_logout(struct interp *, const struct record *, struct buf *out);
/* A record of a connection that is not yet a session. false: it is none. */
bool tell_startup(struct interp *, const struct record *, struct session *,
    struct buf *out);

/* Put an event with the details that have been gathered. */
void interp_put(struct interp *, struct told *, const struct record *,
    struct buf *out);
/* Whether events of its database are wanted. */
bool interp_wants(const struct interp *, const struct record *);
void interp_count(struct interp *, const char *op);

#endif
