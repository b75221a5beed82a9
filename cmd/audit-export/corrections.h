/* corrections - fields that somebody changed again within the hour */
#ifndef AUDIT_EXPORT_CORRECTIONS_H
#define AUDIT_EXPORT_CORRECTIONS_H

#include "report.h"

struct corrections;

struct corrections *corrections_new(void);
void corrections_free(struct corrections *); /* accepts NULL */

/* Of an event, how many fields its actor had entered or changed within the hour
 * before; of these, how many are again what they were before that. A record
 * that he made and deletes is one. Returns 0; -1: corrections_error(). */
int corrections_line(struct corrections *, const struct input *,
    uint64_t *corrected, uint64_t *back);
/* Write what was found, below what a part has. The same. */
int corrections_end(struct corrections *, struct view *);
const char *corrections_error(const struct corrections *);

#endif
