/* record-json - the parts of a record of jsonlog */

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "reader-state.h"

/* The names that jsonlog has for them; NULL: nobody asks for it */
static const char *const names[FIELDS] = {
	[F_TIME] = "timestamp",
	[F_USER] = "user",
	[F_DATABASE] = "dbname",
	[F_FROM] = "remote_host",
	[F_SESSION] = "session_id",
	[F_LINE] = "line_num",
	[F_PS] = "ps",
	[F_START] = "session_start",
	[F_SEVERITY] = "error_severity",
	[F_STATE] = "state_code",
	[F_MESSAGE] = "message",
	[F_DETAIL] = "detail",
	[F_CONTEXT] = "context",
	[F_STATEMENT] = "statement",
	[F_APP] = "application_name",
	[F_BACKEND] = "backend_type",
};

static int
field_of(struct json key)
{
	int i;

	for (i = 0; i < FIELDS; i++)
		if (names[i] != NULL && key.p[1] == names[i][0] &&
		    strlen(names[i]) == key.len - 2 &&
		    memcmp(names[i], key.p + 1, key.len - 2) == 0)
			return i;
	return -1;
}

/* A string with escapes, in memory: never longer than it is written, also where
 * a zero byte becomes U+FFFD. */
static struct text
unescape(struct buf *memory, struct json j)
{
	struct text t = { memory->p + memory->len, 0 };
	size_t len, n, at;
	char *s = json_text(j, &len);

	for (at = 0; at < len; at += n) {
		n = strnlen(s + at, len - at);
		buf_put(memory, s + at, n);
		if (at + n < len) {
			buf_put(memory, "\xef\xbf\xbd", 3);
			n++;
		}
	}
	free(s);
	t.len = (size_t)(memory->p + memory->len - t.p);
	return t;
}

const char *
json_fields(struct reader *r, struct text v[static FIELDS], const char *p,
    size_t len)
{
	struct json whole, key, value;
	struct json_iter i;
	size_t where;
	int f;

	if (json_parse(&whole, p, len, &where) != NULL ||
	    json_kind(whole) != '{')
		return "not a record of jsonlog: no object of JSON";
	json_begin(&i, whole);
	while (json_next(&i, &key, &value)) {
		if ((f = field_of(key)) == -1 || json_kind(value) == 'n')
			continue;
		/* twice: room is for one */
		if (v[f].p != NULL)
			return "not a record of jsonlog: a key is there twice";
		if (json_kind(value) != (f == F_LINE ? '0' : '"'))
			return "not a record of jsonlog: a value is of another "
			       "type";
		if (f == F_LINE)
			v[f] = (struct text){ value.p, value.len };
		else if (memchr(value.p, '\\', value.len) == NULL)
			v[f] = (struct text){ value.p + 1, value.len - 2 };
		else
			v[f] = unescape(&r->memory, value);
	}
	return NULL;
}
