/* alarm - one alert for an incident, and the line that it is */

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "guard.h"
#include "hex.h"
#include "line.h"
#include "mark.h"
#include "mem.h"
#include "utf8.h"

#define INCIDENTS 8192
#define GROWN 10 /* times: it is told again */
#define IDS 100

struct incident {
	int64_t first, last; /* its events */
	uint64_t count, told;
};

struct cache *
alarm_incidents(void)
{
	return cache_new(INCIDENTS, sizeof(struct incident));
}

/* How long it has been going on, in words that people would choose */
static int64_t
round_up(int64_t us)
{
	const int64_t minute = DAY_US / 1440, hour = DAY_US / 24;
	int64_t unit = us < 2 * hour ? minute : us < 2 * DAY_US ? hour : DAY_US;

	return (us + unit - 1) / unit * unit;
}

bool
alarm_due(struct guard *g, const struct fact *e, struct alarm *a)
{
	uint64_t key = mark_pair(a->pattern + 1, a->key);
	struct incident *i = cache_at(g->incidents, key);

	if (i->told == 0 || e->at - i->last > g->config->p[a->pattern].quiet) {
		*i = (struct incident){ e->at, e->at, a->count, a->count };
		i->told += i->told == 0;
		return true;
	}
	if (e->at > i->last)
		i->last = e->at;
	i->count += a->add;
	if (i->count / GROWN < i->told)
		return false;
	i->told = a->count = i->count;
	if (a->within != 0)
		a->within += round_up(i->last - i->first);
	return true;
}

static void
put_said(FILE *fp, const char *key, struct said s)
{
	fprintf(fp, ",\"%s\":", key);
	if (s.p == NULL)
		fputs("null", fp);
	else
		line_put_string(fp, s.p, s.len);
}

/* The events that an alert is of, but for the last one, and their trails */
struct made {
	struct like v[IDS];
	size_t n;
	const char *trails[IDS];
	size_t ntrails;
};

static void
add_trail(struct made *m, const char *name)
{
	size_t i;

	for (i = 0; i < m->ntrails; i++)
		if (strcmp(m->trails[i], name) == 0)
			return;
	m->trails[m->ntrails++] = name;
}

static void
find_made(struct guard *g, const struct fact *e, const struct alarm *a,
    struct made *m)
{
	const char *name;
	size_t i;

	m->n = m->ntrails = 0;
	if (a->like != 0)
		m->n = recents_like(g->recents, e, a->op, a->like, a->within,
		    m->v, IDS - 1);
	m->v[m->n].home = (uint32_t)e->home;
	for (i = 0; i <= m->n; i++)
		if ((name = home_name(g->homes, m->v[i].home)) != NULL)
			add_trail(m, name);
}

static void
put_ids(struct guard *g, const struct fact *e, const struct alarm *a,
    const struct made *m)
{
	char text[EVENT_ID];
	size_t i;

	fputs(",\"events\":[", g->out);
	for (i = 0; i < m->n; i++) {
		hex_write_uuid(text, m->v[i].id);
		fprintf(g->out, "\"%s\",", text);
	}
	line_put_string(g->out, e->id_text.p, e->id_text.len);
	fprintf(g->out, "],\"count\":%" PRIu64, a->count);
}

/* The one of the last event; all of them, if it is not the only one */
static void
put_trails(struct guard *g, const struct fact *e, const struct made *m)
{
	size_t i;

	if (e->home != 0)
		put_said(g->out, "trail", e->trail);
	if (m->ntrails < 2)
		return;
	fputs(",\"trails\":[", g->out);
	for (i = 0; i < m->ntrails; i++) {
		if (i > 0)
			putc(',', g->out);
		line_put_string(g->out, m->trails[i], strlen(m->trails[i]));
	}
	putc(']', g->out);
}

#define TOLD 3 /* trails that the sentence names */

/* ", in crm"; ", in crm and billing"; ", in crm, billing, shop and 2 more" */
static void
add_where(struct buf *b, const struct made *m)
{
	size_t i, told = m->ntrails < TOLD ? m->ntrails : TOLD;
	char more[32];

	for (i = 0; i < told; i++) {
		const char *lead = i == 0 ? ", in "
		    : i + 1 < m->ntrails  ? ", "
					  : " and ";

		buf_put(b, lead, strlen(lead));
		buf_put(b, m->trails[i], strlen(m->trails[i]));
	}
	if (m->ntrails > TOLD) {
		snprintf(more, sizeof(more), " and %zu more",
		    m->ntrails - TOLD);
		buf_put(b, more, strlen(more));
	}
}

static void
put_message(struct guard *g, const struct made *m, const char *fmt, va_list ap)
{
	struct buf b = { NULL, 0, 0 };
	char *message;

	if (vasprintf(&message, fmt, ap) == -1)
		message = xstrdup(fmt);
	buf_put(&b, message, strlen(message));
	free(message);
	add_where(&b, m);
	fputs(",\"message\":", g->out);
	line_put_string(g->out, b.p, b.len);
	buf_free(&b);
}

void
alarm_give(struct guard *g, const struct fact *e, const struct alarm *a,
    const char *fmt, ...)
{
	int severity = g->config->p[a->pattern].severity;
	struct made m;
	va_list ap;

	if (a->severity != 0 && severity > a->severity - 1)
		severity = a->severity - 1;
	find_made(g, e, a, &m);
	fputs("{\"at\":", g->out);
	line_put_string(g->out, e->at_text.p, e->at_text.len);
	fprintf(g->out, ",\"alert\":\"%s\",\"severity\":\"%s\"",
	    config_known[a->pattern].name, severity_names[severity]);
	put_said(g->out, "actor", e->actor);
	put_said(g->out, "role", e->role);
	put_said(g->out, "session", e->session);
	va_start(ap, fmt);
	put_message(g, &m, fmt, ap);
	va_end(ap);
	put_ids(g, e, a, &m);
	if (a->table) {
		put_said(g->out, "schema", e->schema);
		put_said(g->out, "table", e->table);
	}
	if (a->addr)
		put_said(g->out, "addr", e->addr);
	put_trails(g, e, &m);
	fputs("}\n", g->out);
	g->alerts++;
}

#define NAMES 8
#define NAME_MOST ((size_t)80)

/* One of the texts that names are made in */
static char *
next_name(void)
{
	static char names[NAMES][2 * NAME_MOST + 16];
	static size_t next;

	return names[next++ % NAMES];
}

const char *
name_of(struct said s)
{
	struct buf b = { NULL, 0, 0 };
	char *name = next_name();

	if (s.p == NULL)
		return "nobody";
	utf8_clean(&b, s.p, s.len, NAME_MOST);
	memcpy(name, b.p, b.len);
	name[b.len] = '\0';
	buf_free(&b);
	return name;
}

const char *
name_who(const struct fact *e)
{
	char *name;

	if (e->who == 0)
		return "somebody unnamed";
	if (e->actor.p != NULL && e->actor.len > 0)
		return name_of(e->name);
	name = next_name();
	snprintf(name, NAME_MOST * 2, "role %s", name_of(e->name));
	return name;
}

const char *
name_table(const struct fact *e)
{
	char *name;

	if (e->schema.p == NULL)
		return name_of(e->table);
	name = next_name();
	snprintf(name, NAME_MOST * 2 + 4, "%s.%s", name_of(e->schema),
	    name_of(e->table));
	return name;
}

const char *
name_span(int64_t us)
{
	char *name = next_name();

	span_write(name, us);
	return name;
}

const char *
name_app(const struct fact *e)
{
	char *name;

	if (e->app.p == NULL || e->app.len == 0)
		return "";
	name = next_name();
	snprintf(name, NAME_MOST * 2, " with %s", name_of(e->app));
	return name;
}
