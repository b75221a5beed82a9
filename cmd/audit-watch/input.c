/* input - what a line on standard input is, for a guard */

#include "input.h"

#include <string.h>

#include "moment.h"

/* A seal as audit-seal and audit-seal list print it */
static bool
is_seal(struct json line, int64_t *at)
{
	struct json when = json_member(line, "at");

	return json_member(line, "seal").p != NULL &&
	    json_member(line, "root").p != NULL &&
	    json_member(line, "months").p != NULL && json_kind(when) == '"' &&
	    moment_read(at, when.p + 1, when.len - 2);
}

enum input_kind
input_read(struct facts *facts, struct fact *e, const char *line,
    const char **wrong)
{
	struct json object;
	size_t where;

	*wrong = fact_read(facts, e, line, strlen(line));
	if (*wrong == NULL)
		return event_is_none(&e->event) ? INPUT_OTHER : INPUT_EVENT;
	if (json_parse(&object, line, strlen(line), &where) != NULL ||
	    json_kind(object) != '{' || json_member(object, "op").p != NULL)
		return INPUT_BAD;
	return is_seal(object, &e->at) ? INPUT_SEAL : INPUT_OTHER;
}
