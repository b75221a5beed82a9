/* source - events that lie in files: in archives, evidence, or as audit-log
 * prints them */

#include "source.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "exact.h"
#include "hex.h"
#include "line.h"
#include "mem.h"
#include "pack.h"

/* A line */

/* What evidence has behind an event */
static const char *const evidence_keys[] = {
	"\"salt\"",
	"\"record\"",
	"\"record_to\"",
	"\"parents\"",
	"\"parts\"",
};

static bool
is_named(struct json key, const char *name)
{
	return key.len == strlen(name) && memcmp(key.p, name, key.len) == 0;
}

static bool
is_evidence(struct json key)
{
	size_t i;

	for (i = 0; i < sizeof(evidence_keys) / sizeof(*evidence_keys); i++)
		if (is_named(key, evidence_keys[i]))
			return true;
	return false;
}

/* The members after the last one of an event; of a line that has been read. */
static void
begin_tail(struct json_iter *i, const struct source_event *s)
{
	const struct json *last = &s->event.v[E_REDACTED];
	const char *p = s->text, *end = s->text + s->len;

	while (end[-1] != '}')
		end--;
	p += strspn(p, " \t");
	json_begin(i, (struct json){ p, (size_t)(end - p) });
	if (last->p == NULL)
		return;
	p = last->p + last->len;
	p += strspn(p, " \t\r,");
	i->p = p < i->end ? p : i->end;
}

const char *
source_read(struct source_event *s, const char *text, size_t len)
{
	struct json_iter i;
	struct json key, value, id;
	const char *why;

	s->text = text;
	s->len = len;
	if ((why = event_read(&s->event, text, len)) != NULL)
		return why;
	id = s->event.v[E_ID];
	if (json_kind(id) != '"' || !hex_read_uuid(s->id, id.p + 1, id.len - 2))
		return "bad \"id\" field";
	s->record = s->record_to = s->parents = (struct json){ NULL, 0 };
	for (begin_tail(&i, s); json_next(&i, &key, &value);)
		if (is_named(key, "\"record\""))
			s->record = value;
		else if (is_named(key, "\"record_to\""))
			s->record_to = value;
		else if (is_named(key, "\"parents\""))
			s->parents = value;
	return NULL;
}

/* Numbers that a double does not hold as strings, in key, old and new */
static void
put_exact(FILE *fp, const struct source_event *s, const char *end)
{
	static const enum event_key values[] = { E_KEY, E_OLD, E_NEW };
	const char *p = s->text;
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(*values); i++) {
		const struct json *v = &s->event.v[values[i]];

		if (v->p < p || v->p >= end)
			continue; /* not there, or not where it should be */
		fwrite_unlocked(p, 1, (size_t)(v->p - p), fp);
		exact_write(fp, v->p, v->len);
		p = v->p + v->len;
	}
	fwrite_unlocked(p, 1, (size_t)(end - p), fp);
}

void
source_write(FILE *fp, const struct source_event *s, bool exact)
{
	const struct json *last = &s->event.v[E_REDACTED];
	const char *head = last->p != NULL ? last->p + last->len : NULL;
	struct json_iter i;
	struct json key, value;
	const char *between = ",";

	if (head == NULL) {
		head = s->text + strspn(s->text, " \t") + 1;
		between = "";
	}
	if (exact)
		put_exact(fp, s, head);
	else
		fwrite_unlocked(s->text, 1, (size_t)(head - s->text), fp);
	for (begin_tail(&i, s); json_next(&i, &key, &value);) {
		if (is_evidence(key))
			continue;
		fprintf(fp, "%s%.*s:%.*s", between, (int)key.len, key.p,
		    (int)value.len, value.p);
		between = ",";
	}
	fwrite_unlocked("}\n", 1, 2, fp);
}

/* Files */

struct source {
	const char *path;
	FILE *fp;
	struct line *line;
	struct source_event event; /* whose turn it is */
	bool ended, bad, failed;
	char trail[HEX_UUID]; /* "": it does not say */
	bool any;	      /* there has been an event, with this id */
	uint8_t last[16];
};

struct sources {
	struct source *v;
	int n;
	struct source *current; /* whose event was handed on; NULL: none */
};

static void
say_bad(struct source *s, const char *why)
{
	warnx("%s: line %zu: %s", s->path, line_number(s->line), why);
	s->bad = true;
}

/* Lines of evidence that are no events, by their first keys */
static bool
is_passed_over(struct source *s, const char *text)
{
	static const char *const keys[] = { "\"seal\"", "\"leaves\"",
		"\"state\"", "\"stamp\"", "\"act\"" };
	struct json line, key, value;
	struct json_iter i;
	size_t where, k;

	if (json_parse(&line, text, strlen(text), &where) != NULL ||
	    json_kind(line) != '{')
		return false;
	json_begin(&i, line);
	if (!json_next(&i, &key, &value))
		return false;
	for (k = 0; k < sizeof(keys) / sizeof(*keys); k++)
		if (is_named(key, keys[k]))
			return true;
	if (!is_named(key, "\"evidence\""))
		return false;
	if (json_get(line, (struct json){ "\"trail\"", 7 }, &value) &&
	    value.len == HEX_UUID + 1)
		strlcpy(s->trail, value.p + 1, sizeof(s->trail));
	return true;
}

/* Whether a line is the next event */
static bool
take(struct source *s, const char *text)
{
	static const char lead[] = "{\"id\":";
	struct source_event *e = &s->event;
	const char *why;

	if (strncmp(text, lead, sizeof(lead) - 1) != 0 &&
	    is_passed_over(s, text))
		return false;
	if ((why = source_read(e, text, strlen(text))) != NULL) {
		say_bad(s, why);
		return false;
	}
	e->path = s->path;
	e->number = line_number(s->line);
	if (s->any && memcmp(e->id, s->last, sizeof(e->id)) < 0) {
		say_bad(s,
		    "not in the order of the trail: what comes from "
		    "here on is left out");
		s->ended = true;
		return false;
	}
	s->any = true;
	memcpy(s->last, e->id, sizeof(e->id));
	return true;
}

static void
step(struct source *s)
{
	int got;

	while (!s->ended) {
		got = line_next(s->line);
		if (got == 1 && take(s, line_text(s->line)))
			return;
		if (got == -1) {
			warnx("%s: %s", s->path, line_error(s->line));
			s->bad = true;
		}
		if (got == 0 && ferror(s->fp)) {
			warnx("%s: %s", s->path, pack_error(s->fp));
			s->failed = true;
		}
		s->ended = s->ended || got == 0;
	}
}

struct sources *
sources_open(const struct words *paths)
{
	struct sources *all = xcalloc(1, sizeof(*all));
	struct source *s;
	int i;

	all->v = xcalloc((size_t)paths->n, sizeof(*all->v));
	for (i = 0; i < paths->n; i++) {
		s = &all->v[i];
		s->path = paths->v[i];
		if ((s->fp = pack_read(s->path)) == NULL) {
			warn("%s", s->path);
			sources_close(all);
			return NULL;
		}
		all->n++;
		s->line = line_new(s->fp);
		if (strcmp(s->path, "-") == 0)
			s->path = "standard input";
	}
	for (i = 0; i < all->n; i++)
		step(&all->v[i]);
	return all;
}

bool
sources_next(struct sources *all, struct source_event *event)
{
	struct source *s, *first = NULL;

	/* the same event in the others, too */
	if (all->current != NULL) {
		uint8_t id[16];

		memcpy(id, all->current->last, sizeof(id));
		for (s = all->v; s < all->v + all->n; s++)
			while (!s->ended &&
			    memcmp(s->event.id, id, sizeof(id)) == 0)
				step(s);
	}
	for (s = all->v; s < all->v + all->n; s++)
		if (!s->ended &&
		    (first == NULL ||
			memcmp(s->event.id, first->event.id,
			    sizeof(s->event.id)) < 0))
			first = s;
	all->current = first;
	if (first != NULL)
		*event = first->event;
	return first != NULL;
}

const char *
sources_trail(const struct sources *all, int n)
{
	return all->v[n].trail[0] != '\0' ? all->v[n].trail : NULL;
}

enum tool_status
sources_close(struct sources *all)
{
	enum tool_status status = TOOL_OK;
	struct source *s;

	for (s = all->v; s < all->v + all->n; s++) {
		if (s->failed)
			status = TOOL_FAILED;
		else if (s->bad && status == TOOL_OK)
			status = TOOL_NO;
		line_free(s->line);
		pack_close(s->fp);
	}
	free(all->v);
	free(all);
	return status;
}
