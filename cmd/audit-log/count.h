/* count - how many events there are, not which */
#ifndef AUDIT_COUNT_H
#define AUDIT_COUNT_H

#include "db.h"
#include "filter.h"
#include "output.h"
#include "tool.h"

#define COUNT_MAX 6 /* what can be counted by at once */

struct count {
	bool on;
	struct words by;
};

/* Add what to count by: names, separated by commas. Ends the program with a
 * message if one is unknown, twice there or too many. */
void count_by(struct count *, const char *list);
/* Whether that is a time, of those names */
bool count_is_time(const char *name);
/* Print the counts of the events that match, a line a group; in a
 * transaction that has begun and that this commits. TOOL_OK, or TOOL_FAILED
 * with db_error() set. */
enum tool_status count_print(const struct count *, struct db *,
    const struct filter *, struct output *);

/* The same of a trail with an archive beside it, whose events are counted one
 * by one, each once. 0, or -1 with an error of either set. */
int count_both(const struct count *, struct db *, const struct filter *,
    struct output *);

/* The same of events that come in parts: write what is counted of one, as
 * elements of a JSON array, each followed by a comma; and print the sums of
 * such an array. 0, or -1 with db_error() set. */
int count_part(const struct count *, struct db *, const struct filter *,
    struct output *, FILE *parts);
int count_sum(const struct count *, struct db *, const char *parts,
    struct output *);

#endif
