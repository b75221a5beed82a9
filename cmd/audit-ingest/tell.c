/* tell - reads and refused statements, as the log tells of them */

#include <string.h>

#include "interp-state.h"
#include "mask.h"
#include "pgaudit.h"

/* In lower case, as in "table". */
static void
put_kind(struct buf *b, struct text kind)
{
	char text[64];
	size_t i;

	if (kind.p == NULL || kind.len > sizeof(text))
		return;
	for (i = 0; i < kind.len; i++)
		text[i] = kind.p[i] >= 'A' && kind.p[i] <= 'Z'
		    ? (char)(kind.p[i] - 'A' + 'a')
		    : kind.p[i];
	told_member(b, "object", (struct text){ text, kind.len });
}

/* A number for an object, the same in each run */
static uint64_t
object_number(struct interp *t, struct text object)
{
	uint8_t hash[DIGEST_LEN];
	uint64_t n;

	digest_of(t->digest, object.p, object.len, hash);
	memcpy(&n, hash, sizeof(n));
	return n;
}

void
tell_read(struct interp *t, const struct record *r, struct session *s,
    struct buf *out)
{
	struct told e = { .op = "read", .app = r->app };
	struct buf *d = &t->details;
	struct pgaudit a;

	/* pgaudit has neither written; RAISE LOG has both written. */
	if (r->context.p != NULL || r->statement.p != NULL) {
		t->forged++;
		return;
	}
	if (!interp_wants(t, r) || !pgaudit_parse(&a, r->message, &t->memory) ||
	    !pgaudit_reads(&a) ||
	    !session_reads(s, a.id, a.part, object_number(t, a.object)))
		return;
	pgaudit_name(a.object, &e.schema, &e.table, &t->memory);
	who_said(&e.who, r->app, a.statement, t->room);
	buf_reset(d);
	told_member(d, "command", a.command);
	put_kind(d, a.kind);
	if (a.rows.p != NULL) {
		buf_put(d, ",\"rows\":", 8);
		buf_put(d, a.rows.p, a.rows.len);
	}
	told_member(d, "attribution", told_text(e.who.attribution));
	told_member(d, "tool", who_tool(r->app));
	if (t->want.statement) {
		told_member(d, "statement",
		    mask_password(a.statement, &t->masked));
		told_member(d, "parameters", a.parameters);
	}
	interp_put(t, &e, r, out);
}

/* The table that a refusal names, as it is; its schema is not told. */
static struct text
refused_table(struct text t)
{
	static const char *const acts[] = { "permission denied for ",
		"must be owner of " };
	static const char *const kinds[] = { "table ", "view ",
		"materialized view ", "foreign table ", "sequence ",
		"relation " };
	static const char policy[] = "row-level security policy",
			  table[] = " for table \"";
	const char *p, *last = NULL;
	size_t i, k, n;

	for (i = 0; i < 2; i++)
		for (k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
			n = strlen(acts[i]);
			if (!text_begins(t, acts[i]) ||
			    !text_begins((struct text){ t.p + n, t.len - n },
				kinds[k]))
				continue;
			n += strlen(kinds[k]);
			return (struct text){ t.p + n, t.len - n };
		}
	if (t.p == NULL ||
	    memmem(t.p, t.len, policy, sizeof(policy) - 1) == NULL)
		return told_text(NULL);
	for (p = t.p; (p = memmem(p, t.len - (size_t)(p - t.p), table,
			   sizeof(table) - 1)) != NULL;
	     p++)
		last = p + sizeof(table) - 1;
	if (last == NULL || t.p[t.len - 1] != '"')
		return told_text(NULL);
	return (struct text){ last, (size_t)(t.p + t.len - last) - 1 };
}

/* Whether a user's own code refused: it may name any table. */
static bool
is_raised(struct text context)
{
	static const char at[] = " at RAISE";
	struct text line = context;
	const char *end;

	if (context.p == NULL)
		return false;
	if ((end = memchr(context.p, '\n', context.len)) != NULL)
		line.len = (size_t)(end - context.p);
	if (text_begins(line, "PL/") && !text_begins(line, "PL/pgSQL"))
		return true;
	return line.len >= sizeof(at) - 1 &&
	    memcmp(line.p + line.len - sizeof(at) + 1, at, sizeof(at) - 1) == 0;
}

void
tell_denied(struct interp *t, const struct record *r, struct buf *out)
{
	struct told e = { .op = "denied", .app = r->app };
	struct buf *d = &t->details;

	if (!interp_wants(t, r))
		return;
	if (!is_raised(r->context))
		e.table = refused_table(r->message);
	who_said(&e.who, r->app, r->statement, t->room);
	buf_reset(d);
	told_member(d, "sqlstate", r->state);
	told_member(d, "message", r->message);
	told_member(d, "command", r->ps);
	told_member(d, "attribution", told_text(e.who.attribution));
	told_member(d, "tool", who_tool(r->app));
	if (t->want.statement)
		told_member(d, "statement",
		    mask_password(r->statement, &t->masked));
	interp_put(t, &e, r, out);
}
