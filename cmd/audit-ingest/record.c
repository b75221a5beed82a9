/* record - one record of the server's log, from jsonlog or csvlog */

#include "record.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

struct reader {
	enum record_form form;
};

struct reader *
reader_new(enum record_form form)
{
	struct reader *r = xcalloc(1, sizeof(*r));

	r->form = form;
	return r;
}

void
reader_free(struct reader *r)
{
	free(r);
}

size_t
reader_split(struct reader *r, const char *p, size_t len)
{
	const char *end = memchr(p, '\n', len);

	(void)r;
	return end == NULL ? 0 : (size_t)(end - p) + 1;
}

void
reader_begin(struct reader *r)
{
	(void)r;
}

const char *
reader_read(struct reader *r, struct record *rec, const char *p, size_t len)
{
	(void)r;
	(void)p;
	(void)len;
	memset(rec, 0, sizeof(*rec));
	return "not read yet";
}
