/* show - a record's revisions in the form that is asked for */
#ifndef AUDIT_SHOW_H
#define AUDIT_SHOW_H

#include <stdbool.h>
#include <stdio.h>

#include "choice.h"
#include "record.h"
#include "rows.h"
#include "tool.h"
#include "undo.h"

struct show {
	struct choice choice;
	bool related, exact, quiet;
	const struct trails *trails; /* of an archive database; or NULL */
	struct past *past;	     /* an archive beside the trail; or NULL */
	const char *path;	     /* NULL: stdout */
	FILE *fp;
	struct rows *rows; /* a table; NULL: JSON lines */
	struct undo *undo; /* a script, which is written in the end; or NULL */
	size_t scripts;	   /* for so many records */
	char *name;	   /* the record, as messages call it */
};

/* Whoever fails to write ends the program: nobody gets the rest. */
_Noreturn void show_failed(const struct show *);

/* Show the record, or say why not. *is_there: there is something to say of
 * it. object is as for record_find(). */
enum tool_status show_record(struct show *, struct place *,
    const struct which *, const char *object, bool *is_there);

#endif
