/* chunk - some events of files, for the server to look at */

#include "chunk.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

#define MOST_EVENTS 10000
#define MOST_BYTES ((size_t)4 * 1024 * 1024)

static void
put_text(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

static void
put_value(struct buf *b, const char *key, struct json value)
{
	if (json_kind(value) == 'n')
		return;
	put_text(b, b->p[b->len - 1] == '{' ? "\"" : ",\"");
	put_text(b, key);
	put_text(b, "\":");
	buf_put(b, value.p, value.len);
}

/* In the trail they are one text, names joined by commas. */
static void
put_rules(struct buf *b, struct json rules)
{
	struct json_iter i;
	struct json none, name;
	const char *between = "";

	if (json_kind(rules) != '[')
		return;
	put_text(b, ",\"rules\":\"");
	json_begin(&i, rules);
	while (json_next(&i, &none, &name))
		if (json_kind(name) == '"') {
			put_text(b, between);
			buf_put(b, name.p + 1, name.len - 2);
			between = ",";
		}
	put_text(b, "\"");
}

static void
put_event(struct buf *b, const struct source_event *s, bool values)
{
	char name[16];
	size_t len;
	int k;

	put_text(b, ",{");
	for (k = 0; k < E_KEYS; k++) {
		const char *key = event_key(k, &len);

		if (!values && (k == E_KEY || k == E_OLD || k == E_NEW))
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)len, key);
		if (k == E_RULES)
			put_rules(b, s->event.v[k]);
		else
			put_value(b, name, s->event.v[k]);
	}
	put_value(b, "record", s->record);
	put_value(b, "record_to", s->record_to);
	put_text(b, "}");
}

void
chunk_add(struct chunk *c, const struct source_event *s, bool values)
{
	struct chunk_line *l;

	if (c->n == c->size) {
		c->size = c->size == 0 ? 1024 : 2 * c->size;
		c->v = xreallocarray(c->v, c->size, sizeof(*c->v));
	}
	l = &c->v[c->n++];
	*l = (struct chunk_line){ .json = c->json.len,
		.line = c->lines.len,
		.len = s->len,
		.path = s->path,
		.number = s->number };
	memcpy(l->id, s->id, sizeof(l->id));
	put_event(&c->json, s, values);
	buf_put(&c->lines, s->text, s->len);
}

bool
chunk_is_full(const struct chunk *c)
{
	return c->n >= MOST_EVENTS || c->json.len >= MOST_BYTES ||
	    c->lines.len >= MOST_BYTES;
}

char *
chunk_json(const struct chunk *c, size_t i, size_t j)
{
	size_t from = c->v[i].json + 1; /* without its comma */
	size_t end = j < c->n ? c->v[j].json : c->json.len;
	char *text = xmalloc(end - from + 3);

	text[0] = '[';
	memcpy(text + 1, c->json.p + from, end - from);
	memcpy(text + 1 + (end - from), "]", 2);
	return text;
}

const char *
chunk_line(const struct chunk *c, size_t i, size_t *len)
{
	*len = c->v[i].len;
	return c->lines.p + c->v[i].line;
}

void
chunk_reset(struct chunk *c)
{
	c->n = 0;
	c->json.len = c->lines.len = 0;
}

void
chunk_free(struct chunk *c)
{
	buf_free(&c->json);
	buf_free(&c->lines);
	free(c->v);
	*c = (struct chunk){ .n = 0 };
}
