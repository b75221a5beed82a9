/* sessions - the report that is about sessions, if there are any */

#include "sessions.h"

#include <stdlib.h>
#include <string.h>

#include "deed.h"
#include "mem.h"
#include "plain.h"
#include "report.h"
#include "siem-op.h"
#include "tally.h"

#define MB ((size_t)1024 * 1024)
#define WAYS 16

/* What comes later in the order of keys counts: what events of the session
 * say by the way, then logins and logouts, then the lines of audit-session. */
enum rank { RANK_EVENT = 1, RANK_LOGIN, RANK_LINE };

struct report {
	struct session_sums sums;
	struct tally *events; /* by the session, \0 and the table */
	struct sort *facts;   /* by the session, \0, the rank and the time */
	struct buf key, data;
	const char *error;
};

static struct report *new (const struct job *job)
{
	struct report *r = xcalloc(1, sizeof(*r));

	(void)job;
	r->events = tally_new(sizeof(struct session_events), session_events_add,
	    2 * MB);
	r->facts = sort_new(MB, WAYS);
	r->sums.sessions.sort = sort_new(MB, WAYS);
	r->sums.refused.sort = sort_new(MB / 2, WAYS);
	r->sums.blocks.sort = sort_new(MB / 4, WAYS);
	return r;
}

/* The part is made at the end: only then it is known whether there is one. */
static int
fail(struct report *r, const char *error)
{
	if (r->error == NULL)
		r->error = error;
	return -1;
}

static int
put_row(struct report *r, struct session_rows *rows, const struct facts *f)
{
	if (session_rows_add(rows, f) == -1)
		return fail(r, sort_error(rows->sort));
	return 0;
}

/* Add what is known of a session. */
static int
put_session(struct report *r, struct json trail, struct json session,
    enum rank rank, int64_t at, const struct facts *f)
{
	struct sort_record record;

	buf_reset(&r->key);
	plain_trail(&r->key, trail);
	plain_put(&r->key, session);
	buf_byte(&r->key, '\0');
	buf_byte(&r->key, (char)rank);
	facts_put_time(&r->key, at);
	buf_reset(&r->data);
	facts_write(&r->data, f);
	record = (struct sort_record){ r->key.p, r->data.p, r->key.len,
		r->data.len };
	if (sort_add(r->facts, &record) == -1)
		return fail(r, sort_error(r->facts));
	return 0;
}

/* The session that an event belongs to; none: p is NULL, or it is null. A
 * connection to the database, as its log has it, is one of its own, whatever
 * session the application says that it is for; one that was refused is none. */
static struct json
session_of(const struct event *e)
{
	bool act =
	    json_says(e->v[E_OP], "login") || json_says(e->v[E_OP], "logout");
	bool refused = json_says(e->v[E_OP], "login_failed");

	if ((!act && !refused) || !siem_is_logged(e))
		return e->v[E_SESSION];
	return refused ? (struct json){ NULL, 0 }
		       : json_member(e->v[E_NEW], "backend");
}

static void
take_who(struct facts *f, const struct event *e)
{
	facts_text(f, FACT_ACTOR, e->v[E_ACTOR]);
	facts_text(f, FACT_ROLE, e->v[E_ROLE]);
	if (change_erased(e, E_ACTOR))
		f->n[FACT_ERASED] = 1;
}

/* What logins, refused ones as well, say of who comes */
static void
take_client(struct facts *f, const struct event *e)
{
	struct json new = e->v[E_NEW];

	take_who(f, e);
	if (siem_is_logged(e)) {
		f->n[FACT_BACKEND] = 1;
		facts_text(f, FACT_AGENT, e->v[E_APP]);
	}
	facts_text(f, FACT_ADDR, e->v[E_ADDR]);
	facts_text(f, FACT_ADDR, json_member(new, "addr"));
	facts_text(f, FACT_AGENT, json_member(new, "user_agent"));
	facts_flag(f, FACT_NEW, json_member(new, "new_device"));
}

static int
take_login(struct report *r, const struct input *in, struct facts *f)
{
	take_client(f, in->event);
	f->n[FACT_OPENED] = in->at;
	return put_session(r, in->event->v[E_TRAIL], session_of(in->event),
	    RANK_LOGIN, in->at, f);
}

static int
take_logout(struct report *r, const struct input *in, struct facts *f)
{
	struct json new = in->event->v[E_NEW];

	f->n[FACT_CLOSED] = in->at;
	facts_time(f, FACT_CLOSED, json_member(new, "closed"));
	facts_text(f, FACT_REASON, json_member(new, "reason"));
	facts_seconds(f, FACT_SPAN, json_member(new, "duration_seconds"));
	return put_session(r, in->event->v[E_TRAIL], session_of(in->event),
	    RANK_LOGIN, in->at, f);
}

static int
take_refused(struct report *r, const struct input *in, struct facts *f)
{
	take_client(f, in->event);
	facts_text(f, FACT_REASON, json_member(in->event->v[E_NEW], "reason"));
	return put_row(r, &r->sums.refused, f);
}

static void
take_session(struct facts *f, struct json trail, struct json session)
{
	struct buf b = { NULL, 0, 0 };

	if (json_kind(session) != '"')
		return;
	plain_trail(&b, trail);
	plain_put(&b, session);
	facts_take(f, FACT_SESSION, xstrndup(b.len == 0 ? "" : b.p, b.len));
	buf_free(&b);
}

/* Of a block, FACT_AGENT is whom it hits and FACT_DEVICE what was done. */
static int
take_block(struct report *r, const struct input *in, struct facts *f)
{
	const struct event *e = in->event;
	struct json session = json_member(e->v[E_KEY], "session");
	bool block = json_says(e->v[E_OP], "session_block");
	struct facts alive;
	int status = 0;

	take_who(f, e);
	facts_text(f, FACT_REASON, json_member(e->v[E_NEW], "why"));
	facts_text(f, FACT_AGENT, json_member(e->v[E_KEY], "actor"));
	take_session(f, e->v[E_TRAIL], session);
	facts_take(f, FACT_DEVICE, xstrdup(block ? "blocked" : "unblocked"));
	if (!block && json_kind(session) == '"') {
		facts_init(&alive);
		alive.n[FACT_CLOSED] = FACT_NOT_CLOSED;
		status = put_session(r, e->v[E_TRAIL], session, RANK_LOGIN,
		    in->at, &alive);
		facts_free(&alive);
	}
	return status == -1 ? -1 : put_row(r, &r->sums.blocks, f);
}

static const struct {
	const char *op;
	int (*take)(struct report *, const struct input *, struct facts *);
	bool session; /* it is of one, or it says nothing */
} acts[] = {
	{ "login", take_login, true },
	{ "logout", take_logout, true },
	{ "login_failed", take_refused, false },
	{ "session_block", take_block, false },
	{ "session_unblock", take_block, false },
};

static int
take_act(struct report *r, const struct input *in)
{
	const struct event *e = in->event;
	struct facts f;
	size_t i;
	int status;

	if (deed_of(e->v[E_OP]) != DEED_OTHER)
		return 0;
	for (i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (json_says(e->v[E_OP], acts[i].op))
			break;
	if (i == sizeof(acts) / sizeof(acts[0]) ||
	    (acts[i].session && json_kind(session_of(e)) != '"'))
		return 0;
	facts_init(&f);
	f.n[FACT_AT] = in->at;
	status = acts[i].take(r, in, &f);
	facts_free(&f);
	return status;
}

/* Count it; the first one of a table may be the only one that says who. */
static int
take_event(struct report *r, const struct input *in)
{
	const struct event *e = in->event;
	const struct session_events one = { 1, in->at, in->at };
	const struct json session = session_of(e);
	struct session_events *events;
	struct facts f;
	int status;

	if (json_kind(session) != '"')
		return 0;
	buf_reset(&r->key);
	plain_trail(&r->key, e->v[E_TRAIL]);
	plain_put(&r->key, session);
	buf_byte(&r->key, '\0');
	plain_table(&r->key, e);
	events = tally_at(r->events, r->key.p, r->key.len);
	if (events == NULL)
		return fail(r, tally_error(r->events));
	session_events_add(events, &one);
	if (events->n > 1)
		return 0;
	facts_init(&f);
	take_who(&f, e);
	if (siem_is_logged(e) &&
	    json_same(session, json_member(e->v[E_NEW], "backend")))
		f.n[FACT_BACKEND] = 1;
	facts_text(&f, FACT_ADDR, e->v[E_ADDR]);
	status = put_session(r, e->v[E_TRAIL], session, RANK_EVENT, in->at, &f);
	facts_free(&f);
	return status;
}

/* "Firefox 115.0", "iPhone (mobile)"; NULL: nothing is known. free() it. */
static char *
joined(struct json first, const char *between, struct json second,
    const char *after)
{
	struct facts f; /* of which only the texts matter */
	char *text = NULL, *a, *b;

	facts_init(&f);
	facts_text(&f, FACT_BROWSER, first);
	facts_text(&f, FACT_SYSTEM, second);
	a = f.t[FACT_BROWSER];
	b = f.t[FACT_SYSTEM];
	if (a != NULL && b != NULL)
		text = xasprintf("%s%s%s%s", a, between, b, after);
	else if (a != NULL || b != NULL)
		text = xstrdup(a != NULL ? a : b);
	facts_free(&f);
	return text;
}

/* A line of audit-session list */
static int
take_line(struct report *r, struct json line)
{
	struct json session = json_member(line, "session");
	struct facts f;
	int status;

	if (json_kind(session) != '"')
		return 0;
	r->sums.listed = true;
	facts_init(&f);
	f.n[FACT_LISTED] = 1;
	facts_text(&f, FACT_ACTOR, json_member(line, "actor"));
	facts_time(&f, FACT_OPENED, json_member(line, "opened"));
	facts_time(&f, FACT_CLOSED, json_member(line, "closed"));
	facts_text(&f, FACT_REASON, json_member(line, "reason"));
	facts_seconds(&f, FACT_SPAN, json_member(line, "duration_seconds"));
	facts_text(&f, FACT_ADDR, json_member(line, "addr"));
	facts_take(&f, FACT_BROWSER,
	    joined(json_member(line, "browser"), " ",
		json_member(line, "browser_version"), ""));
	facts_take(&f, FACT_SYSTEM,
	    joined(json_member(line, "os"), " ",
		json_member(line, "os_version"), ""));
	facts_take(&f, FACT_DEVICE,
	    joined(json_member(line, "device"), " (",
		json_member(line, "device_type"), ")"));
	facts_flag(&f, FACT_NEW, json_member(line, "new_device"));
	status = put_session(r, json_member(line, "trail"), session, RANK_LINE,
	    0, &f);
	facts_free(&f);
	return status;
}

static int
line(struct report *r, struct view *v, const struct input *in)
{
	(void)v;
	if (in->kind == INPUT_SESSION)
		return take_line(r, in->line);
	if (in->kind != INPUT_EVENT)
		return 0;
	return take_event(r, in) == -1 || take_act(r, in) == -1 ? -1 : 0;
}

static int
end(struct report *r, struct view *v)
{
	if (sessions_join(&r->sums, r->events, r->facts, &r->error) == -1)
		return -1;
	tally_free(r->events);
	sort_free(r->facts);
	r->events = NULL;
	r->facts = NULL;
	return sessions_show(&r->sums, v, &r->error);
}

static const char *
error(const struct report *r)
{
	return r->error;
}

static void
free_report(struct report *r)
{
	if (r == NULL)
		return;
	tally_free(r->events);
	sort_free(r->facts);
	sort_free(r->sums.sessions.sort);
	sort_free(r->sums.refused.sort);
	sort_free(r->sums.blocks.sort);
	buf_free(&r->key);
	buf_free(&r->data);
	free(r);
}

const struct report_ops report_sessions = {
	.name = "sessions",
	.new = new,
	.line = line,
	.end = end,
	.error = error,
	.free = free_report,
};
