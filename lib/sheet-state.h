/* sheet-state - what the parts of sheet share */
#ifndef AUDIT_SHEET_STATE_H
#define AUDIT_SHEET_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <xlsxwriter.h>

#include "buf.h"
#include "sheet.h"

struct sheet {
	struct sheets *book;
	lxw_worksheet *ws;
	char *name;
	uint32_t place;
	uint64_t bytes; /* of its rows; once they are all written */
};

struct sheets {
	char *path, *title, *error;
	char *tmpdir; /* libxlsxwriter keeps no copy that lasts */
	lxw_workbook *wb;
	struct sheet **sheets;
	size_t nsheets;
	lxw_format **looks; /* looks[0] is NULL */
	size_t nlooks;
	struct buf text;
	uint64_t cut;
};

/* Keep the failure, if it is the first. */
void sheets_fail(struct sheets *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Fail as libxlsxwriter says. */
void sheets_check(struct sheets *, lxw_error);

#endif
