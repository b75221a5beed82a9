/* plain - what the strings of an event say */
#ifndef AUDIT_EXPORT_PLAIN_H
#define AUDIT_EXPORT_PLAIN_H

#include <stdbool.h>

#include "buf.h"
#include "cell.h"
#include "event.h"

/* The bytes that a string stands for, added to the buffer; of anything else
 * none. Zero bytes, which separate such texts there, become U+FFFD. */
void plain_put(struct buf *, struct json string);

/* "crm: ", before what is named by a database; nothing if there is no trail */
void plain_trail(struct buf *, struct json trail);
/* The schema and the table of an event, with a zero byte between. false: it is
 * about no table, and nothing was added. */
bool plain_table(struct buf *, const struct event *);
/* What people call it: schema.table, without public; free() it. */
char *plain_table_name(const char *, size_t len);

/* A text with its end, cut where it is too long for a summary; free() it. */
char *plain_cut(const char *, size_t len, size_t most);
/* A cell of a text; one of no letters is a mark. */
struct cell plain_cell(const char *);
struct cell plain_mark(const char *);

#endif
