/* parts - the leaf of an event of which values were erased
 *
 * Such an event has, in audit.event.parts, for each commitment of its leaf, in
 * the order of lib/leaf.h: the field (1 byte), then 0 and the salt (16 bytes)
 * of a value that is still there, or 1 and the commitment (32 bytes) to one
 * that was erased. The salt that all were made from is 16 zero bytes then: what
 * was erased cannot be guessed from its commitment.
 *
 * What was erased is null; of old and new, the members are gone. Where the key
 * (field 10) was, so are record_to and parents, and of record only the table is
 * left, its upper 32 bits, which nothing proves. */
#ifndef AUDIT_PARTS_H
#define AUDIT_PARTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "buf.h"
#include "json.h"
#include "leaf.h"

/* The leaf of any event: leaf_hash(), or what erased says. Returns 0; -1 if its
 * values are no JSON, or not those that erased leaves. leaf_bytes() holds. */
int parts_leaf(struct leaf *, const struct leaf_event *,
    uint8_t hash[static DIGEST_LEN]);

/* Whether it says that values were erased, and none else was: it has a form
 * that it can have had when it was sealed. */
static inline bool
parts_sound(const struct leaf_event *ev)
{
	return (ev->redacted.p == NULL) == (ev->erased.p == NULL);
}

struct parts { /* starts as { 0 } */
	struct leaf_part *v;
	bool *hides; /* the value is not there: its commitment is */
	size_t n, size;
};

void parts_free(struct parts *);

/* The parts of an event, and its leaf: names, values, salts and commitments,
 * but of what was erased only the commitment. They borrow from the event and
 * from the leaf, until the next call of the latter. Returns as parts_leaf(). */
int parts_open(struct parts *, struct leaf *, const struct leaf_event *,
    uint8_t hash[static DIGEST_LEN]);
/* Which fields have a part that hides: a bit each, 1 << field */
uint32_t parts_hidden(const struct parts *);

/* As bytes, appended; false: they are none. */
void parts_put(struct buf *, const struct parts *);
bool parts_get(struct parts *, const char *bytes, size_t len);
/* As JSON: an array of {"field", "salt"} and {"field", "commitment"}; NULL, or
 * what is wrong with it. */
void parts_write(FILE *, const struct parts *);
const char *parts_read(struct parts *, struct json);

/* Give the parts that do not hide the values of rest, which has no others, and
 * compute the leaf. Returns NULL, or what does not fit. */
const char *parts_commit(struct parts *, struct leaf *,
    const struct leaf_event *rest, uint8_t hash[static DIGEST_LEN]);
/* Where members of old or new are hidden and none is left, there is {}: it
 * becomes null, for it is no value of its own. Returns NULL, or what is wrong.
 */
const char *parts_strip(struct leaf_value *);

#endif
