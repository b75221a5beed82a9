/* sessions - which sessions the user means, on standard input */

#include "sessions.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "line.h"
#include "mem.h"
#include "tool.h"

/* The session of an object, NULL if it has none; free() it. */
static char *
session_of(const char *line)
{
	static const struct json key = { "\"session\"", 9 };
	struct json object, value;
	size_t where, len;

	if (json_parse(&object, line, strlen(line), &where) != NULL ||
	    json_kind(object) != '{' || !json_get(object, key, &value) ||
	    json_kind(value) != '"')
		return NULL;
	return json_text(value, &len);
}

/* An id has no space in it. */
static char *
take(const char *line)
{
	if (*line == '{')
		return session_of(line);
	return line[strcspn(line, " \t\"")] == '\0' ? xstrdup(line) : NULL;
}

bool
sessions_read(struct words *ids)
{
	struct line *in = line_new(stdin);
	bool good = true;
	char *id;
	int got;

	while ((got = line_next(in)) != 0) {
		id = got == 1 ? take(line_text(in)) : NULL;
		if (id != NULL)
			words_add(ids, id);
		else {
			if (got == 1)
				warnx("line %zu: no session", line_number(in));
			else
				warnx("%s", line_error(in));
			good = false;
		}
		free(id);
	}
	if (ferror(stdin))
		err(TOOL_FAILED, "standard input");
	line_free(in);
	return good;
}
