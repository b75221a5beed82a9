/* who - who acts, as the application has said in the log */
#ifndef AUDIT_INGEST_WHO_H
#define AUDIT_INGEST_WHO_H

#include "told.h"

#define WHO_LONGEST 256 /* bytes of a name; the rest is cut off */
#define WHO_ROOM (2 * WHO_LONGEST)

/* What application_name says, crm/session=6f1e2a3c;actor=alice, and the last
 * comment of a statement, as sqlcommenter writes it: it wins. Values may be
 * URL-encoded. They are in room. */
void who_said(struct who *, struct text app, struct text statement,
    char room[static WHO_ROOM]);
/* Whether a tool of ours has done it: its name, else none. */
struct text who_tool(struct text app);

/* The last comment of a statement, without its slashes and stars; what stands
 * in quotes is none. */
struct text comment_last(struct text statement);

#endif
