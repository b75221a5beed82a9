/* exact - JSON for parsers that keep every number as a double */
#ifndef AUDIT_EXACT_H
#define AUDIT_EXACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Whether a double gives this JSON number back as it is written, when it is
 * printed by the fewest digits that tell it from its neighbours: 12.3 and 1e21
 * written out are held, 12.30 and 9007199254740993 are not. */
bool exact_holds(const char *number, size_t len);

/* Write JSON text with each number that a double does not hold as a string. */
void exact_write(FILE *, const char *json, size_t len);

#endif
