/* store - what is remembered from one run to the next */

#include "store.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "json.h"
#include "line.h"
#include "mem.h"

#define STORE_VERSION 1
#define PIECE 3072 /* bytes of a line, about */
#define ITEMS 64

struct item {
	const char *name;
	uint64_t tag;
	char *bytes; /* NULL: a cache */
	size_t size; /* of a cache, of a record */
	struct cache *cache;
};

struct store {
	struct item v[ITEMS];
	size_t n;
};

struct store *
store_new(void)
{
	return xcalloc(1, sizeof(struct store));
}

void
store_free(struct store *s)
{
	free(s);
}

static void
add(struct store *s, struct item item)
{
	if (s->n == ITEMS)
		abort();
	s->v[s->n++] = item;
}

void
store_bytes(struct store *s, const char *name, uint64_t tag, void *p,
    size_t size)
{
	add(s, (struct item){ name, tag, p, size, NULL });
}

void
store_cache(struct store *s, const char *name, uint64_t tag, struct cache *c)
{
	add(s, (struct item){ name, tag, NULL, cache_size(c), c });
}

/* Writing */

static void
put_line(FILE *fp, const struct item *i, uint64_t at, const char *p, size_t len)
{
	fprintf(fp,
	    "{\"store\":\"%s\",\"tag\":\"%" PRIx64 "\",\"size\":%zu,"
	    "\"at\":%" PRIu64 ",\"bytes\":\"",
	    i->name, i->tag, i->size, at);
	base64_write(fp, (const uint8_t *)p, len);
	fputs("\"}\n", fp);
}

static bool
is_zero(const char *p, size_t len)
{
	return len == 0 || (*p == 0 && memcmp(p, p + 1, len - 1) == 0);
}

/* What is all zeros needs no line. */
static uint64_t
write_bytes(FILE *fp, const struct item *i)
{
	uint64_t lines = 0;
	size_t at, n;

	for (at = 0; at < i->size; at += n) {
		n = i->size - at < PIECE ? i->size - at : PIECE;
		if (is_zero(i->bytes + at, n))
			continue;
		put_line(fp, i, at, i->bytes + at, n);
		lines++;
	}
	return lines;
}

/* Some records a line, each after its key, the oldest first */
static uint64_t
write_cache(FILE *fp, const struct item *i)
{
	size_t each = sizeof(uint64_t) + i->size, per = 1 + PIECE / each, n = 0;
	char *text = xmalloc(per * each);
	uint64_t lines = 0, key;
	uint32_t place = 0;
	const void *record;

	while ((record = cache_next(i->cache, &place, &key)) != NULL) {
		memcpy(text + n * each, &key, sizeof(key));
		memcpy(text + n * each + sizeof(key), record, i->size);
		if (++n < per)
			continue;
		put_line(fp, i, lines++, text, n * each);
		n = 0;
	}
	if (n > 0)
		put_line(fp, i, lines++, text, n * each);
	free(text);
	return lines;
}

/* How this machine keeps numbers */
static unsigned int
byte_order(void)
{
	const uint32_t one = 0x01020304;
	unsigned char first;

	memcpy(&first, &one, 1);
	return first;
}

void
store_write(FILE *fp, const struct store *s)
{
	uint64_t lines = 0;
	size_t i;

	fprintf(fp, "{\"state\":\"audit-watch\",\"version\":%d,\"order\":%u}\n",
	    STORE_VERSION, byte_order());
	for (i = 0; i < s->n; i++)
		lines += s->v[i].cache != NULL ? write_cache(fp, &s->v[i])
					       : write_bytes(fp, &s->v[i]);
	fprintf(fp, "{\"end\":%" PRIu64 "}\n", lines);
}

/* Reading */

static bool
number(struct json object, const char *name, uint64_t *n)
{
	struct json j = json_member(object, name);
	size_t i;

	*n = 0;
	if (json_kind(j) != '0' || j.len > 18)
		return false;
	for (i = 0; i < j.len; i++) {
		if (j.p[i] < '0' || j.p[i] > '9')
			return false;
		*n = *n * 10 + (uint64_t)(j.p[i] - '0');
	}
	return true;
}

static bool
tag_is(struct json j, uint64_t tag)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIx64, tag);
	return json_says(j, text);
}

static bool
take_cache(const struct item *i, const struct buf *b)
{
	size_t each = sizeof(uint64_t) + i->size, at;
	uint64_t key;

	if (b->len % each != 0)
		return false;
	for (at = 0; at < b->len; at += each) {
		memcpy(&key, b->p + at, sizeof(key));
		memcpy(cache_at(i->cache, key), b->p + at + sizeof(key),
		    i->size);
	}
	return true;
}

/* A line of what is remembered. A name that is not known is passed over, and
 * so is what lies otherwise by now. */
static bool
take(struct store *s, struct json line, struct buf *b)
{
	struct json name = json_member(line, "store"), text;
	const struct item *item = NULL;
	uint64_t size, at;
	size_t i;

	text = json_member(line, "bytes");
	if (json_kind(name) != '"' || json_kind(text) != '"' ||
	    !number(line, "size", &size) || !number(line, "at", &at) ||
	    !base64_read(b, text.p + 1, text.len - 2))
		return false;
	for (i = 0; i < s->n && item == NULL; i++)
		if (json_says(name, s->v[i].name))
			item = &s->v[i];
	if (item == NULL || size != item->size ||
	    !tag_is(json_member(line, "tag"), item->tag))
		return true;
	if (item->cache != NULL)
		return take_cache(item, b);
	if (at > item->size || b->len > item->size - at)
		return false;
	memcpy(item->bytes + at, b->p, b->len);
	return true;
}

static char *
read_head(struct line *in)
{
	struct json head;
	const char *text;
	uint64_t version, order;
	size_t where;

	if (line_next(in) != 1)
		return xstrdup("no state of audit-watch");
	text = line_text(in);
	if (json_parse(&head, text, strlen(text), &where) != NULL ||
	    json_kind(head) != '{' ||
	    !json_says(json_member(head, "state"), "audit-watch") ||
	    !number(head, "version", &version) ||
	    !number(head, "order", &order))
		return xstrdup("no state of audit-watch");
	if (version != STORE_VERSION)
		return xasprintf("its version is %" PRIu64 ", and this program "
				 "reads version %d",
		    version, STORE_VERSION);
	if (order != byte_order())
		return xstrdup("it is of another kind of machine");
	return NULL;
}

char *
store_read(struct store *s, FILE *fp)
{
	struct line *in = line_new(fp);
	struct buf b = { NULL, 0, 0 };
	char *error = read_head(in);
	uint64_t lines = 0, end;
	bool ended = false;
	struct json j;
	size_t where;
	int got;

	while (error == NULL && (got = line_next(in)) != 0) {
		const char *text = line_text(in);

		if (got == -1 || ended ||
		    json_parse(&j, text, strlen(text), &where) != NULL ||
		    json_kind(j) != '{' ||
		    (!(ended = number(j, "end", &end)) && !take(s, j, &b)) ||
		    (ended && end != lines))
			error =
			    xasprintf("line %zu is damaged", line_number(in));
		lines++;
	}
	if (error == NULL && ferror(fp))
		error = xstrdup("cannot be read");
	if (error == NULL && !ended)
		error = xstrdup("it ends early");
	buf_free(&b);
	line_free(in);
	return error;
}
