/* set - what a transaction did to the set that a link table makes up */
#ifndef AUDIT_SET_H
#define AUDIT_SET_H

#include "catalog.h"
#include "change.h"

struct element {
	bool came;   /* else it went */
	char *key;   /* as refer_key() has it */
	char *value; /* as refer_json() has it */
};

struct set {
	const struct table *link;
	char *owner; /* the owner's key, as refer_key() has it */
	char *key;   /* the same as an event has it */
	struct element *v;
	size_t n;
};

/* What an event of a link table did to its owner's set; NULL: it is none, or
 * does not say whose set it was. */
struct set *set_of(const struct event *, const struct table *);
void set_free(struct set *); /* accepts NULL */

/* Add what a later event did, and free it: what came and went again is
 * nothing. */
void set_merge(struct set *, struct set *later);
/* Whether both are about the same set. */
bool set_same(const struct set *, const struct set *);

/* The values that went or came, as a JSON array; free() it. */
char *set_values(const struct set *, bool came);

#endif
