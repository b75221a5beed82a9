/* event - one line of the trail: its columns, its JSON line */

#include "event.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "exact.h"
#include "hex.h"
#include "line.h"
#include "moment.h"

/* how a column comes from the server, and how its value goes out */
enum form {
	UUID,	/* 16 bytes: a string */
	TIME,	/* microseconds since 2000-01-01: RFC 3339 */
	NUMBER, /* int8: a string of digits, no parser's double cuts it */
	TEXT,	/* a string */
	NAMES,	/* names joined by commas: an array */
	VALUES, /* jsonb: as it is */
	JSON	/* JSON text: as it is */
};

#define COLUMN(key, form)                              \
	{                                              \
		",\"" key "\":", sizeof(key) + 3, form \
	}

static const struct {
	const char *lead; /* ,"key": */
	size_t len;
	enum form form;
} columns[E_ALL] = {
	COLUMN("id", UUID),
	COLUMN("at", TIME),
	COLUMN("op", TEXT),
	COLUMN("schema", TEXT),
	COLUMN("table", TEXT),
	COLUMN("key", VALUES),
	COLUMN("label", TEXT),
	COLUMN("actor", TEXT),
	COLUMN("role", TEXT),
	COLUMN("as_role", TEXT),
	COLUMN("session", TEXT),
	COLUMN("txid", NUMBER),
	COLUMN("app", TEXT),
	COLUMN("addr", TEXT),
	COLUMN("reason", TEXT),
	COLUMN("rules", NAMES),
	COLUMN("old", VALUES),
	COLUMN("new", VALUES),
	COLUMN("redacted", JSON),
	COLUMN("trail", TEXT),
};

#define JSONB_VERSION 1

/* What a line consists of are pieces too small for stdio to be fast. */
struct out {
	FILE *fp;
	size_t len;
	char text[4096];
};

static void
spill(struct out *o)
{
	fwrite_unlocked(o->text, 1, o->len, o->fp);
	o->len = 0;
}

static void
put(struct out *o, const char *s, size_t len)
{
	if (len > sizeof(o->text) - o->len)
		spill(o);
	if (len > sizeof(o->text))
		fwrite_unlocked(s, 1, len, o->fp);
	else {
		memcpy(o->text + o->len, s, len);
		o->len += len;
	}
}

static void
put_quoted(struct out *o, const char *s, size_t len)
{
	put(o, "\"", 1);
	put(o, s, len);
	put(o, "\"", 1);
}

/* A string as JSON: most have nothing to escape. */
static void
put_text(struct out *o, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)s[i] < 0x20 || s[i] == '"' || s[i] == '\\')
			break;
	if (i == len) {
		put_quoted(o, s, len);
		return;
	}
	spill(o);
	line_put_string(o->fp, s, len);
}

void
event_id(const struct db_field *col, char text[static EVENT_ID])
{
	hex_write_uuid(text, (const uint8_t *)col->data);
}

static void
put_uuid(struct out *o, const struct db_field *col)
{
	char text[EVENT_ID];

	event_id(col, text);
	put_quoted(o, text, EVENT_ID - 1);
}

/* Write n in so many digits at least, before end. Returns where it begins. */
static char *
digits(char *end, uint64_t n, int least)
{
	for (; n > 0 || least > 0; least--, n /= 10)
		*--end = (char)('0' + n % 10);
	return end;
}

static void
put_number(struct out *o, uint64_t n)
{
	char text[20], *end = text + sizeof(text);
	char *p = digits(end, n, 1);

	put_quoted(o, p, (size_t)(end - p));
}

static void
put_time(struct out *o, int64_t us)
{
	char text[MOMENT_LEN];
	size_t len = moment_write(text, us);

	put_quoted(o, text, len);
}

static void
put_names(struct out *o, const char *data, size_t len)
{
	const char *comma;
	size_t n;

	put(o, "[", 1);
	while ((comma = memchr(data, ',', len)) != NULL) {
		n = (size_t)(comma - data);
		put_text(o, data, n);
		put(o, ",", 1);
		data += n + 1;
		len -= n + 1;
	}
	put_text(o, data, len);
	put(o, "]", 1);
}

static void
put_values(struct out *o, const char *json, size_t len, bool exact)
{
	if (!exact) {
		put(o, json, len);
		return;
	}
	spill(o);
	exact_write(o->fp, json, len);
}

static void
put_value(struct out *o, enum form form, const struct db_field *col, bool exact)
{
	size_t len = (size_t)col->len;

	switch (form) {
	case UUID: put_uuid(o, col); break;
	case TIME: put_time(o, db_int8(col->data)); break;
	case NUMBER: put_number(o, (uint64_t)db_int8(col->data)); break;
	case TEXT: put_text(o, col->data, len); break;
	case NAMES: put_names(o, col->data, len); break;
	case VALUES: put_values(o, col->data + 1, len - 1, exact); break;
	case JSON: put(o, col->data, len); break;
	}
}

/* Whether the column has its binary form, as far as that can be seen */
static bool
is_form(enum form form, const struct db_field *col)
{
	if (col->data == NULL)
		return true;
	switch (form) {
	case UUID: return col->len == 16;
	case TIME:
	case NUMBER: return col->len == 8;
	case VALUES: return col->len > 1 && col->data[0] == JSONB_VERSION;
	default: return true;
	}
}

int
event_trail(const struct db_field *col)
{
	if (col->data == NULL || col->len != sizeof(int32_t))
		return -1;
	return db_int4(col->data);
}

int
event_write(FILE *fp, int ncols, const struct db_field cols[],
    const char *trail, bool exact)
{
	struct out o;
	int i;

	if (ncols != E_KEYS)
		return -1;
	for (i = 0; i < E_KEYS; i++)
		if (!is_form(columns[i].form, &cols[i]))
			return -1;
	o.fp = fp;
	o.len = 0;
	put(&o, "{", 1);
	for (i = 0; i < E_KEYS; i++) {
		/* no comma before the first */
		put(&o, columns[i].lead + (i == 0), columns[i].len - (i == 0));
		if (cols[i].data == NULL)
			put(&o, "null", 4);
		else
			put_value(&o, columns[i].form, &cols[i], exact);
	}
	if (trail != NULL) {
		put(&o, ",\"trail\":", 9);
		put_text(&o, trail, strlen(trail));
	}
	put(&o, "}\n", 2);
	spill(&o);
	return 0;
}

const char *
event_key(enum event_key k, size_t *len)
{
	*len = columns[k].len - 4; /* without ,"": */
	return columns[k].lead + 2;
}

static bool
is_key(struct json key, int k)
{
	size_t len = columns[k].len - 2; /* without , and : */

	return key.len == len && memcmp(key.p, columns[k].lead + 1, len) == 0;
}

/* What a value has to be, if it is there and not null */
static char
kind_of(enum event_key k)
{
	switch (k) {
	case E_KEY:
	case E_OLD:
	case E_NEW: return '{';
	case E_RULES:
	case E_REDACTED: return '[';
	default: return '"';
	}
}

bool
event_is_none(const struct event *e)
{
	return json_kind(e->v[E_OP]) == 'n';
}

/* first: it is a revision 0, which may be no event */
static const char *
check(const struct event *e, bool first)
{
	static char wrong[64];
	const char *name;
	size_t len;
	int k;
	char kind;

	for (k = 0; k < E_ALL; k++) {
		name = event_key(k, &len);
		kind = json_kind(e->v[k]);
		if (kind == 'n' && (k == E_ID || k == E_AT || k == E_OP) &&
		    !(first && event_is_none(e)))
			snprintf(wrong, sizeof(wrong), "no \"%.*s\" field",
			    (int)len, name);
		else if (kind != 'n' && kind != kind_of(k))
			snprintf(wrong, sizeof(wrong), "bad \"%.*s\" field",
			    (int)len, name);
		else
			continue;
		return wrong;
	}
	return NULL;
}

const char *
event_read(struct event *e, const char *line, size_t len)
{
	static char wrong[128];
	struct json whole, key, value;
	struct json_iter i;
	const char *why;
	size_t where;
	int k, next = 0;
	bool first = false;

	memset(e, 0, sizeof(*e));
	if ((why = json_parse(&whole, line, len, &where)) != NULL) {
		snprintf(wrong, sizeof(wrong), "%s at character %zu", why,
		    where + 1);
		return wrong;
	}
	if (json_kind(whole) != '{')
		return "not an object";
	json_begin(&i, whole);
	while (json_next(&i, &key, &value)) {
		/* they come in order, as a rule */
		for (k = 0; k < E_ALL; k++)
			if (is_key(key, (next + k) % E_ALL)) {
				next = (next + k) % E_ALL;
				e->v[next++] = value;
				break;
			}
		if (k == E_ALL && json_says(key, "rev"))
			first = value.len == 1 && *value.p == '0';
	}
	return check(e, first);
}
