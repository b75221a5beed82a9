/* column-state - what the columns of a table of events are made of; for
 * column*.c only */
#ifndef AUDIT_EXPORT_COLUMN_STATE_H
#define AUDIT_EXPORT_COLUMN_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "column.h"

/* What is in a column that is no key of the event */
enum { COL_TIME = E_ALL, COL_FIELD, COL_CHANGES, COL_RECORD, COL_TABLE };

struct column_kind {
	const char *name, *title;
	int what; /* an event_key, or one of the above */
	int width;
	enum view_find find;
	unsigned int where;
};

#define COLUMNS 64 /* at most */

struct columns {
	enum column_use use;
	bool fields; /* a row a field */
	size_t n;
	const struct column_kind *kind[COLUMNS];
	struct view_column head[COLUMNS];
	struct cell cell[COLUMNS];
	char *time; /* the head of the time */
	const struct input *in;
	size_t row;		     /* the next one */
	struct cell_change *changes; /* of the event */
	size_t size;
	/* Texts that are not in the line as they are: those of this event, so
	 * many, then those of this row */
	char **texts;
	size_t ntexts, room, lasting;
};

/* Forget the texts of rows, but so many. */
void column_forget(struct columns *, size_t kept);
/* The cell of a column that all rows of the event have alike */
struct cell column_common(struct columns *, const struct column_kind *);
/* The cell of one that each changed field has for itself */
struct cell column_field(struct columns *, const struct column_kind *,
    const struct change *);

#endif
