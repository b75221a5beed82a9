/* undo-change - what has to become of a record so that an event is undone */
#ifndef AUDIT_UNDO_CHANGE_H
#define AUDIT_UNDO_CHANGE_H

#include <stdbool.h>

#include "event.h"
#include "words.h"

/* JSON objects; free() each by undo_change_free() */
struct undo_change {
	char *key;	/* the one that it has now; NULL: its table has none */
	char *now_is;	/* what is to be compared; NULL: it is not there */
	char *shall_be; /* NULL: it is to be deleted */
};

/* Whether the event changes a row. */
bool undo_is_change(const struct event *);
/* "update of public.t {"id": 3}", fit for a terminal; free() it. */
char *undo_name(const struct event *);
/* What a string says, NULL if it is none; free() it. */
char *undo_text(struct json);
/* Add what keeps the event from being undone to why: a value that is not in
 * the trail, say. */
void undo_refuse(const struct event *, struct words *why);
/* For an event that changes a row and that nothing keeps from being undone. */
void undo_change(struct undo_change *, const struct event *);
void undo_change_free(struct undo_change *);

#endif
