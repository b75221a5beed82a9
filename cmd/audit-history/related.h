/* related - a record's revisions with those of what belongs to it */
#ifndef AUDIT_RELATED_H
#define AUDIT_RELATED_H

#include <stdio.h>

#include "record.h"

/* Write them in the order of the trail. 0, or -1 with db_error() set. */
int related_print(FILE *, struct record *, struct place *,
    const struct which *);

#endif
