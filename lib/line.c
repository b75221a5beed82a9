/* line - read lines of text or JSON, knowing their number; write JSON */

#include "line.h"

#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "utf8.h"

struct line {
	FILE *fp;
	size_t number;
	char *text;
	size_t size; /* of text, as getline() keeps it */
	char error[64];
};

struct line *
line_new(FILE *fp)
{
	struct line *l = xcalloc(1, sizeof(*l));

	l->fp = fp;
	return l;
}

void
line_free(struct line *l)
{
	if (l == NULL)
		return;
	free(l->text);
	free(l);
}

/* How many bytes are ASCII here, eight at a time, for most are */
static size_t
ascii(const char *s, size_t len)
{
	uint64_t w;
	size_t n;

	for (n = 0; len - n >= 8; n += 8) {
		memcpy(&w, s + n, sizeof(w));
		if ((w & 0x8080808080808080) != 0)
			break;
	}
	return n;
}

/* NULL, or what keeps these bytes from being text */
static const char *
not_text(const char *s, size_t len)
{
	size_t n;

	if (memchr(s, '\0', len) != NULL)
		return "holds a zero byte";
	for (; len > 0; s += n, len -= n)
		if ((n = ascii(s, len)) == 0 && (n = utf8_length(s, len)) == 0)
			return "not UTF-8";
	return NULL;
}

int
line_next(struct line *l)
{
	const char *why;
	ssize_t got;
	size_t len;

	do {
		if ((got = getline(&l->text, &l->size, l->fp)) == -1)
			return 0;
		l->number++;
		len = (size_t)got;
		if (len > 0 && l->text[len - 1] == '\n')
			len--;
		if (len > 0 && l->text[len - 1] == '\r')
			len--;
		l->text[len] = '\0';
	} while (len == 0 || strspn(l->text, " \t\r") == len);

	if ((why = not_text(l->text, len)) == NULL)
		return 1;
	snprintf(l->error, sizeof(l->error), "line %zu: %s", l->number, why);
	return -1;
}

/* Whether stdio has read a whole line ahead; only glibc tells. */
static bool
has_line(FILE *fp)
{
#ifdef __GLIBC__
	const char *p = fp->_IO_read_ptr;

	return p != NULL &&
	    memchr(p, '\n', (size_t)(fp->_IO_read_end - p)) != NULL;
#else
	(void)fp;
	return false;
#endif
}

bool
line_waits(const struct line *l)
{
	struct pollfd in = { .fd = fileno(l->fp), .events = POLLIN };

	return !has_line(l->fp) && poll(&in, 1, 0) == 0;
}

const char *
line_text(const struct line *l)
{
	return l->text;
}

size_t
line_number(const struct line *l)
{
	return l->number;
}

const char *
line_error(const struct line *l)
{
	return l->error;
}

/* What follows the backslash, 0 where a character needs none. The table is
 * PostgreSQL's, so that a string looks the same whoever wrote it. */
static char
escape(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\': return (char)c;
	case '\b': return 'b';
	case '\f': return 'f';
	case '\n': return 'n';
	case '\r': return 'r';
	case '\t': return 't';
	default: return c < 0x20 ? 'u' : 0;
	}
}

void
line_put_string(FILE *fp, const char *s, size_t len)
{
	size_t i, done = 0;
	char e;

	putc('"', fp);
	for (i = 0; i < len; i++) {
		if ((e = escape((unsigned char)s[i])) == 0)
			continue;
		fwrite(s + done, 1, i - done, fp);
		done = i + 1;
		if (e == 'u')
			fprintf(fp, "\\u%04x", (unsigned char)s[i]);
		else
			fprintf(fp, "\\%c", e);
	}
	fwrite(s + done, 1, len - done, fp);
	putc('"', fp);
}
