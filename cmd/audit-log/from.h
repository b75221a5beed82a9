/* from - events of files instead of the trail's */
#ifndef AUDIT_LOG_FROM_H
#define AUDIT_LOG_FROM_H

#include "count.h"
#include "db.h"
#include "filter.h"
#include "output.h"
#include "source.h"
#include "tool.h"

/* Whether a database has to be asked. */
bool from_asks(const struct filter *, const struct output *,
    const struct count *);

/* Print or count the events that match; the sources are closed. With a
 * database, the filter has been resolved in a transaction with a savepoint,
 * which is still open; else db is NULL. Returns the status to end with, its
 * message printed. */
enum tool_status from_print(struct sources *, struct db *, struct filter *,
    struct output *, const struct count *);

#endif
