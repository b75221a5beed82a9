/* cef-text - text and values as the Common Event Format escapes them
 *
 * Each value has a most of bytes; a longer one is cut and says so. */
#ifndef AUDIT_EXPORT_CEF_TEXT_H
#define AUDIT_EXPORT_CEF_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "event.h"
#include "json.h"
#include "siem-put.h"

/* Where a text goes: newlines have an escape in a value only; in what is JSON
 * itself control characters are blanks. */
enum cef_where { CEF_HEAD, CEF_VALUE, CEF_WRITTEN };

/* No more than so many bytes, of whole characters: what is cut says so, with
 * the length that it had. More of a text of total bytes need not be there. */
void cef_cut(struct put *, const char *, size_t len, size_t total, size_t most,
    enum cef_where);
/* What a string says: text where it lies, or made anew in *made; free() that */
const char *cef_said(struct json, size_t *len, char **made);

/* Extensions:  key=value. Of a string that is none, or empty: nothing. */
void cef_extension(struct put *, const char *key, const char *, size_t len,
    size_t most);
void cef_string(struct put *, const char *key, struct json, size_t most);
/* A value as JSON. Of a long one only what can be seen is made exact: that has
 * no fewer bytes than before. */
void cef_written(struct put *, const char *key, struct json, size_t most,
    bool exact);
/* The event's table, and its address, where it has one */
void cef_table(struct put *, const struct event *);
void cef_address(struct put *, const struct event *);

#endif
