/* interp - the events that records of the log tell of */

#include "interp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interp-state.h"
#include "mem.h"

#define LOGIN_WAITS INT64_C(5000000) /* us until nobody refuses it any more */

static const char *const ops[OPS] = { "read", "login", "logout", "login_failed",
	"denied", "gap" };

struct interp *
interp_new(const struct interp_want *want)
{
	struct interp *t = xcalloc(1, sizeof(*t));

	t->want = *want;
	t->forgotten = INT64_MIN;
	t->sessions = sessions_new();
	t->digest = digest_new();
	return t;
}

void
interp_free(struct interp *t)
{
	if (t == NULL)
		return;
	sessions_free(t->sessions);
	digest_free(t->digest);
	buf_free(&t->details);
	buf_free(&t->memory);
	buf_free(&t->masked);
	free(t);
}

void
interp_count(struct interp *t, const char *op)
{
	size_t i;

	for (i = 0; i < OPS; i++)
		if (strcmp(ops[i], op) == 0)
			t->told[i]++;
}

void
interp_put(struct interp *t, struct told *e, const struct record *r,
    struct buf *out)
{
	e->n = t->n++;
	e->details = t->details.p;
	e->ndetails = t->details.len;
	told_put(out, e, r, t->digest, t->want.system);
	interp_count(t, e->op);
}

bool
interp_wants(const struct interp *t, const struct record *r)
{
	int i;

	if (t->want.ndatabases == 0 || r->database.p == NULL)
		return true;
	for (i = 0; i < t->want.ndatabases; i++)
		if (text_is(r->database, t->want.databases[i]))
			return true;
	return false;
}

/* Nobody has refused it: it is one. */
static void
decide(struct interp *t, struct session *s, struct buf *out)
{
	buf_put(out, s->login, s->nlogin);
	interp_count(t, "login");
	sessions_wait(t->sessions, s, NULL, 0, 0);
}

/* Lines of a session are not there: from, to. */
static void
tell_gap(struct interp *t, const struct record *r, uint64_t from, uint64_t to,
    struct buf *out)
{
	struct told e = { .op = "gap", .keyed = true };

	buf_reset(&t->details);
	told_member(&t->details, "reason", told_text("log_hole"));
	told_number(&t->details, "from", from);
	told_number(&t->details, "to", to);
	told_number(&t->details, "count", to - from + 1);
	interp_put(t, &e, r, out);
}

static void
check_hole(struct interp *t, const struct record *r, const struct session *s,
    struct buf *out)
{
	/* of one that is older than the log the first lines are elsewhere */
	if (r->line == s->line + 1 ||
	    (s->line == 0 && r->started <= interp_since_now(t)))
		return;
	tell_gap(t, r, s->line + 1, r->line - 1, out);
}

/* Its session, which has not had this record; else NULL. */
static struct session *
session_of(struct interp *t, const struct record *r, struct buf *out)
{
	struct session *s = sessions_oldest(t->sessions);

	if (s != NULL && s->login != NULL)
		decide(t, s, out); /* before it is forgotten */
	s = sessions_get(t->sessions, r->session, r->started, &t->forgotten);
	return r->line > s->line ? s : NULL;
}

static void
tell(struct interp *t, const struct record *r, struct session *s,
    struct buf *out)
{
	if (text_begins(r->message, "AUDIT: "))
		tell_read(t, r, s, out);
	else if (text_begins(r->message, "disconnection: ") &&
	    r->context.p == NULL && r->statement.p == NULL) {
		tell_logout(t, r, out);
		sessions_end(t->sessions, s);
	} else if (text_is(r->state, "42501"))
		tell_denied(t, r, out);
}

void
interp_record(struct interp *t, const struct record *r, struct buf *out)
{
	struct session *s;

	if (!t->begun)
		interp_since(t, r->at);
	t->records++;
	interp_time(t, r->at, out);
	if ((s = session_of(t, r, out)) == NULL)
		return;
	t->n = 0;
	check_hole(t, r, s, out);
	s->line = r->line;
	if (tell_startup(t, r, s, out))
		return;
	if (s->login != NULL)
		decide(t, s, out);
	tell(t, r, s, out);
}

void
interp_time(struct interp *t, int64_t now, struct buf *out)
{
	struct session *s;

	while ((s = sessions_waiting(t->sessions)) != NULL &&
	    s->login_at < now - LOGIN_WAITS)
		decide(t, s, out);
}

void
interp_end(struct interp *t, struct buf *out)
{
	interp_time(t, INT64_MAX, out);
}

void
interp_load(struct interp *t, const char *state, size_t len)
{
	sessions_load(t->sessions, state, len, &t->forgotten);
}

void
interp_save(struct interp *t, struct buf *out)
{
	sessions_save(t->sessions, out);
}

void
interp_since(struct interp *t, int64_t since)
{
	t->begun = true;
	t->since = since;
}

int64_t
interp_since_now(const struct interp *t)
{
	return t->forgotten > t->since ? t->forgotten : t->since;
}

char *
interp_summary(const struct interp *t)
{
	size_t len, i;
	char *text;
	FILE *fp = xmemstream(&text, &len);

	fprintf(fp, "%ju records", t->records);
	for (i = 0; i < OPS; i++)
		if (t->told[i] > 0)
			fprintf(fp, ", %ju %s", t->told[i], ops[i]);
	if (t->forged > 0)
		fprintf(fp, ", %ju forged", t->forged);
	xclose(fp);
	return text;
}
