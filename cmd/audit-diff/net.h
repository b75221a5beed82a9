/* net - what a record went through, as one event */
#ifndef AUDIT_NET_H
#define AUDIT_NET_H

#include "event.h"

struct net;

struct net *net_new(void);
void net_free(struct net *); /* accepts NULL */

/* Add an event, which is this line; it is copied. In any order, and the same
 * one more than once. Returns 0, or -1 with net_error() set. */
int net_add(struct net *, const struct event *, const char *line, size_t len);
/* The next net change: by trail, schema, table and the record's first key,
 * those events that stand for themselves before a table's records. Returns 1
 * with it, borrowed until the next call; 0 at the end; -1 with net_error() set.
 */
int net_next(struct net *, struct event *);
const char *net_error(const struct net *);

#endif
