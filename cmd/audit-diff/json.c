/* json - a JSON line for each changed field */

#include <string.h>

#include "format.h"
#include "line.h"

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

static void
put_label(FILE *fp, const char *label)
{
	if (label == NULL)
		put(fp, "null", 4);
	else
		line_put_string(fp, label, strlen(label));
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

/* "Azure Interior" or, of a set, an array of such; null where there is none */
static void
put_names(FILE *fp, bool set, struct json value,
    const struct change_name *names)
{
	struct json_iter i;
	struct json key, element;
	size_t n = 0;

	if (!set) {
		put_label(fp, names == NULL ? NULL : names->label);
		return;
	}
	json_begin(&i, value);
	putc('[', fp);
	while (json_next(&i, &key, &element)) {
		if (n > 0)
			put(fp, ", ", 2);
		put_label(fp, names[n++].label);
	}
	putc(']', fp);
}

/* What a database was asked for */
static void
put_note(const struct show *s, const struct change *c)
{
	static const struct change_note none;
	const struct change_note *n = c->note == NULL ? &none : c->note;

	if (s->names) {
		PUT(s->fp, ",\"old_name\":");
		put_names(s->fp, n->set, c->old, n->old);
		PUT(s->fp, ",\"new_name\":");
		put_names(s->fp, n->set, c->new, n->new);
	}
	if (s->titles) {
		PUT(s->fp, ",\"title\":");
		put_label(s->fp, n->title);
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
		if (change_redacted(e, c->v[i].field))
			PUT(s->fp, ",\"redacted\":true");
		if (s->names || s->titles)
			put_note(s, &c->v[i]);
		if (json_kind(e->v[E_TRAIL]) != 'n') {
			PUT(s->fp, ",\"trail\":");
			put_value(s->fp, e->v[E_TRAIL]);
		}
		PUT(s->fp, "}\n");
	}
}

const struct format format_json = { .name = "json", .event = show };
