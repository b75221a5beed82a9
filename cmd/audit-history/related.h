/* related - a record's revisions with those of what belongs to it */
#ifndef AUDIT_RELATED_H
#define AUDIT_RELATED_H

#include "record.h"

/* Hand them on in the order of the trail, with what a revision 0 says of
 * itself. 0, or -1 with db_error() set. */
typedef void related_fn(const struct state *, const struct origin *, void *arg);
int related_each(struct record *, struct place *, const struct which *,
    related_fn *fn, void *arg);

#endif
