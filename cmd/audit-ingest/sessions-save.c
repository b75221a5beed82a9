/* sessions-save - what is known of sessions, as JSON, and read again */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event.h"
#include "hex.h"
#include "json.h"
#include "log-time.h"
#include "mem.h"
#include "moment.h"
#include "sessions-state.h"
#include "told.h"

static void
put(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

static void
save(const struct session *s, struct buf *b)
{
	char hex[24];
	size_t i;

	put(b, "{\"session\":");
	told_string(b, told_text(s->id));
	told_number(b, "line", s->line);
	put(b, s->ended ? ",\"ended\":true" : ",\"ended\":false");
	told_member(b, "method", told_text(s->method));
	told_member(b, "identity", told_text(s->identity));
	if (s->nobjects > 0) {
		told_number(b, "statement", s->statement);
		told_number(b, "part", s->part);
		put(b, ",\"objects\":[");
		for (i = 0; i < s->nobjects; i++) {
			snprintf(hex, sizeof(hex), "%s\"%016" PRIx64 "\"",
			    i > 0 ? "," : "", s->objects[i]);
			put(b, hex);
		}
		buf_byte(b, ']');
	}
	if (s->login != NULL) {
		put(b, ",\"login\":");
		buf_put(b, s->login, s->nlogin - 1); /* without its end */
	}
	buf_byte(b, '}');
}

void
sessions_save(struct sessions *t, struct buf *b)
{
	struct session *s;

	buf_byte(b, '[');
	while ((s = t->dirty.first) != NULL) {
		if (b->p[b->len - 1] != '[')
			buf_byte(b, ',');
		save(s, b);
		sessions_clean(s);
	}
	buf_byte(b, ']');
}

/* A whole number, 0 for what is none */
static uint64_t
number(struct json state, const char *name)
{
	struct json j = json_member(state, name);
	char digits[24];

	if (json_kind(j) != '0' || j.len >= sizeof(digits))
		return 0;
	memcpy(digits, j.p, j.len);
	digits[j.len] = '\0';
	return strspn(digits, "0123456789") == j.len
	    ? strtoull(digits, NULL, 10)
	    : 0;
}

static char *
string(struct json state, const char *name)
{
	struct json j = json_member(state, name);
	size_t len;

	return json_kind(j) == '"' ? json_text(j, &len) : NULL;
}

static void
load_objects(struct session *s, struct json state)
{
	struct json key, v;
	struct json_iter i;
	uint8_t bytes[8];
	uint64_t n;
	int k;

	json_begin(&i, json_member(state, "objects"));
	while (json_next(&i, &key, &v)) {
		if (json_kind(v) != '"' ||
		    !hex_read(bytes, 8, v.p + 1, v.len - 2))
			continue;
		for (n = 0, k = 0; k < 8; k++)
			n = n << 8 | bytes[k];
		session_reads(s, number(state, "statement"),
		    number(state, "part"), n);
	}
}

static void
load_login(struct sessions *t, struct session *s, struct json state)
{
	struct json login = json_member(state, "login");
	struct event e;
	int64_t at;
	char *line;

	if (json_kind(login) != '{' ||
	    event_read(&e, login.p, login.len) != NULL ||
	    json_kind(e.v[E_AT]) != '"' ||
	    !moment_read(&at, e.v[E_AT].p + 1, e.v[E_AT].len - 2))
		return;
	line = xmalloc(login.len + 1);
	memcpy(line, login.p, login.len);
	line[login.len] = '\n';
	sessions_wait(t, s, line, login.len + 1, at);
}

void
sessions_load(struct sessions *t, const char *p, size_t len, int64_t *forgotten)
{
	struct json state, id;
	struct session *s;
	struct text name;
	size_t where;
	int64_t started;

	if (json_parse(&state, p, len, &where) != NULL)
		return;
	id = json_member(state, "session");
	if (json_kind(id) != '"')
		return;
	name = (struct text){ id.p + 1, id.len - 2 };
	if (!log_session_start(&started, name))
		return;
	s = sessions_get(t, name, started, forgotten);
	if (number(state, "line") < s->line)
		return;
	s->line = number(state, "line");
	free(s->method);
	free(s->identity);
	s->method = string(state, "method");
	s->identity = string(state, "identity");
	load_objects(s, state);
	load_login(t, s, state);
	if (json_kind(json_member(state, "ended")) == 't')
		sessions_end(t, s);
	sessions_clean(s);
}
