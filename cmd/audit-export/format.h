/* format - the forms that a file can have */
#ifndef AUDIT_EXPORT_FORMAT_H
#define AUDIT_EXPORT_FORMAT_H

#include <stdbool.h>
#include <stdio.h>

#include "column.h"
#include "job.h"
#include "json.h"
#include "report.h"

struct format {
	const char *name;
	const char *endings; /* of files that have it: ".html .htm" */
	enum job_rows rows;  /* by default; of no rows: JOB_ROWS_DEFAULT */
	/* a report is written to such a view; NULL: lines are written */
	struct view *(*view)(const struct job *, const char *path);
	void (*head)(FILE *, const struct columns *);
	/* an event as a line of its own; columns NULL: it has none */
	void (*event)(FILE *, const struct job *, struct columns *,
	    const struct input *);
	/* an alert as a line of its own; NULL: alerts are left out */
	void (*alert)(FILE *, struct json line, int64_t at);
	bool all; /* every line, not events alone */
};

/* -f NAME; or by the name of the file. Ends the program where that is not
 * clear. */
const struct format *format_find(const char *name, const char *path);

#endif
