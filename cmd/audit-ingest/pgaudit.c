/* pgaudit - what a record of the extension pgaudit says */

#include "pgaudit.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mem.h"

#define PREFIX "AUDIT: "
#define FIELDS 10
#define LEAST 9 /* without rows: pgaudit.log_rows is off */

/* Room for what is never longer than this: it does not move then. */
static void
reserve(struct buf *b, size_t len)
{
	buf_reset(b);
	if (b->size >= len)
		return;
	free(b->p);
	b->p = xmalloc(len);
	b->size = len;
}

/* A field, in quotes or not, up to its comma; its quotes inside are there
 * twice. Returns what is behind the comma, NULL at the end; *bad: quotes are
 * not in pairs. */
static const char *
field(const char *p, const char *end, struct text *t, struct buf *memory,
    bool *bad)
{
	size_t at = memory->len;
	const char *s;

	if (p == end || *p != '"') {
		s = memchr(p, ',', (size_t)(end - p));
		*t = (struct text){ p, (size_t)((s == NULL ? end : s) - p) };
		return s == NULL ? NULL : s + 1;
	}
	for (p++;; p = s + 1) {
		s = memchr(p, '"', (size_t)(end - p));
		if (s == NULL) {
			*bad = true;
			return NULL;
		}
		buf_put(memory, p, (size_t)(s - p));
		if (++s == end || *s != '"')
			break;
		buf_byte(memory, '"');
	}
	*t = (struct text){ memory->p + at, memory->len - at };
	*bad = s < end && *s != ',';
	return s < end ? s + 1 : NULL;
}

static bool
number(uint64_t *n, struct text t)
{
	size_t i;

	for (*n = 0, i = 0; i < t.len; i++) {
		if (t.p[i] < '0' || t.p[i] > '9')
			return false;
		*n = *n * 10 + (uint64_t)(t.p[i] - '0');
	}
	return t.len > 0 && t.len < 19;
}

/* What stands for a text that is not there */
static struct text
said(struct text t)
{
	if (t.len == 0 || text_is(t, "<none>") || text_is(t, "<not logged>") ||
	    text_is(t, "<previously logged>"))
		return told_text(NULL);
	return t;
}

bool
pgaudit_parse(struct pgaudit *a, struct text message, struct buf *memory)
{
	const char *p, *end = message.p + message.len;
	struct text v[FIELDS] = { 0 };
	uint64_t rows;
	bool bad = false;
	size_t n;

	if (!text_begins(message, PREFIX))
		return false;
	reserve(memory, 2 * message.len); /* and for the parts of a name */
	p = message.p + strlen(PREFIX);
	for (n = 0; p != NULL && !bad; n++) {
		if (n == FIELDS)
			return false;
		p = field(p, end, &v[n], memory, &bad);
	}
	if (bad || n < LEAST || !number(&a->id, v[1]) ||
	    !number(&a->part, v[2]) ||
	    (!text_is(v[0], "OBJECT") && !text_is(v[0], "SESSION")))
		return false;
	a->type = v[0];
	a->class = v[3];
	a->command = v[4];
	a->kind = said(v[5]);
	a->object = said(v[6]);
	a->statement = said(v[7]);
	a->parameters = said(v[8]);
	a->rows = number(&rows, v[9]) ? v[9] : told_text(NULL);
	return true;
}

static bool
has_word(struct text t, const char *word)
{
	size_t i, n = strlen(word);

	for (i = 0; i + n <= t.len; i++)
		if (strncasecmp(t.p + i, word, n) == 0)
			return true;
	return false;
}

bool
pgaudit_reads(const struct pgaudit *a)
{
	if (a->object.p == NULL)
		return false;
	if (text_is(a->class, "READ"))
		return true;
	if (!text_is(a->type, "OBJECT") || !text_is(a->class, "WRITE") ||
	    text_is(a->command, "TRUNCATE TABLE") ||
	    text_is(a->command, "TRUNCATE"))
		return false;
	if (!text_is(a->command, "INSERT") || a->statement.p == NULL)
		return true;
	return has_word(a->statement, "returning") ||
	    has_word(a->statement, "conflict");
}

/* A name and what is behind it */
static const char *
part(const char *p, const char *end, struct text *t, struct buf *memory)
{
	size_t at = memory->len;
	bool quoted = p < end && *p == '"';

	for (p += quoted; p < end && (quoted || *p != '.'); p++) {
		if (quoted && *p == '"' && (++p == end || *p != '"'))
			break;
		buf_byte(memory, *p);
	}
	*t = (struct text){ memory->p + at, memory->len - at };
	return p;
}

void
pgaudit_name(struct text object, struct text *schema, struct text *table,
    struct buf *memory)
{
	const char *p = object.p, *end = p + object.len;

	*schema = told_text(NULL);
	p = part(p, end, table, memory);
	if (p < end && *p == '.') {
		*schema = *table;
		part(p + 1, end, table, memory);
	}
}
