/* find - which records are meant, and each of them shown */
#ifndef AUDIT_FIND_H
#define AUDIT_FIND_H

#include "key.h"
#include "show.h"
#include "table.h"

/* These work in the transaction that a savepoint has, see lib/typed.h, and
 * print what is wrong. TOOL_OK, or the status to end with. */

/* Show the records with these keys, each in all the tables that were called so:
 * name is what the user called them. */
enum tool_status find_keys(struct show *, struct db *, const struct tables *,
    const char *name, struct keys *);
/* Show the record of an event: the revision that it has made. */
enum tool_status find_event(struct show *, struct db *, char *id);

#endif
