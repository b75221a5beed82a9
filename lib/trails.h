/* trails - which trails of an archive database */
#ifndef AUDIT_TRAILS_H
#define AUDIT_TRAILS_H

#include <stddef.h>

#include "db.h"
#include "words.h"

struct trails { /* starts as { NULL, 0 } */
	struct trail {
		int no; /* 0: the archive's own, of what was granted in it */
		char *id, *name;
	} * v; /* by their numbers */
	size_t n;
};

/* Choose those of these names, patterns with * or beginnings of ids, none: all
 * that there are, for all that this connection asks from here on. Returns 0, or
 * -1 with db_error() set. */
int trails_choose(struct trails *, struct db *, const struct words *names);
/* Choose one of them. */
int trails_choose_one(struct db *, const struct trail *);
void trails_free(struct trails *);

/* Borrowed; NULL: it is not among them. */
const char *trails_name(const struct trails *, int no);

#endif
