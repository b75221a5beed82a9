/* fact - what an event says, as far as patterns ask for it */

#include "fact.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "config.h"
#include "hex.h"
#include "mark.h"
#include "mem.h"
#include "moment.h"

#define TEXTS 16

struct facts {
	const struct config *config;
	char *texts[TEXTS]; /* of the last line */
	size_t n;
	/* what was found out of some applications' names */
	struct {
		uint64_t mark;
		bool interactive;
	} apps[64];
};

struct facts *
facts_new(const struct config *config)
{
	struct facts *f = xcalloc(1, sizeof(*f));

	f->config = config;
	return f;
}

static void
forget(struct facts *f)
{
	while (f->n > 0)
		free(f->texts[--f->n]);
}

void
facts_free(struct facts *f)
{
	if (f == NULL)
		return;
	forget(f);
	free(f);
}

bool
said_is(struct said s, const char *text)
{
	return s.p != NULL && s.len == strlen(text) &&
	    memcmp(s.p, text, s.len) == 0;
}

/* Most strings have nothing to unescape. */
static struct said
say(struct facts *f, struct json j)
{
	struct said s = { NULL, 0 };

	if (json_kind(j) != '"')
		return s;
	s = (struct said){ j.p + 1, j.len - 2 };
	if (memchr(s.p, '\\', s.len) != NULL && f->n < TEXTS)
		s.p = f->texts[f->n++] = json_text(j, &s.len);
	return s;
}

static const struct op_name {
	const char *name;
	enum op op;
} ops[] = {
	{ "update", OP_UPDATE },
	{ "insert", OP_INSERT },
	{ "read", OP_READ },
	{ "delete", OP_DELETE },
	{ "login", OP_LOGIN },
	{ "logout", OP_LOGOUT },
	{ "login_failed", OP_LOGIN_FAILED },
	{ "truncate", OP_TRUNCATE },
	{ "denied", OP_DENIED },
	{ "gap", OP_GAP },
	{ "ddl", OP_DDL },
	{ "grant", OP_RULES },
	{ "revoke", OP_RULES },
	{ "policy", OP_RULES },
	{ "release", OP_RULES },
	{ "uninstall", OP_RULES },
};

static enum op
op_of(struct said s)
{
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (said_is(s, ops[i].name))
			return ops[i].op;
	return s.len > 5 && memcmp(s.p, "rule_", 5) == 0 ? OP_RULES : OP_OTHER;
}

static bool
is_true(struct json j)
{
	return json_kind(j) == 't';
}

/* A count as a number, or as a string of digits (--exact) */
static uint64_t
count_of(struct json j, uint64_t none)
{
	uint64_t n = 0;
	size_t i = json_kind(j) == '"';

	if (json_kind(j) != '"' && json_kind(j) != '0')
		return none;
	for (; i < j.len && j.p[i] >= '0' && j.p[i] <= '9' && n < 1u << 31; i++)
		n = n * 10 + (uint64_t)(j.p[i] - '0');
	return n;
}

static uint64_t
mark_said(uint64_t kind, struct said s)
{
	return s.p == NULL ? 0 : mark_bytes(kind, s.p, s.len);
}

/* What an application adds of a session to its name is no other name. */
static struct said
stem(struct said app)
{
	size_t i;

	for (i = 1; i < app.len; i++)
		if (strchr("/;,=", app.p[i]) != NULL)
			app.len = i;
	return app;
}

static void
read_trail(struct facts *f, struct fact *e)
{
	e->trail = say(f, e->event.v[E_TRAIL]);
	e->home = mark_said(5, e->trail);
}

uint64_t
fact_here(const struct fact *e, uint64_t mark)
{
	return e->home == 0 ? mark : mark_pair(e->home, mark);
}

/* The details of an event that is no row's */
static void
read_details(struct facts *f, struct fact *e)
{
	struct json j;

	switch (e->op) {
	case OP_READ: e->rows = count_of(json_member(e->new, "rows"), 1); break;
	case OP_LOGIN:
		e->agent = say(f, json_member(e->new, "user_agent"));
		j = json_member(e->new, "new_device");
		e->known = json_kind(j) == 'f' ? 1 : is_true(j) ? -1 : 0;
		/* fall through */
	case OP_LOGIN_FAILED:
		/* the client's, where the application told it */
		j = json_member(e->new, "addr");
		if (json_kind(j) == '"')
			e->addr = say(f, j);
		break;
	default: break;
	}
	e->superuser = is_true(json_member(e->new, "superuser"));
}

static bool
is_interactive(struct facts *f, struct said app)
{
	uint64_t mark = mark_said(4, app);
	size_t i = mark % 64;

	if (mark == 0)
		return false;
	if (f->apps[i].mark != mark) {
		f->apps[i].mark = mark;
		f->apps[i].interactive = config_is_interactive(f->config, app);
	}
	return f->apps[i].interactive;
}

static void
read_who(struct facts *f, struct fact *e)
{
	bool actor = e->actor.p != NULL && e->actor.len > 0;

	e->name = actor ? e->actor : e->role;
	e->who = mark_said(actor ? 1 : fact_here(e, 2), e->name);
	e->account = e->who;
	e->interactive = is_interactive(f, e->app);
	e->person = e->who != 0 && (actor || e->interactive) &&
	    !config_is_service(f->config, e->name);
}

static void
read_texts(struct facts *f, struct fact *e)
{
	const struct json *v = e->event.v;

	e->schema = say(f, v[E_SCHEMA]);
	e->table = say(f, v[E_TABLE]);
	e->actor = say(f, v[E_ACTOR]);
	e->role = say(f, v[E_ROLE]);
	e->as_role = say(f, v[E_AS_ROLE]);
	e->session = say(f, v[E_SESSION]);
	e->app = stem(say(f, v[E_APP]));
	e->addr = say(f, v[E_ADDR]);
	e->old = v[E_OLD];
	e->new = v[E_NEW];
}

const char *
fact_read(struct facts *f, struct fact *e, const char *line, size_t len)
{
	const char *wrong;

	forget(f);
	memset(e, 0, sizeof(*e));
	if ((wrong = event_read(&e->event, line, len)) != NULL)
		return wrong;
	if (event_is_none(&e->event))
		return NULL;
	e->id_text = say(f, e->event.v[E_ID]);
	e->at_text = say(f, e->event.v[E_AT]);
	e->op_text = say(f, e->event.v[E_OP]);
	if (!hex_read_uuid(e->id, e->id_text.p, e->id_text.len))
		return "\"id\" is no id of an event";
	if (!moment_read(&e->at, e->at_text.p, e->at_text.len))
		return "\"at\" is no time of an event";
	read_trail(f, e);
	read_texts(f, e);
	e->op = op_of(e->op_text);
	e->change = e->op >= OP_INSERT && e->op <= OP_TRUNCATE;
	if (e->table.p != NULL) {
		e->namesake = mark_said(mark_said(3, e->schema), e->table);
		e->relation = fact_here(e, e->namesake);
	}
	if (!e->change)
		read_details(f, e);
	read_who(f, e);
	return NULL;
}
