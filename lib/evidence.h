/* evidence - an event as audit-seal's files have it
 *
 * It is what audit-log prints, and then what its leaf needs besides: salt (32
 * hexadecimal digits), record, record_to (strings of digits) and parents (an
 * array of such); null where there is none. Where values are left out, so are
 * their keys, those of members in old and new, and the salt; the key takes
 * record, record_to and parents with it.
 *
 * An event of which values were erased has null for these, and no members; salt
 * is null then, redacted names what was erased, and a last key, parts, has what
 * its leaf needs (lib/parts.h). */
#ifndef AUDIT_EVIDENCE_H
#define AUDIT_EVIDENCE_H

#include <stdbool.h>
#include <stdio.h>

#include "json.h"
#include "leaf.h"

/* The fields that are committed to, by their numbers in lib/leaf.h */
enum {
	EVIDENCE_KEY = 10,
	EVIDENCE_LABEL,
	EVIDENCE_ACTOR,
	EVIDENCE_SESSION,
	EVIDENCE_APP,
	EVIDENCE_ADDR,
	EVIDENCE_REASON,
	EVIDENCE_OLD,
	EVIDENCE_NEW
};
#define EVIDENCE_FIRST EVIDENCE_KEY
#define EVIDENCE_LAST EVIDENCE_NEW

/* The number of a field by its name, 0 if none of these has it; the name. */
int evidence_field(const char *name, size_t len);
const char *evidence_name(int field);

/* Whether a value is to be left out: a field's, with a name a member's. */
typedef bool evidence_hides(int field, struct json name, void *arg);

/* Write it, without a newline. With hides, the salt is left out, too. */
void evidence_write(FILE *, const struct leaf_event *, evidence_hides *,
    void *arg);

struct evidence;

struct evidence *evidence_new(void);   /* never NULL */
void evidence_free(struct evidence *); /* accepts NULL */

/* Read an event, which comes from json_parse() and is borrowed. Its keys have
 * to be there, once, and no others. parts: values may be left out, and the salt
 * has to be. Returns NULL, or what is wrong; borrowed until the next call, as
 * is what ev then has. */
const char *evidence_read(struct evidence *, struct json event, bool parts,
    struct leaf_event *ev);
/* Whether the event read last has a field's key. */
bool evidence_has(const struct evidence *, int field);

#endif
