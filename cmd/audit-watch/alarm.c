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

static void
put_ids(struct guard *g, const struct fact *e, const struct alarm *a)
{
	uint8_t ids[IDS][16];
	char text[EVENT_ID];
	size_t n = 0, i;

	if (a->like != 0)
		n = recents_like(g->recents, e, a->op, a->like, a->within, ids,
		    IDS - 1);
	fputs(",\"events\":[", g->out);
	for (i = 0; i < n; i++) {
		hex_write_uuid(text, ids[i]);
		fprintf(g->out, "\"%s\",", text);
	}
	line_put_string(g->out, e->id_text.p, e->id_text.len);
	fprintf(g->out, "],\"count\":%" PRIu64, a->count);
}

void
alarm_give(struct guard *g, const struct fact *e, const struct alarm *a,
    const char *fmt, ...)
{
	int severity = g->config->p[a->pattern].severity;
	char *message;
	va_list ap;

	if (a->severity != 0 && severity > a->severity - 1)
		severity = a->severity - 1;
	va_start(ap, fmt);
	if (vasprintf(&message, fmt, ap) == -1)
		message = xstrdup(fmt);
	va_end(ap);
	fputs("{\"at\":", g->out);
	line_put_string(g->out, e->at_text.p, e->at_text.len);
	fprintf(g->out, ",\"alert\":\"%s\",\"severity\":\"%s\"",
	    config_known[a->pattern].name, severity_names[severity]);
	put_said(g->out, "actor", e->actor);
	put_said(g->out, "role", e->role);
	put_said(g->out, "session", e->session);
	fputs(",\"message\":", g->out);
	line_put_string(g->out, message, strlen(message));
	free(message);
	put_ids(g, e, a);
	if (a->table) {
		put_said(g->out, "schema", e->schema);
		put_said(g->out, "table", e->table);
	}
	if (a->addr)
		put_said(g->out, "addr", e->addr);
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
