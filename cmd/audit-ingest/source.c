/* source - where the bytes of the log come from */

#include "source.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "mem.h"

struct source {
	struct reader *reader;
	struct buf buf;
	size_t at; /* what is before has been handed out */
	uint64_t line;
	bool ended, failed;
	char error[256];
};

struct source *
source_stdin(struct reader *reader)
{
	struct source *s = xcalloc(1, sizeof(*s));

	s->reader = reader;
	return s;
}

void
source_free(struct source *s)
{
	if (s == NULL)
		return;
	buf_free(&s->buf);
	free(s);
}

static void
fill(struct source *s)
{
	char bytes[65536];
	ssize_t n = read(STDIN_FILENO, bytes, sizeof(bytes));

	if (n > 0)
		buf_put(&s->buf, bytes, (size_t)n);
	else if (n == 0)
		s->ended = true;
	else {
		strlcpy(s->error, strerror(errno), sizeof(s->error));
		s->failed = true;
	}
}

enum source_got
source_next(struct source *s, struct piece *piece)
{
	size_t n;

	while ((n = reader_split(s->reader, s->buf.p + s->at,
		    s->buf.len - s->at)) == 0) {
		if (s->failed)
			return SOURCE_FAILED;
		if (s->ended)
			return SOURCE_END;
		memmove(s->buf.p, s->buf.p + s->at, s->buf.len - s->at);
		s->buf.len -= s->at;
		s->at = 0;
		fill(s);
	}
	*piece = (struct piece){ s->buf.p + s->at, n - 1, NULL, ++s->line };
	s->at += n;
	return SOURCE_RECORD;
}

const char *
source_error(const struct source *s)
{
	return s->error;
}
