/* verify - whether the trail is what was sealed, or the trails of an archive */
#ifndef AUDIT_SEAL_VERIFY_H
#define AUDIT_SEAL_VERIFY_H

#include "checker.h"
#include "run.h"

/* Verify one, in a transaction that it leaves open; of an archive database the
 * one that is named, else NULL. What begin->chain says is freed is freed.
 * Returns the status to end with. */
enum tool_status verify_trail(struct run *, const struct checker_begin *,
    struct findings *, const struct trail *one);

#endif
