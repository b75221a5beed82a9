/* items - a YAML file of named lists, whose items are a few named texts */

#include "items.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "mem.h"

#define LONGEST 65536 /* text */

struct reader {
	yaml_parser_t parser;
	items_take *take;
	void *arg;
	char *list; /* being read */
	struct item item;
	char *wrong;
};

static char *
at(size_t line, const char *why)
{
	return xasprintf("line %zu: %s", line, why);
}

static size_t
line_of(const yaml_event_t *e)
{
	return e->start_mark.line + 1;
}

/* The next event; false: r->wrong says why there is none. */
static bool
next(struct reader *r, yaml_event_t *e)
{
	const yaml_parser_t *p = &r->parser;

	if (yaml_parser_parse(&r->parser, e))
		return true;
	r->wrong = p->error == YAML_READER_ERROR
	    ? xasprintf("byte %zu: %s", p->problem_offset, p->problem)
	    : at(p->problem_mark.line + 1,
		  p->problem != NULL ? p->problem : "not YAML");
	return false;
}

/* The next event, which is to be one of two kinds. */
static bool
expect(struct reader *r, yaml_event_t *e, yaml_event_type_t one,
    yaml_event_type_t other, const char *what)
{
	const unsigned char *anchor = NULL;

	if (!next(r, e))
		return false;
	if (e->type == YAML_SCALAR_EVENT)
		anchor = e->data.scalar.anchor;
	else if (e->type == YAML_SEQUENCE_START_EVENT)
		anchor = e->data.sequence_start.anchor;
	else if (e->type == YAML_MAPPING_START_EVENT)
		anchor = e->data.mapping_start.anchor;
	if (anchor != NULL || e->type == YAML_ALIAS_EVENT)
		r->wrong = at(line_of(e), "anchors and aliases are not taken");
	else if (e->type != one && e->type != other)
		r->wrong =
		    xasprintf("line %zu: here belongs %s", line_of(e), what);
	else if (e->type == YAML_SCALAR_EVENT &&
	    e->data.scalar.length > LONGEST)
		r->wrong = at(line_of(e), "the text is too long");
	else if (e->type == YAML_SCALAR_EVENT &&
	    memchr(e->data.scalar.value, '\0', e->data.scalar.length) != NULL)
		r->wrong = at(line_of(e), "the text holds a zero byte");
	if (r->wrong != NULL)
		yaml_event_delete(e);
	return r->wrong == NULL;
}

/* What a text says; NULL if it is one of YAML's ways to say nothing. */
static char *
value_of(const yaml_event_t *e)
{
	const char *s = (const char *)e->data.scalar.value;

	if (e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	    (*s == '\0' || strcmp(s, "~") == 0 || strcmp(s, "null") == 0))
		return NULL;
	return *s == '\0' ? NULL : xstrdup(s);
}

static void
forget(struct item *item)
{
	int i;

	for (i = 0; i < item->n; i++) {
		free(item->text[i].name);
		free(item->text[i].value);
	}
	item->n = 0;
}

static bool
has(const struct item *item, const char *name)
{
	int i;

	for (i = 0; i < item->n; i++)
		if (strcmp(item->text[i].name, name) == 0)
			return true;
	return false;
}

/* A name has been read, here comes its value. */
static bool
read_text(struct reader *r, const yaml_event_t *name)
{
	const char *s = (const char *)name->data.scalar.value;
	struct item *item = &r->item;
	yaml_event_t e;

	if (item->n == ITEMS_MOST)
		r->wrong = at(line_of(name), "the item has too many texts");
	else if (has(item, s))
		r->wrong = xasprintf("line %zu: \"%.40s\" is there twice",
		    line_of(name), s);
	if (r->wrong != NULL ||
	    !expect(r, &e, YAML_SCALAR_EVENT, YAML_SCALAR_EVENT, "a text"))
		return false;
	item->text[item->n++] =
	    (struct item_text){ xstrdup(s), value_of(&e), line_of(&e) };
	yaml_event_delete(&e);
	return true;
}

/* Behind the beginning of an item */
static bool
read_item(struct reader *r)
{
	yaml_event_t e;
	size_t line = r->item.line;
	bool more = true;
	char *why;

	while (more) {
		if (!expect(r, &e, YAML_SCALAR_EVENT, YAML_MAPPING_END_EVENT,
			"a name"))
			return false;
		more = e.type == YAML_SCALAR_EVENT;
		if (more && !read_text(r, &e))
			more = false;
		yaml_event_delete(&e);
	}
	if (r->wrong == NULL &&
	    (why = r->take(&r->item, r->arg, &line)) != NULL) {
		r->wrong = at(line, why);
		free(why);
	}
	forget(&r->item);
	return r->wrong == NULL;
}

/* Behind the name of a list */
static bool
read_list(struct reader *r)
{
	yaml_event_t e;
	bool more = true;

	if (!expect(r, &e, YAML_SEQUENCE_START_EVENT, YAML_SEQUENCE_START_EVENT,
		"a list"))
		return false;
	yaml_event_delete(&e);
	while (more) {
		if (!expect(r, &e, YAML_MAPPING_START_EVENT,
			YAML_SEQUENCE_END_EVENT, "an item, \"name: text\""))
			return false;
		more = e.type == YAML_MAPPING_START_EVENT;
		r->item.list = r->list;
		r->item.line = line_of(&e);
		yaml_event_delete(&e);
		if (more && !read_item(r))
			return false;
	}
	return true;
}

static bool
read_lists(struct reader *r)
{
	yaml_event_t e;

	for (;;) {
		if (!expect(r, &e, YAML_SCALAR_EVENT, YAML_MAPPING_END_EVENT,
			"the name of a list"))
			return false;
		if (e.type == YAML_MAPPING_END_EVENT)
			break;
		free(r->list);
		r->list = xstrdup((const char *)e.data.scalar.value);
		yaml_event_delete(&e);
		if (!read_list(r))
			return false;
	}
	yaml_event_delete(&e);
	return true;
}

/* The file is one document, and that is one mapping. */
static void
read_file(struct reader *r)
{
	static const yaml_event_type_t before[] = { YAML_STREAM_START_EVENT,
		YAML_DOCUMENT_START_EVENT, YAML_MAPPING_START_EVENT },
				       after[] = { YAML_DOCUMENT_END_EVENT,
					       YAML_STREAM_END_EVENT };
	yaml_event_t e;
	size_t i;

	for (i = 0; i < sizeof(before) / sizeof(*before); i++) {
		if (!expect(r, &e, before[i], before[i], "\"name: list\""))
			return;
		yaml_event_delete(&e);
	}
	if (!read_lists(r))
		return;
	for (i = 0; i < sizeof(after) / sizeof(*after); i++) {
		if (!expect(r, &e, after[i], after[i], "the end of the file"))
			return;
		yaml_event_delete(&e);
	}
}

char *
items_read(FILE *fp, items_take *take, void *arg)
{
	struct reader r = { .take = take, .arg = arg };

	if (!yaml_parser_initialize(&r.parser))
		return xstrdup("no memory");
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_file(&r.parser, fp);
	read_file(&r);
	yaml_parser_delete(&r.parser);
	forget(&r.item);
	free(r.list);
	return r.wrong;
}

const char *
items_get(const struct item *item, const char *name)
{
	int i;

	for (i = 0; i < item->n; i++)
		if (strcmp(item->text[i].name, name) == 0)
			return item->text[i].value;
	return NULL;
}
