/* sheet - a workbook of Excel's form (Office Open XML), written row by row
 *
 * Memory stays flat: a row that another one follows cannot be changed any more,
 * and rows of a sheet come from the top down. Text is always text, never a
 * formula or a link. What Excel cannot take is never lost without a word: a
 * text that is too long is cut and ends with a mark, and counts. It keeps its
 * first failure. This is the only file that knows libxlsxwriter. */
#ifndef AUDIT_SHEET_H
#define AUDIT_SHEET_H

/* (its functions are its author's to settle) */

#endif
