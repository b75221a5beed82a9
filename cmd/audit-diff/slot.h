/* slot - where a record stands: its trail, schema, table and key
 *
 * A slot is bytes that sort as people do: by trail, schema, table and the key's
 * columns, numbers by their value. Whose slot it is changes with time, because
 * keys change. */
#ifndef AUDIT_SLOT_H
#define AUDIT_SLOT_H

#include <stdbool.h>

#include "buf.h"
#include "event.h"

/* Append the slot of an event; without a key, that of the table. */
void slot_put(struct buf *, const struct event *);
/* Append the slot to which it moves its record. Returns whether it does. */
bool slot_put_moved(struct buf *, const struct event *);

/* The changes of keys */
struct moves;
struct moves *moves_new(void);
void moves_free(struct moves *);

/* Keep that a record moved, by this event. */
void moves_add(struct moves *, const struct buf *from, const struct buf *to,
    const struct event *);
bool moves_any(const struct moves *);
/* Call once, after the last one was added. */
void moves_follow(struct moves *);
/* The record whose slot this was before the event: append the slot in which it
 * was first and, if another one had been there before it, since when. */
void moves_put_record(const struct moves *, struct buf *, const char *slot,
    size_t len, struct json id);

#endif
