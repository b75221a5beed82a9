/* past - an archive database, which has events that the trail may have no more
 */
#ifndef AUDIT_HISTORY_PAST_H
#define AUDIT_HISTORY_PAST_H

#include "db.h"
#include "tool.h"
#include "trails.h"

struct past {
	struct db *db;
	struct trails trails; /* those of this id: the live one and forks */
	int no;		      /* the live one's number, and its name */
	char *name;
	/* the tables' numbers in the trail, and in the archive */
	struct past_table {
		long long rel, id;
	} * tables;
	size_t n;
	char *first, *end; /* no event is outside of these ids */
};

/* Connect to the archive, and begin its transaction as log-begin.sql does; the
 * live one's has not begun. Prints what is wrong: TOOL_OK, or the status to end
 * with. */
enum tool_status past_open(struct past *, struct db *live,
    const char *conninfo);
void past_close(struct past *);

/* What the trail has as audit.record() as the archive has it, and the other way
 * round; free() it. NULL: there is none. */
char *past_record(const struct past *, const char *record);
char *past_live_record(const struct past *, const char *record);
/* The number of a table in the trail; free() it. NULL: it has none. */
char *past_live_table(const struct past *, const char *id);

/* The id of the one event, in either, that begins so; as typed_event(). */
enum tool_status past_event(struct past *, struct db *live, const char *prefix,
    char **id);

#endif
