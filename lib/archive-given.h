/* archive-given - an event of an archive as the server takes it; for
 * lib/archive*.c only */
#ifndef AUDIT_ARCHIVE_GIVEN_H
#define AUDIT_ARCHIVE_GIVEN_H

#include "buf.h"
#include "leaf.h"

/* Append a comma and an object that json_populate_record() makes an event of.
 * text is a line that evidence_read() has read as ev. */
void archive_given_put(struct buf *, const char *text, size_t len,
    const struct leaf_event *);

#endif
