/* leaf - the hash by which an event stands in a seal's tree
 *
 * It commits to each value that may have to be erased one day (key, label,
 * actor, session, app, addr, reason, and each member of old and new) through a
 * hash of its own, with a salt of its own: without value and salt, that hash
 * tells nothing, and the leaf can still be computed.
 *
 *  leaf	merkle_leaf() of the form "AE1" (lib/tlv.h)
 *  commitment	SHA-256(salt | field (1 byte) | length of the name (4 bytes) |
 *		name | value); the name is that of a member, else empty
 *  salt i	the i-th 16 bytes of SHA-256(event's salt | 0) |
 *		SHA-256(event's salt | 1) ..., the counter in 4 bytes; i, from 0
 *		on, counts the commitments of this event in the order below
 *
 * Fields: 1 id, 2 at (microseconds since 2000-01-01 UTC, 8 bytes), 3 txid (8),
 * 4 op, 5 schema, 6 table, 7 role, 8 as_role, 9 rules (joined by commas); as
 * commitments 10 key, 11 label, 12 actor, 13 session, 14 app, 15 addr, 16
 * reason; 17 old, 18 new: a commitment for each member, one after the other,
 * those with shorter names first, else in the order of their bytes.
 *
 * A field that is null is not there. The value of 10 is the form "AK1": 1 key,
 * 2 record (8 bytes), 3 record_to (8), 4 parents (8 each); it is there if any
 * of these is. An old or new that is no object, or one without members, is one
 * commitment without a name: ffffffff for its length. JSON's null is null.
 * Numbers are big-endian, texts UTF-8, JSON is in the form of lib/canon.h.
 */
#ifndef AUDIT_LEAF_H
#define AUDIT_LEAF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "digest.h"

/* A value, borrowed; p NULL: null. */
struct leaf_value {
	const char *p;
	size_t len;
};

enum leaf_text { /* 4 .. 9 and 11 .. 16 above */
	LEAF_OP,
	LEAF_SCHEMA,
	LEAF_TABLE,
	LEAF_ROLE,
	LEAF_AS_ROLE,
	LEAF_RULES,
	LEAF_LABEL,
	LEAF_ACTOR,
	LEAF_SESSION,
	LEAF_APP,
	LEAF_ADDR,
	LEAF_REASON,
	LEAF_TEXTS
};

struct leaf_event {
	uint8_t id[16], salt[16];
	int64_t at; /* microseconds since 2000-01-01 UTC */
	int64_t txid;
	struct leaf_value text[LEAF_TEXTS];
	struct leaf_value key, old, new; /* JSON */
	bool has_record, has_record_to;
	int64_t record, record_to;
	const int64_t *parents; /* NULL: null */
	size_t nparents;
	bool canonical; /* the JSON comes from the server: it is canonical */
	/* Of which values were erased: what its leaf needs (lib/parts.h), and
	 * their names, an array of JSON; p NULL: nothing was. */
	struct leaf_value erased, redacted;
};

struct leaf;

struct leaf *leaf_new(void);   /* never NULL */
void leaf_free(struct leaf *); /* accepts NULL */

/* Compute it, of an event that has all its values; of any: parts_leaf().
 * Returns 0; -1 if key, old or new is no JSON. */
int leaf_hash(struct leaf *, const struct leaf_event *,
    uint8_t hash[static DIGEST_LEN]);
/* The bytes that the leaf is the hash of; borrowed until the next call. */
const uint8_t *leaf_bytes(const struct leaf *, size_t *len);

/* The microseconds since 2000-01-01 UTC in an id: see audit.id_time(). */
int64_t leaf_time(const uint8_t id[static 16]);
/* The month of an id (UUIDv7), in UTC: "2026-11". */
#define LEAF_MONTH 8
void leaf_month(const uint8_t id[static 16], char month[static LEAF_MONTH]);

/* A value left out, whose commitment is there instead. leaf_parts() gives what
 * each commitment of an event is made of, and leaf_from_parts() the leaf of an
 * event of whose commitments some are only known as such. */
struct leaf_part {
	uint8_t field;
	struct leaf_value name; /* of a member, UTF-8; p NULL: none */
	/* text as it is, JSON in its canonical form; p NULL: not known */
	struct leaf_value value;
	uint8_t salt[16];
	uint8_t commitment[DIGEST_LEN];
};
/* Compute the commitment from all else. */
void leaf_commit(struct leaf *, struct leaf_part *);
/* The parts of the event hashed last, in order; borrowed until the next. */
const struct leaf_part *leaf_parts(const struct leaf *, size_t *n);
/* The leaf where parts say it all: values of ev that are committed to are not
 * looked at. */
void leaf_from_parts(struct leaf *, const struct leaf_event *,
    const struct leaf_part *, size_t n, uint8_t hash[static DIGEST_LEN]);

#endif
