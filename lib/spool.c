/* spool - texts laid aside in a temporary file */

#include "spool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "mem.h"
#include "temp.h"

struct spool {
	FILE *fp;
	off_t *ends; /* where each text ends */
	size_t n, size;
	char *text;
	size_t room; /* of text */
};

struct spool *
spool_new(void)
{
	FILE *fp = temp_file();
	struct spool *s;

	if (fp == NULL)
		return NULL;
	s = xcalloc(1, sizeof(*s));
	s->fp = fp;
	return s;
}

void
spool_free(struct spool *s)
{
	if (s == NULL)
		return;
	fclose(s->fp);
	free(s->ends);
	free(s->text);
	free(s);
}

int
spool_add(struct spool *s, const char *text, size_t len)
{
	if (s->n == s->size) {
		s->size = s->size == 0 ? 256 : 2 * s->size;
		s->ends = xreallocarray(s->ends, s->size, sizeof(*s->ends));
	}
	if (fwrite(text, 1, len, s->fp) != len)
		return -1;
	s->ends[s->n] = (s->n == 0 ? 0 : s->ends[s->n - 1]) + (off_t)len;
	s->n++;
	return 0;
}

size_t
spool_count(const struct spool *s)
{
	return s->n;
}

/* pread() leaves the position alone, where the next text is added. */
static int
read_at(struct spool *s, off_t from, size_t len)
{
	size_t done = 0;
	ssize_t got;

	while (done < len) {
		got = pread(fileno(s->fp), s->text + done, len - done,
		    from + (off_t)done);
		if (got == 0)
			errno = EIO;
		if (got == 0 || (got == -1 && errno != EINTR))
			return -1;
		if (got > 0)
			done += (size_t)got;
	}
	return 0;
}

const char *
spool_get(struct spool *s, size_t number, size_t *len)
{
	off_t from = number == 0 ? 0 : s->ends[number - 1];

	*len = (size_t)(s->ends[number] - from);
	if (*len >= s->room) {
		s->room = *len + 1;
		free(s->text); /* what it holds need not be copied */
		s->text = xmalloc(s->room);
	}
	if (fflush(s->fp) == EOF || read_at(s, from, *len) == -1)
		return NULL;
	s->text[*len] = '\0';
	return s->text;
}
