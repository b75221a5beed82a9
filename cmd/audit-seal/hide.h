/* hide - the values that a proof leaves out: --hide */
#ifndef AUDIT_SEAL_HIDE_H
#define AUDIT_SEAL_HIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "json.h"
#include "leaf.h"
#include "run.h"

/* What can be hidden: a field, or a member of old or new. A field that is none
 * is misuse. */
void hide_check_names(const struct run *);
/* Whether the event has what is to be hidden: a typing error must not show what
 * it was to hide. It says what is missing. */
bool hide_check(const struct run *, const struct leaf_event *);
/* An evidence_hides of lib/evidence.h; arg is the run. */
bool hide_hides(int field, struct json name, void *arg);
/* The same of a part */
bool hide_hides_part(const struct run *, const struct leaf_part *);

#endif
