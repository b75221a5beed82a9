/* session-facts - what is known of a session, a refused login or a block */

#include "session-facts.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "moment.h"
#include "plain.h"

#define LONGEST 1000 /* bytes of a text: this is a summary */
#define SECOND 1e6
#define LARGEST 9e18 /* what an int64_t holds */

void
facts_init(struct facts *f)
{
	int i;

	for (i = 0; i < FACT_NUMBERS; i++)
		f->n[i] = FACT_NONE;
	for (i = 0; i < FACT_TEXTS; i++)
		f->t[i] = NULL;
}

void
facts_free(struct facts *f)
{
	int i;

	for (i = 0; i < FACT_TEXTS; i++)
		free(f->t[i]);
}

void
facts_take(struct facts *f, enum fact_text which, char *text)
{
	free(f->t[which]);
	f->t[which] = text;
}

void
facts_text(struct facts *f, enum fact_text which, struct json value)
{
	struct buf b = { NULL, 0, 0 };

	if (json_kind(value) != '"')
		return;
	plain_put(&b, value);
	buf_byte(&b, '\0');
	facts_take(f, which, plain_cut(b.p, b.len - 1, LONGEST));
	buf_free(&b);
}

void
facts_time(struct facts *f, enum fact_number which, struct json value)
{
	int64_t at;

	if (json_kind(value) == '"' && value.len >= 2 &&
	    moment_read(&at, value.p + 1, value.len - 2))
		f->n[which] = at;
}

void
facts_seconds(struct facts *f, enum fact_number which, struct json value)
{
	char *text;
	double us;

	if (json_kind(value) != '0')
		return;
	text = xstrndup(value.p, value.len);
	us = strtod(text, NULL) * SECOND;
	if (us >= 0 && us < LARGEST)
		f->n[which] = (int64_t)(us + .5);
	free(text);
}

void
facts_flag(struct facts *f, enum fact_number which, struct json value)
{
	if (json_kind(value) == 't' || json_kind(value) == 'f')
		f->n[which] = json_kind(value) == 't';
}

void
facts_put_time(struct buf *b, int64_t at)
{
	uint64_t n = htobe64((uint64_t)at ^ UINT64_C(1) << 63);

	buf_put(b, (const char *)&n, sizeof(n));
}

/* The numbers, then each text with its end; of one that is not known there is
 * the byte 0, of the others before them the byte 1. */
void
facts_write(struct buf *b, const struct facts *f)
{
	int i;

	buf_put(b, (const char *)f->n, sizeof(f->n));
	for (i = 0; i < FACT_TEXTS; i++) {
		buf_byte(b, f->t[i] != NULL);
		if (f->t[i] != NULL)
			buf_put(b, f->t[i], strlen(f->t[i]) + 1);
	}
}

void
facts_merge(struct facts *f, const char *p)
{
	int64_t n[FACT_NUMBERS];
	int i;

	memcpy(n, p, sizeof(n));
	p += sizeof(n);
	for (i = 0; i < FACT_NUMBERS; i++)
		if (n[i] != FACT_NONE)
			f->n[i] = n[i];
	for (i = 0; i < FACT_TEXTS; i++)
		if (*p++ != 0) {
			facts_take(f, (enum fact_text)i, xstrdup(p));
			p += strlen(p) + 1;
		}
}
