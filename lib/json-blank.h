/* json-blank - what may stand between the parts of a JSON text; for lib/json
 * alone */
#ifndef AUDIT_JSON_BLANK_H
#define AUDIT_JSON_BLANK_H

#include <stdbool.h>

static inline bool
json_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static inline const char *
json_skip_blanks(const char *p, const char *end)
{
	while (p < end && json_is_blank(*p))
		p++;
	return p;
}

#endif
