/* refer - what the foreign keys of an event refer to */

#include "refer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "mem.h"
#include "tool.h"

static FILE *
open_text(char **text, size_t *size)
{
	FILE *fp = xmemstream(text, size);

	return fp;
}

static void
close_text(FILE *fp)
{
	xclose(fp);
}

char *
refer_string(const char *text)
{
	char *json;
	size_t size;
	FILE *fp = open_text(&json, &size);

	line_put_string(fp, text, strlen(text));
	close_text(fp);
	return json;
}

static struct json
member(struct json object, const char *name)
{
	struct json key, value;
	struct json_iter i;

	json_begin(&i, object);
	if (i.object)
		while (json_next(&i, &key, &value))
			if (json_says(key, name))
				return value;
	return (struct json){ NULL, 0 };
}

struct json
refer_value(const struct event *e, enum refer_side side, const char *column)
{
	struct json v = member(e->v[side == REFER_OLD ? E_OLD : E_NEW], column);

	/* an insert has nothing before it, a delete nothing after */
	if (v.p != NULL || !json_says(e->v[E_OP], "update"))
		return v;
	/* without a key, old is the whole row */
	v = member(e->v[E_OLD], column);
	return v.p != NULL ? v : member(e->v[E_KEY], column);
}

/* The place of a column of the foreign key in the other table's key */
static size_t
place(const struct foreign *f, size_t i)
{
	return f->to != NULL && f->to->by_key ? f->to->places[i] : i;
}

static struct json
value_at(const struct event *e, enum refer_side side, const struct table *t,
    const struct foreign *f, size_t at)
{
	size_t i;

	for (i = 0; place(f, i) != at; i++)
		;
	return refer_value(e, side, t->columns[f->columns[i]].name);
}

/* What a value says, as JSON text. false: nothing that is in a database. */
static bool
put_text(FILE *fp, struct json v)
{
	size_t len;
	char *text;
	bool whole;

	switch (json_kind(v)) {
	case 'n':
	case '{':
	case '[': return false;
	case '"': text = json_text(v, &len); break;
	default: text = xstrndup(v.p, v.len); len = v.len;
	}
	whole = strlen(text) == len;
	line_put_string(fp, text, len);
	free(text);
	return whole;
}

char *
refer_key(const struct event *e, enum refer_side side, const struct table *t,
    const struct foreign *f)
{
	bool told = true;
	char *text;
	size_t size, i;
	FILE *fp = open_text(&text, &size);

	for (i = 0; i < f->n && told; i++) {
		putc(i == 0 ? '[' : ',', fp);
		told = put_text(fp, value_at(e, side, t, f, i));
	}
	putc(']', fp);
	close_text(fp);
	if (told)
		return text;
	free(text);
	return NULL;
}

char *
refer_json(const struct event *e, enum refer_side side, const struct table *t,
    const struct foreign *f, bool object)
{
	struct json v;
	char *text;
	size_t size, i;
	FILE *fp = open_text(&text, &size);

	object = object || f->n > 1;
	for (i = 0; i < f->n; i++) {
		const char *name = f->refs.v[i];

		v = refer_value(e, side, t->columns[f->columns[i]].name);
		if (object) {
			fputs(i == 0 ? "{" : ", ", fp);
			line_put_string(fp, name, strlen(name));
			fputs(": ", fp);
		}
		fwrite(v.p, 1, v.len, fp);
	}
	if (object)
		putc('}', fp);
	close_text(fp);
	return text;
}
