/* note - held events, shown with what a database says of them */
#ifndef AUDIT_NOTE_H
#define AUDIT_NOTE_H

#include "hold.h"
#include "label.h"
#include "names.h"

/* Note which names an event needs, for labels_fetch(). */
void note_want(struct labels *, const struct held *);
/* Show it, its fields in the table's order, with those names and, if they are
 * asked for, with titles. */
void note_show(struct labels *, struct held *, bool titles, names_show *,
    void *arg);

#endif
