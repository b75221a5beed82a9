/* source - where the bytes of the log come from: what all of them do alike, and
 * standard input */

#include "source.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "source-state.h"
#include "tool.h"

struct source *
source_new(const struct source_kind *kind, struct reader *reader, void *state)
{
	struct source *s = xcalloc(1, sizeof(*s));

	s->kind = kind;
	s->reader = reader;
	s->state = state;
	s->line = 1;
	return s;
}

void
source_free(struct source *s)
{
	if (s == NULL)
		return;
	if (s->kind->free != NULL)
		s->kind->free(s);
	buf_free(&s->buf);
	free(s->note);
	free(s->error);
	free(s);
}

void
source_begin(struct source *s, const struct place *place)
{
	s->place = *place;
	s->line = place->offset == 0 ? 1 : 0;
	buf_reset(&s->buf);
	s->at = 0;
	reader_begin(s->reader);
}

static void
keep(char **text, const char *fmt, va_list ap)
{
	free(*text);
	if (vasprintf(text, fmt, ap) == -1)
		err(TOOL_FAILED, NULL);
}

enum source_got
source_fail(struct source *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	keep(&s->error, fmt, ap);
	va_end(ap);
	return SOURCE_FAILED;
}

void
source_say(struct source *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	keep(&s->note, fmt, ap);
	va_end(ap);
}

void
source_known(struct source *s, const struct place *place)
{
	if (s->kind->known != NULL)
		s->kind->known(s, place);
}

static uint64_t
newlines(const char *p, size_t len)
{
	const char *end = p + len;
	uint64_t n = 0;

	while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		n++;
		p++;
	}
	return n;
}

/* The next n bytes are a record. */
static enum source_got
hand_out(struct source *s, struct piece *piece, size_t n)
{
	const char *p = s->buf.p + s->at;

	*piece =
	    (struct piece){ p, n, s->place.name, s->line, s->place.offset };
	if (p[n - 1] == '\n')
		piece->len--;
	s->at += n;
	s->place.offset += n;
	if (s->line > 0)
		s->line += newlines(p, n);
	return SOURCE_RECORD;
}

/* What was handed out makes room for what comes. */
static void
shift(struct source *s)
{
	if (s->at == 0)
		return;
	memmove(s->buf.p, s->buf.p + s->at, s->buf.len - s->at);
	s->buf.len -= s->at;
	s->at = 0;
}

enum source_got
source_next(struct source *s, struct piece *piece)
{
	enum source_got got;
	size_t n;

	for (;;) {
		if (s->buf.len > s->at &&
		    (n = reader_split(s->reader, s->buf.p + s->at,
			 s->buf.len - s->at)) > 0)
			return hand_out(s, piece, n);
		shift(s);
		got = s->ended ? SOURCE_END : s->kind->more(s);
		/* nobody will write the end of a line; JSON shows where it
		 * does */
		if (got == SOURCE_END && s->buf.len > 0 && *s->buf.p == '{' &&
		    s->place.head == NULL) {
			s->ended = true;
			return hand_out(s, piece, s->buf.len);
		}
		if (got != SOURCE_RECORD)
			return got;
	}
}

const struct place *
source_place(const struct source *s)
{
	return &s->place;
}

char *
source_note(struct source *s)
{
	char *note = s->note;

	s->note = NULL;
	return note;
}

const char *
source_error(const struct source *s)
{
	return s->error;
}

static enum source_got
stdin_more(struct source *s)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
	char bytes[SOURCE_CHUNK];
	ssize_t n;

	if (poll(&fd, 1, SOURCE_WAIT_MS) <= 0)
		return SOURCE_WAITS;
	n = read(STDIN_FILENO, bytes, sizeof(bytes));
	if (n == -1 && errno == EINTR)
		return SOURCE_WAITS;
	if (n == -1)
		return source_fail(s, "standard input: %s", strerror(errno));
	if (n == 0)
		return SOURCE_END;
	buf_put(&s->buf, bytes, (size_t)n);
	return SOURCE_RECORD;
}

struct source *
source_stdin(struct reader *reader)
{
	static const struct source_kind kind = { .more = stdin_more };

	return source_new(&kind, reader, NULL);
}
