/* sheet-again - a workbook read again: whether all of it is there */
#ifndef AUDIT_SHEET_AGAIN_H
#define AUDIT_SHEET_AGAIN_H

#include "sheet-state.h"

/* Each part has to have its end, and each sheet as many bytes of rows as were
 * written. Returns NULL, or what is wrong; free() it. */
char *sheet_again(struct sheets *);

#endif
