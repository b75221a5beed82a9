/* who - who acts, as the application has said in the log */

#include "who.h"

#include <string.h>

#include "hex.h"
#include "utf8.h"

static const char *const tools[] = {
	"audit-rule",
	"audit-log",
	"audit-diff",
	"audit-history",
	"audit-session",
	"audit-purge",
	"audit-export",
	"audit-seal",
	"audit-ingest",
	"audit-watch",
};

struct text
who_tool(struct text app)
{
	size_t i;

	for (i = 0; i < sizeof(tools) / sizeof(*tools); i++)
		if (text_is(app, tools[i]))
			return app;
	return told_text(NULL);
}

static void
take(struct who *w, struct text key, struct text value, const char *from,
    char *room)
{
	struct buf plain = { NULL, 0, 0 }, clean = { NULL, 0, 0 };
	bool actor = text_is(key, "actor");
	uint8_t c;
	size_t i;

	if ((!actor && !text_is(key, "session")) || value.len == 0)
		return;
	for (i = 0; i < value.len; i++)
		if (value.p[i] == '%' && value.len - i > 2 &&
		    hex_read(&c, 1, value.p + i + 1, 2)) {
			buf_byte(&plain, (char)c);
			i += 2;
		} else if (value.p[i] != '\\')
			buf_byte(&plain, value.p[i]);
	utf8_clean(&clean, plain.p, plain.len, WHO_LONGEST);
	room += actor ? 0 : WHO_LONGEST;
	if (clean.len > 0) {
		memcpy(room, clean.p, clean.len);
		*(actor ? &w->actor : &w->session) =
		    (struct text){ room, clean.len };
		w->attribution = from;
	}
	buf_free(&plain);
	buf_free(&clean);
}

static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* key=value between separators; in a comment the value is in quotes, which a
 * backslash keeps from being its end: what goes on behind them is not one. */
static void
parts(struct who *w, struct text t, const char *separators, const char *from,
    char *room)
{
	const char *p = t.p, *end = p + t.len, *begin;
	struct text key, value;
	bool whole;

	while (p < end) {
		for (; p < end && is_one_of(*p, separators); p++)
			;
		for (begin = p;
		     p < end && *p != '=' && !is_one_of(*p, separators); p++)
			;
		key = (struct text){ begin, (size_t)(p - begin) };
		if (p == end || *p != '=')
			continue;
		whole = true;
		if (++p < end && *p == '\'') {
			for (begin = ++p; p < end && *p != '\''; p++)
				if (*p == '\\' && p + 1 < end)
					p++;
			whole = p < end &&
			    (p + 1 == end || is_one_of(p[1], separators));
		} else
			for (begin = p; p < end && !is_one_of(*p, separators);
			     p++)
				;
		value = (struct text){ begin, (size_t)(p - begin) };
		if (whole)
			take(w, key, value, from, room);
		p += p < end;
	}
}

void
who_said(struct who *w, struct text app, struct text statement,
    char room[static WHO_ROOM])
{
	struct text comment = comment_last(statement);

	*w = (struct who){ .attribution = "role" };
	if (app.p != NULL && memchr(app.p, '=', app.len) != NULL)
		parts(w, app, "/;, ", "application_name", room);
	if (comment.p != NULL)
		parts(w, comment, ", \t\n", "comment", room);
}
