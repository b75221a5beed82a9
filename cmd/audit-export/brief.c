/* brief - what a report says of events in a few words: who, which table */

#include "brief.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "json.h"
#include "mem.h"
#include "utf8.h"

#define PART 1024 /* so much of a name tells it from others */
static const char dots[] = "\u2026";
#define DOTS (sizeof(dots) - 1)

/* How many bytes of a text fit, in whole characters */
static size_t
whole(const char *s, size_t len, size_t most)
{
	size_t n;

	if (len <= most)
		return len;
	for (n = most; n > 0 && most - n < 4; n--)
		if (((unsigned char)s[n] & 0xc0) != 0x80)
			return n;
	return most;
}

void
brief_add(struct brief *b, const char *s, size_t len)
{
	size_t left = BRIEF - 1 - DOTS - b->len, n;

	if (b->len >= BRIEF - 1 - DOTS)
		return; /* it ends with an ellipsis already */
	n = whole(s, len, left);
	memcpy(b->s + b->len, s, n);
	b->len += n;
	if (n < len) {
		memcpy(b->s + b->len, dots, DOTS);
		b->len += DOTS;
		/* full, even if a character did not fit */
		while (b->len < BRIEF - 1 - DOTS)
			b->s[b->len++] = ' ';
	}
	b->s[b->len] = '\0';
}

void
brief_set(struct brief *b, const char *s, size_t len)
{
	b->len = 0;
	b->s[0] = '\0';
	brief_add(b, s, len);
}

/* Call fn with what a string says, as far as so many bytes need; of a text of
 * 100 MB it reads no more. */
static void
with_text(struct json j, size_t most, void (*fn)(void *, const char *, size_t),
    void *arg)
{
	char raw[6 * PART + 32], *text;
	size_t n = 1, len;

	if (json_kind(j) != '"') {
		fn(arg, j.p, j.len);
		return;
	}
	if (memchr(j.p + 1, '\\', j.len - 2 < most ? j.len - 2 : most) ==
	    NULL) {
		fn(arg, j.p + 1, j.len - 2 < most ? j.len - 2 : most + 1);
		return;
	}
	/* no escape is cut in two */
	while (n < j.len - 1 && n < 6 * most)
		n += j.p[n] != '\\' ? 1 : j.p[n + 1] == 'u' ? 6 : 2;
	memcpy(raw, j.p, n);
	while (n < j.len - 1 && ((unsigned char)j.p[n] & 0xc0) == 0x80) {
		raw[n] = j.p[n]; /* nor a character */
		n++;
	}
	raw[n] = '"';
	text = json_text((struct json){ raw, n + 1 }, &len);
	fn(arg, text, len);
	free(text);
}

static void
add_text(void *arg, const char *s, size_t len)
{
	brief_add(arg, s, len);
}

void
brief_add_json(struct brief *b, struct json j)
{
	if (j.p != NULL)
		with_text(j, BRIEF, add_text, b);
}

struct cell
brief_cell(struct brief *b)
{
	return (struct cell){ .kind = b->len > 0 ? CELL_TEXT : CELL_NONE,
		.text = b->s,
		.len = b->len };
}

struct cell
brief_json(struct brief *b, struct json j)
{
	b->len = 0;
	b->s[0] = '\0';
	if (json_kind(j) != 'n')
		brief_add_json(b, j);
	return brief_cell(b);
}

char *
brief_copy(const struct cell *c)
{
	return xstrndup(c->text == NULL ? "" : c->text, c->len);
}

bool
brief_count(struct json j, uint64_t *n)
{
	size_t i;

	*n = 0;
	if (j.p == NULL || j.len == 0 || j.len > 18)
		return false;
	for (i = 0; i < j.len; i++) {
		if (j.p[i] < '0' || j.p[i] > '9')
			return false;
		*n = *n * 10 + (uint64_t)(j.p[i] - '0');
	}
	return true;
}

/* A zero byte in a name would look like the end of its part. */
static void
put_part(void *arg, const char *s, size_t len)
{
	struct buf *key = arg;
	size_t i, n = whole(s, len, PART);

	if (memchr(s, '\0', n) == NULL) {
		buf_put(key, s, n);
		return;
	}
	for (i = 0; i < n; i++)
		buf_byte(key, s[i] == '\0' ? ' ' : s[i]);
}

void
brief_part(struct buf *key, struct json j)
{
	if (json_kind(j) != 'n')
		with_text(j, PART, put_part, key);
	buf_byte(key, '\0');
}

/* What is named by a database has the trail before its name. */
static void
put_trail(struct buf *key, const struct event *e)
{
	if (json_kind(e->v[E_TRAIL]) != '"')
		return;
	with_text(e->v[E_TRAIL], PART, put_part, key);
	buf_put(key, ": ", 2);
}

void
brief_part_table(struct buf *key, const struct event *e)
{
	put_trail(key, e);
	brief_part(key, e->v[E_SCHEMA]);
	brief_part(key, e->v[E_TABLE]);
}

void
brief_part_who(struct buf *key, const struct event *e)
{
	static const struct json none;

	if (json_kind(e->v[E_ACTOR]) != 'n') {
		buf_byte(key, 'a');
		brief_part(key, e->v[E_ACTOR]);
	} else if (json_kind(e->v[E_REDACTED]) != 'n' &&
	    change_erased(e, E_ACTOR)) {
		buf_byte(key, 'x');
		brief_part(key, none);
	} else {
		buf_byte(key, 'r');
		put_trail(key, e);
		brief_part(key, e->v[E_ROLE]);
	}
}

struct json
brief_next(const char **p, const char *end)
{
	const char *from = *p, *zero;

	if (from >= end ||
	    (zero = memchr(from, '\0', (size_t)(end - from))) == NULL)
		return (struct json){ NULL, 0 };
	*p = zero + 1;
	return (struct json){ from, (size_t)(zero - from) };
}

struct json
brief_head(const char *key, size_t len, int parts)
{
	const char *p = key;

	for (; parts > 0; parts--)
		brief_next(&p, key + len);
	return (struct json){ key, (size_t)(p - key) };
}

bool
brief_begins(const struct buf *key, struct json parts)
{
	return key->len >= parts.len && memcmp(key->p, parts.p, parts.len) == 0;
}

struct cell
brief_text_of(struct brief *b, struct json part)
{
	brief_set(b, part.p == NULL ? "" : part.p, part.len);
	return brief_cell(b);
}

struct cell
brief_table_of(struct brief *b, struct json schema, struct json table)
{
	if (schema.len == 6 && memcmp(schema.p, "public", 6) == 0)
		schema.len = 0;
	brief_text_of(b, schema);
	if (schema.len > 0 && table.len > 0)
		brief_add(b, ".", 1);
	if (table.p != NULL)
		brief_add(b, table.p, table.len);
	return brief_cell(b);
}

struct cell
brief_who_of(struct brief *b, struct json part)
{
	struct cell c;

	b->len = 0;
	if (part.len > 0 && *part.p == 'a') {
		brief_set(b, part.p + 1, part.len - 1);
		if (part.len > 1)
			return brief_cell(b);
		brief_set(b, "empty text", 10);
	} else if (part.len > 0 && *part.p == 'x')
		brief_set(b, "erased", 6);
	else if (part.len > 1) {
		brief_set(b, "role ", 5);
		brief_add(b, part.p + 1, part.len - 1);
	} else
		brief_set(b, "nobody said", 11);
	c = brief_cell(b);
	c.kind = CELL_MARK;
	return c;
}

struct cell
brief_table(struct brief *b, const struct event *e)
{
	struct json schema = e->v[E_SCHEMA], trail = e->v[E_TRAIL];
	bool some = json_kind(trail) != '"' && json_says(schema, "public");

	brief_json(b, trail);
	if (b->len > 0)
		brief_add(b, ": ", 2);
	if (!some && json_kind(schema) != 'n')
		brief_add_json(b, schema);
	if (b->len > 0 && json_kind(e->v[E_TABLE]) != 'n')
		brief_add(b, ".", 1);
	if (json_kind(e->v[E_TABLE]) != 'n')
		brief_add_json(b, e->v[E_TABLE]);
	return brief_cell(b);
}

struct cell
brief_who(struct brief *b, const struct event *e)
{
	struct buf key = { NULL, 0, 0 };
	struct cell c;

	if (json_kind(e->v[E_ACTOR]) == '"' && e->v[E_ACTOR].len > 2)
		return brief_json(b, e->v[E_ACTOR]);
	brief_part_who(&key, e);
	c = brief_who_of(b, (struct json){ key.p, key.len - 1 });
	buf_free(&key);
	return c;
}

struct cell
brief_record(struct brief *b, const struct event *e)
{
	bool label = json_kind(e->v[E_LABEL]) != 'n', first = true;
	struct json_iter i;
	struct json name, value;

	brief_json(b, e->v[E_LABEL]);
	json_begin(&i, e->v[E_KEY]);
	for (; json_next(&i, &name, &value); first = false) {
		brief_add(b,
		    !first	? ", "
			: label ? " ("
				: "",
		    first && !label ? 0 : 2);
		if (name.p != NULL)
			brief_add_json(b, name);
		brief_add(b, " ", 1);
		brief_add_json(b, value);
	}
	if (label && !first)
		brief_add(b, ")", 1);
	return brief_cell(b);
}

void
few_clear(struct few *f, bool sorted)
{
	f->n = 0;
	f->more = 0;
	f->sorted = sorted;
}

static bool
is_same(const struct brief *a, const struct brief *b)
{
	return a->len == b->len && memcmp(a->s, b->s, a->len) == 0;
}

void
few_add(struct few *f, struct json part)
{
	struct brief b;
	size_t i;

	brief_text_of(&b, part);
	for (i = 0; i < f->n; i++)
		if (is_same(&f->v[i], &b))
			return;
	if (f->n < FEW)
		f->v[f->n++] = b;
	else if (f->more == 0 || !is_same(&f->last, &b)) {
		f->more++;
		f->last = b;
	}
}

void
few_add_addr(struct few *f, struct json part)
{
	static const struct json local = { "local socket", 12 };

	few_add(f, part.len == 0 ? local : part);
}

struct cell
few_cell(const struct few *f, struct brief *b)
{
	size_t i, shown = f->n > FEW_SHOWN ? FEW_SHOWN : f->n;
	char rest[64];

	brief_set(b, "", 0);
	for (i = 0; i < shown; i++) {
		brief_add(b, ", ", i > 0 ? 2 : 0);
		brief_add(b, f->v[i].s, f->v[i].len);
	}
	if (f->more > 0 && !f->sorted)
		brief_add(b, " and more", 9);
	else if (shown < f->n) {
		snprintf(rest, sizeof(rest), " and %" PRIu64 " more",
		    f->n - shown + f->more);
		brief_add(b, rest, strlen(rest));
	}
	return brief_cell(b);
}
