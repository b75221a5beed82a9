/* evidence-key - the keys of an event in a file: for lib/evidence*.c only */
#ifndef AUDIT_EVIDENCE_KEY_H
#define AUDIT_EVIDENCE_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "leaf.h"

/* how a key's value lies in a leaf_event */
enum evidence_form { OWN, TEXT, VALUE };

/* those that have a form of their own */
enum { ID, AT, TXID, RULES, REDACTED, SALT, RECORD, RECORD_TO, PARENTS, PARTS };

struct evidence_key {
	const char *name;
	enum evidence_form form;
	int at;	   /* OWN: one of those above; TEXT: an enum leaf_text */
	int field; /* 0: it is never left out */
};

#define EVIDENCE_KEYS 24
extern const struct evidence_key evidence_keys[EVIDENCE_KEYS];

/* Where a VALUE lies */
struct leaf_value *evidence_value(struct leaf_event *, int field);
/* What only an event has of which values were erased. */
bool evidence_is_parts(const struct evidence_key *);
/* The salt, which is left out where values are; and whether a key goes with the
 * value of its field. */
bool evidence_is_salt(const struct evidence_key *);
bool evidence_may_go(const struct evidence_key *);

#endif
