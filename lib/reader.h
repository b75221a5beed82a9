/* reader - our queries as they are for who may not read every event */
#ifndef AUDIT_READER_H
#define AUDIT_READER_H

#include <stdbool.h>

/* The query with audit.event and audit.matching() as the views and functions
 * that show a reader what is open; newest: it wants events from behind. What
 * stands in quotes or a comment stays: a statement that the server has written
 * may have values there. free() it. */
char *reader_sql(const char *sql, bool newest);

#endif
