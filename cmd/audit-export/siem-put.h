/* siem-put - pieces of a line put together, values as they are written
 *
 * The pieces are too small for stdio to be fast. */
#ifndef AUDIT_EXPORT_SIEM_PUT_H
#define AUDIT_EXPORT_SIEM_PUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "json.h"

struct put {
	FILE *fp;
	size_t len;
	char text[8192];
};

void put_begin(struct put *, FILE *);
void put_end(struct put *); /* writes what has not been written */

void put_bytes(struct put *, const char *, size_t len);
void put_text(struct put *, const char *);
void put_number(struct put *, int64_t);
/* A value as it is, or as lib/exact.h has it. */
void put_json(struct put *, struct json, bool exact);
/* What a string says, still as JSON, without its quotes. Of more than so many
 * bytes only a beginning, of whole characters; returns whether it was cut. */
bool put_body(struct put *, struct json string, size_t most);
/* ,"name": and a string with its quotes */
void put_member(struct put *, const char *name, const char *text);

#endif
