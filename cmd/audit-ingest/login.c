/* login - logins, refused ones and logouts, as the log tells of them */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interp-state.h"
#include "mask.h"
#include "mem.h"

/* Whether the server was still busy with the connection: what a user has the
 * server write is written in other states. */
static bool
is_startup(const struct record *r)
{
	return text_is(r->ps, "authentication") || text_is(r->ps, "startup");
}

static bool
has(struct text t, const char *part)
{
	return t.p != NULL && memmem(t.p, t.len, part, strlen(part)) != NULL;
}

/* Why, by the SQLSTATE and, where one stands for several things, by the words
 * of the message. */
static const struct {
	const char *state, *message, *detail, *reason;
} reasons[] = {
	{ "28P01", "", "Role \"", "unknown_role" },
	{ "28P01", "", "expired password", "authentication_failed" },
	{ "28P01", "", "", "wrong_password" },
	{ "28000", "does not exist", "", "unknown_role" },
	{ "28000", "is not permitted to log in", "", "not_permitted" },
	{ "28000", "no pg_hba.conf entry", "", "no_hba_entry" },
	{ "28000", "pg_hba.conf rejects", "", "rejected" },
	{ "3D000", "", "", "no_such_database" },
	{ "42501", "", "", "not_permitted" },
	{ "55000", "", "", "not_permitted" },
	{ "53300", "", "", "too_many_connections" },
};

static const char *
reason(const struct record *r)
{
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (text_is(r->state, reasons[i].state) &&
		    (*reasons[i].message == '\0' ||
			has(r->message, reasons[i].message)) &&
		    (*reasons[i].detail == '\0' ||
			has(r->detail, reasons[i].detail)))
			return reasons[i].reason;
	return "authentication_failed";
}

/* FATAL is another word where lc_messages is not English; these are not. */
static bool
is_fatal(const struct record *r)
{
	static const char *const less[] = { "LOG", "WARNING", "NOTICE", "INFO",
		"DEBUG", "DEBUG1", "DEBUG2", "DEBUG3", "DEBUG4", "DEBUG5" };
	size_t i;

	if (r->state.p == NULL || text_begins(r->state, "01") ||
	    text_begins(r->state, "02"))
		return false;
	for (i = 0; i < sizeof(less) / sizeof(*less); i++)
		if (text_is(r->severity, less[i]))
			return false;
	return true;
}

static void
tell_failed(struct interp *t, const struct record *r, struct buf *out)
{
	struct told e = { .op = "login_failed", .keyed = true };
	const char *why = reason(r);
	struct text message = r->message;

	if (strcmp(why, "no_such_database") != 0 && !interp_wants(t, r))
		return;
	if (strcmp(why, "authentication_failed") == 0)
		message = mask_value(message, &t->masked);
	buf_reset(&t->details);
	told_member(&t->details, "reason", told_text(why));
	told_member(&t->details, "sqlstate", r->state);
	told_member(&t->details, "message", message);
	interp_put(t, &e, r, out);
}

/* What is behind a prefix, which is there */
static struct text
behind(struct text t, const char *prefix)
{
	size_t n = strlen(prefix);

	return (struct text){ t.p + n, t.len - n };
}

/* What is behind a text; p NULL: it does not begin with it. */
static struct text
after(struct text t, struct text prefix)
{
	if (t.p == NULL || prefix.p == NULL || t.len < prefix.len ||
	    memcmp(t.p, prefix.p, prefix.len) != 0)
		return told_text(NULL);
	return (struct text){ t.p + prefix.len, t.len - prefix.len };
}

/* connection authenticated: identity="alice" method=scram-sha-256 (file:8);
 * from 16 on, where nobody asked who it is: user="alice" method=trust (...).
 * What is in the quotes may hold any text. */
static void
authenticated(struct session *s, struct text t)
{
	static const char method[] = "\" method=";
	const char *begin, *end, *at, *last = NULL;

	if ((begin = memchr(t.p, '"', t.len)) == NULL)
		return;
	begin++;
	end = t.p + t.len;
	for (at = begin; (at = memmem(at, (size_t)(end - at), method,
			      sizeof(method) - 1)) != NULL;
	     at++)
		last = at;
	if (last == NULL)
		return;
	free(s->identity);
	free(s->method);
	s->identity = text_begins(t, "identity=")
	    ? xstrndup(begin, (size_t)(last - begin))
	    : NULL;
	begin = last + sizeof(method) - 1;
	for (at = begin; at < end && *at != ' '; at++)
		;
	s->method = xstrndup(begin, (size_t)(at - begin));
}

/* The application's name in: user=alice database=app application_name=psql SSL
 * enabled (protocol=...). The names before it are the record's, whatever text
 * they hold. */
static struct text
authorized_app(const struct record *r, struct text t, bool *ssl)
{
	static const char tls[] = " SSL enabled (protocol=", gss[] = " GSS (";
	const char *p, *end = NULL;

	t = after(t, told_text("user="));
	t = after(t, r->user);
	if (t.p != NULL && text_begins(t, " database="))
		t = after(behind(t, " database="), r->database);
	*ssl = false;
	if (t.p == NULL)
		return t;
	/* the last one: what is before it may be the application's */
	for (p = t.p; (p = memmem(p, t.len - (size_t)(p - t.p), tls,
			   sizeof(tls) - 1)) != NULL;
	     p++)
		end = p;
	*ssl = end != NULL && t.p[t.len - 1] == ')';
	if (!*ssl)
		end = memmem(t.p, t.len, gss, sizeof(gss) - 1);
	if (end != NULL)
		t.len = (size_t)(end - t.p);
	t = after(t, told_text(" application_name="));
	return t.len > 0 ? t : told_text(NULL);
}

/* It waits until nobody refuses it any more. */
static void
authorized(struct interp *t, const struct record *r, struct session *s,
    struct text rest)
{
	struct told e = { .op = "login", .keyed = true, .n = t->n };
	struct buf line = { NULL, 0, 0 };
	bool ssl;

	e.app = authorized_app(r, rest, &ssl);
	if (!interp_wants(t, r))
		return;
	who_said(&e.who, e.app, told_text(NULL), t->room);
	buf_reset(&t->details);
	told_member(&t->details, "method", told_text(s->method));
	told_member(&t->details, "identity", told_text(s->identity));
	buf_put(&t->details, ",\"ssl\":", 7);
	buf_put(&t->details, ssl ? "true" : "false", ssl ? 4 : 5);
	told_member(&t->details, "attribution", told_text(e.who.attribution));
	e.details = t->details.p;
	e.ndetails = t->details.len;
	told_put(&line, &e, r, t->digest, t->want.system);
	sessions_wait(t->sessions, s, line.p, line.len, r->at);
}

bool
tell_startup(struct interp *t, const struct record *r, struct session *s,
    struct buf *out)
{
	static const char authn[] = "connection authenticated: ",
			  authz[] = "connection authorized: ",
			  copy[] = "replication connection authorized: ";

	if (!is_startup(r))
		return false;
	if (is_fatal(r)) {
		sessions_wait(t->sessions, s, NULL, 0, 0);
		/* the server starts, stops or was told to end it; and who is
		 * no user, as one that tries doors, is refused nothing */
		if (!text_begins(r->state, "57P0") && r->user.p != NULL)
			tell_failed(t, r, out);
		sessions_end(t->sessions, s);
	} else if (text_begins(r->message, authn))
		authenticated(s, behind(r->message, authn));
	else if (text_begins(r->message, authz))
		authorized(t, r, s, behind(r->message, authz));
	else if (text_begins(r->message, copy))
		authorized(t, r, s, behind(r->message, copy));
	return true;
}

/* 1:02:03.456 as seconds: 3723.456 */
static bool
seconds(struct text t, char text[static 32])
{
	unsigned int h, m, s, ms;
	char copy[32];
	int n = -1;

	if (t.len >= sizeof(copy))
		return false;
	memcpy(copy, t.p, t.len);
	copy[t.len] = '\0';
	if (sscanf(copy, "%9u:%2u:%2u.%3u%n", &h, &m, &s, &ms, &n) != 4 ||
	    (size_t)n != t.len)
		return false;
	snprintf(text, 32, "%ju.%03u",
	    (uintmax_t)h * 3600 + (uintmax_t)m * 60 + s, ms);
	return true;
}

void
tell_logout(struct interp *t, const struct record *r, struct buf *out)
{
	static const char prefix[] = "disconnection: session time: ";
	struct told e = { .op = "logout", .keyed = true, .app = r->app };
	struct text time = told_text(NULL);
	const char *blank;
	char number[32];

	if (!interp_wants(t, r))
		return;
	if (text_begins(r->message, prefix)) {
		time = behind(r->message, prefix);
		blank = memchr(time.p, ' ', time.len);
		if (blank != NULL)
			time.len = (size_t)(blank - time.p);
	}
	buf_reset(&t->details);
	if (time.p != NULL && seconds(time, number)) {
		buf_put(&t->details, ",\"duration_seconds\":", 20);
		buf_put(&t->details, number, strlen(number));
	}
	interp_put(t, &e, r, out);
}
