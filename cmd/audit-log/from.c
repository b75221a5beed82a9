/* from - events of files instead of the trail's
 *
 * What the words of a filter mean, and which values match, is the server's to
 * say, as it is of the events that it has: these are sent to it, some at a
 * time, and the lines that it names are printed as they are. */

#include "from.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "from-state.h"
#include "hex.h"
#include "mem.h"
#include "spool.h"
#include "sql.h"
#include "typed.h"

#define MOST_GROUPS                                              \
	((size_t)8 * 1024 * 1024) /* bytes, before a sum is made \
				   */

bool
from_asks(const struct filter *f, const struct output *o, const struct count *c)
{
	return f->tables.n > 0 || f->actors.n > 0 || f->ops.n > 0 ||
	    f->by_session || f->since != NULL || f->until != NULL ||
	    filter_asks(f) || o->rows != NULL || c->by.n > 0;
}

/* An event that matches */
static void
keep(struct from *x, const struct source_event *s)
{
	x->matched++;
	if (!x->held)
		from_show(x, s);
	else if (spool_add(x->spool, s->text, s->len) == -1) {
		warn("a temporary file");
		x->status = TOOL_FAILED;
	}
}

/* Which match */

struct picking {
	struct chunk *chunk;
	size_t i, end;
};

static int
pick(int ncols, const struct db_field cols[], void *arg)
{
	struct picking *p = arg;

	(void)ncols;
	while (p->i < p->end &&
	    memcmp(p->chunk->v[p->i].id, cols[0].data, 16) != 0)
		p->i++;
	if (p->i < p->end)
		p->chunk->v[p->i].matches = true;
	return 0;
}

/* A value that the trail cannot hold, also one that is too large */
static bool
is_bad_value(const struct db *db)
{
	const char *state = db_sqlstate(db);

	return strncmp(state, "22", 2) == 0 || strncmp(state, "54", 2) == 0;
}

/* Those from i to before end. What the server cannot take is a bad line: it is
 * looked for by halves. */
static void
pick_from(struct from *x, size_t i, size_t end)
{
	struct chunk *c = &x->chunk;
	struct picking p = { c, i, end };
	char *json, *params[F_REVERSE + 1] = { NULL };
	size_t k;
	int rc;

	memcpy(params, x->filter->params, F_REVERSE * sizeof(*params));
	params[F_LIMIT] = NULL;
	params[F_NEWEST] = NULL;
	x->filter->given = json = chunk_json(c, i, end);
	rc = filter_query(x->filter, x->db, sql_given, F_REVERSE, params, NULL,
	    pick, &p);
	x->filter->given = NULL;
	free(json);
	if (rc == 0)
		return;
	if (!is_bad_value(x->db)) {
		from_fail_db(x);
		return;
	}
	if (end - i == 1) {
		warnx("%s: line %zu: %s", c->v[i].path, c->v[i].number,
		    db_error(x->db));
		x->bad = true;
	}
	if (typed_forget(x->db) == -1)
		from_fail_db(x);
	for (k = i; k < end; k++)
		c->v[k].matches = false;
	if (end - i > 1 && x->status != TOOL_FAILED) {
		pick_from(x, i, i + (end - i) / 2);
		pick_from(x, i + (end - i) / 2, end);
	}
}

static void
pick_chunk(struct from *x)
{
	struct chunk *c = &x->chunk;
	struct source_event s;
	const char *line;
	size_t i, len;

	if (c->n > 0 && x->status != TOOL_FAILED)
		pick_from(x, 0, c->n);
	for (i = 0; i < c->n && x->status != TOOL_FAILED; i++) {
		if (!c->v[i].matches)
			continue;
		line = chunk_line(c, i, &len);
		source_read(&s, line, len);
		s.path = c->v[i].path;
		s.number = c->v[i].number;
		keep(x, &s);
	}
	chunk_reset(c);
}

static bool
is_one_of(const struct words *w, struct json value)
{
	int i;

	for (i = 0; i < w->n; i++)
		if (json_says(value, w->v[i]))
			return true;
	return w->n == 0;
}

/* What can be told without the server, which takes longer */
static bool
is_out(struct from *x, const struct source_event *s)
{
	if ((x->ranged[0] && memcmp(s->id, x->range[0], 16) < 0) ||
	    (x->ranged[1] && memcmp(s->id, x->range[1], 16) >= 0))
		return true;
	if (x->filter->id != NULL) {
		if (memcmp(s->id, x->id[0], 16) < 0 ||
		    memcmp(s->id, x->id[1], 16) > 0)
			return true;
		x->ids++;
	}
	return !is_one_of(&x->filter->ops, s->event.v[E_OP]) ||
	    !is_one_of(&x->filter->actors, s->event.v[E_ACTOR]) ||
	    !is_one_of(&x->filter->sessions, s->event.v[E_SESSION]);
}

/* Which record an event is of only evidence says. */
static void
note_loose(struct from *x, const struct source_event *s)
{
	if (s->record.p != NULL || json_kind(s->event.v[E_TABLE]) == 'n' ||
	    s->path == x->loose)
		return;
	x->loose = s->path;
	x->bad = true;
	warnx("%s: line %zu: this is no evidence, which alone says which "
	      "record an event is of: -t finds none here",
	    s->path, s->number);
}

static void
look_at(struct from *x, const struct source_event *s)
{
	if (is_out(x, s))
		return;
	if (x->by_table)
		note_loose(x, s);
	if (!x->picks) {
		keep(x, s);
		return;
	}
	chunk_add(&x->chunk, s, x->values);
	if (chunk_is_full(&x->chunk))
		pick_chunk(x);
}

/* What is wrong with --id, or with a word that nobody knows */
static enum tool_status
refuse(const struct from *x)
{
	const struct filter *f = x->filter;

	if (f->id != NULL && x->ids == 0) {
		warnx("--id %s: no such event", f->id);
		return TOOL_NO;
	}
	if (f->id != NULL && x->ids > 1) {
		warnx("--id %s: more than one event begins so", f->id);
		return TOOL_MISUSE;
	}
	if (f->doubts.n > 0 && x->matched == 0) {
		warnx("%s", f->doubts.v[0]);
		return TOOL_MISUSE;
	}
	return TOOL_OK;
}

static void
set_bound(struct from *x, int i, const char *id)
{
	x->ranged[i] = id != NULL && hex_read_uuid(x->range[i], id, strlen(id));
}

static enum tool_status
begin(struct from *x)
{
	struct filter *f = x->filter;
	char first[33], last[33];
	int i;

	set_bound(x, 0, f->params[F_FROM]);
	set_bound(x, 1, f->params[F_BEFORE]);
	if (f->id != NULL &&
	    (typed_id_range(f->id, first, last) == -1 ||
		!hex_read(x->id[0], 16, first, 32) ||
		!hex_read(x->id[1], 16, last, 32))) {
		warnx("--id %s: not the beginning of an id", f->id);
		return TOOL_MISUSE;
	}
	x->counts = x->count->on;
	x->by_table = f->params[F_LOW] != NULL || f->params[F_RECORDS] != NULL;
	/* whoever shows lines has to take them */
	x->picks = filter_asks(f) || from_by_server(x);
	for (i = 0; i < F_NPARAMS; i++)
		x->values = x->values ||
		    (f->params[i] != NULL &&
			(i == F_KEYS || i == F_FIELD || i == F_VALUE ||
			    i == F_GREP));
	x->values = x->values || from_by_server(x);
	x->held = f->params[F_LIMIT] != NULL || f->id != NULL ||
	    strcmp(f->params[F_REVERSE], "true") == 0;
	filter_set(&x->none, F_REVERSE, f->params[F_REVERSE]);
	filter_set(&x->none, F_NEWEST, f->params[F_REVERSE]);
	if (x->held && (x->spool = spool_new()) == NULL) {
		warn("a temporary file");
		return TOOL_FAILED;
	}
	return TOOL_OK;
}

/* A table's number means nothing in another trail. */
static enum tool_status
check_trails(const struct from *x, const struct sources *sources)
{
	const struct words *from = &x->filter->from;
	const char *of;
	char *trail;
	int i;

	if (!x->by_table)
		return TOOL_OK;
	if (db_value(x->db, sql_trail_id, 0, NULL, &trail) == -1)
		return typed_failed(x->db);
	for (i = 0; i < from->n; i++) {
		of = sources_trail(sources, i);
		if (of != NULL && strcmp(of, trail) != 0)
			break;
	}
	free(trail);
	if (i == from->n)
		return TOOL_OK;
	warnx("%s: its events are of another trail, whose tables this "
	      "database does not know: -t",
	    from->v[i]);
	return TOOL_MISUSE;
}

static void
run(struct from *x, struct sources *sources)
{
	struct source_event s;

	output_open(x->output);
	while (x->status == TOOL_OK && sources_next(sources, &s))
		look_at(x, &s);
	pick_chunk(x);
	if (x->status == TOOL_OK)
		x->status = refuse(x);
	if (x->status != TOOL_OK)
		return;
	if (x->held)
		from_show_held(x);
	from_show_chunk(x);
	if (x->status == TOOL_OK && x->counts)
		from_end_counts(x);
	if (x->status == TOOL_OK && x->db != NULL && db_commit(x->db) == -1)
		from_fail_db(x);
	output_close(x->output);
}

enum tool_status
from_print(struct sources *sources, struct db *db, struct filter *f,
    struct output *o, const struct count *c)
{
	struct from x = { .db = db, .filter = f, .output = o, .count = c };
	enum tool_status read;

	if ((x.status = begin(&x)) == TOOL_OK &&
	    (x.status = check_trails(&x, sources)) == TOOL_OK)
		run(&x, sources);
	read = sources_close(sources);
	if (x.status == TOOL_OK)
		x.status = read == TOOL_OK && x.bad ? TOOL_NO : read;
	spool_free(x.spool);
	chunk_free(&x.chunk);
	chunk_free(&x.shown);
	filter_free(&x.none);
	buf_free(&x.groups);
	return x.status;
}
