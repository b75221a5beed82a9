/* job - what audit-export was asked for */
#ifndef AUDIT_EXPORT_JOB_H
#define AUDIT_EXPORT_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "logo.h"
#include "theme.h"
#include "words.h"

enum job_rows {
	JOB_ROWS_DEFAULT, /* as the format has it */
	JOB_ROWS_FIELD,	  /* a row a changed field */
	JOB_ROWS_EVENT	  /* a row an event */
};

struct job {
	enum job_rows rows; /* JOB_ROWS_DEFAULT no more: as the format has it */
	bool page;	    /* a page; else a workbook or text */
	const char *columns;	/* of --columns, names with commas; or NULL */
	struct words reports;	/* of --report; none: the events */
	struct words sensitive; /* of --sensitive, TABLE.COLUMN, * in them */
	const struct theme *theme; /* never NULL */
	bool theme_given;	 /* else the page follows the reader's system */
	const char *title;	 /* never NULL */
	const struct logo *logo; /* or NULL */
	const char *note;	 /* what was asked for; or NULL */
	const char *zone;	 /* times are shown in this zone; its name */
	bool exact, excel_safe, quiet;

	uint64_t bad; /* lines that were not understood, so far */
};

#endif
