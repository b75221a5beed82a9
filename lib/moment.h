/* moment - a time as PostgreSQL keeps it and as an event shows it */
#ifndef AUDIT_MOMENT_H
#define AUDIT_MOMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The time that is so many microseconds after 2000-01-01 UTC, in RFC 3339:
 * 2026-11-22T05:15:31.000000Z. Returns the length. Before the year 0 there is
 * the year 0. */
#define MOMENT_EPOCH                                            \
	INT64_C(946684800) /* 2000-01-01, in seconds since 1970 \
			    */
#define MOMENT_LEN 40	   /* bytes, with its end */
size_t moment_write(char text[static MOMENT_LEN], int64_t us);
/* Whether the text is such a time, as it is written above. */
bool moment_read(int64_t *us, const char *text, size_t len);

#endif
