/* json - a JSON line for each changed field */

#include <string.h>

#include "format.h"

static void
put(FILE *fp, const char *s, size_t len)
{
	fwrite_unlocked(s, 1, len, fp);
}

static void
put_value(FILE *fp, struct json j)
{
	if (j.p == NULL)
		put(fp, "null", 4);
	else
		put(fp, j.p, j.len);
}

#define PUT(fp, literal) put(fp, literal, sizeof(literal) - 1)

/* {"id":...,"txid":... */
static void
put_event(FILE *fp, const struct event *e)
{
	static const enum event_key keys[] = { E_ID, E_AT, E_OP, E_SCHEMA,
		E_TABLE, E_KEY, E_LABEL, E_ACTOR, E_ROLE, E_TXID };
	const char *name;
	size_t i, len;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		name = event_key(keys[i], &len);
		put(fp, i == 0 ? "{\"" : ",\"", 2);
		put(fp, name, len);
		put(fp, "\":", 2);
		put_value(fp, e->v[keys[i]]);
	}
}

static void
show(const struct show *s, const struct event *e, const struct changes *c)
{
	size_t i;

	for (i = 0; i < c->n; i++) {
		put_event(s->fp, e);
		PUT(s->fp, ",\"field\":");
		put_value(s->fp, c->v[i].field);
		PUT(s->fp, ",\"old\":");
		put_value(s->fp, c->v[i].old);
		PUT(s->fp, ",\"new\":");
		put_value(s->fp, c->v[i].new);
		PUT(s->fp, "}\n");
	}
}

const struct format format_json = { .name = "json", .event = show };
