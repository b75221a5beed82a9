/* shelf - where log files lie: which there are, and which is which */

#include "shelf.h"

#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hex.h"
#include "mem.h"
#include "shelf-state.h"
#include "tool.h"

struct shelf *
shelf_new(const struct shelf_kind *kind)
{
	struct shelf *s = xcalloc(1, sizeof(*s));

	s->kind = kind;
	s->fd = -1;
	s->digest = digest_new();
	return s;
}

static void
forget(struct shelf_file *files, int n)
{
	int i;

	for (i = 0; i < n; i++)
		free(files[i].name);
}

void
shelf_free(struct shelf *s)
{
	if (s == NULL)
		return;
	shelf_close(s);
	forget(s->files.v, s->files.n);
	forget(s->before.v, s->before.n);
	free(s->files.v);
	free(s->before.v);
	free(s->place);
	digest_free(s->digest);
	buf_free(&s->probe);
	free(s->error);
	free(s);
}

static void
keep(char **text, const char *fmt, va_list ap)
{
	free(*text);
	if (vasprintf(text, fmt, ap) == -1)
		err(TOOL_FAILED, NULL);
}

int
shelf_fail(struct shelf *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	keep(&s->error, fmt, ap);
	va_end(ap);
	return -1;
}

const char *
shelf_error(const struct shelf *s)
{
	return s->error;
}

/* postgresql.json and postgresql.json.1, but not postgresql.json.gz */
bool
shelf_wants(const char *name)
{
	static const char *const packed[] = { ".gz", ".xz", ".zst", ".bz2",
		".lz4" };
	size_t i, len = strlen(name);

	if (strstr(name, ".json") == NULL && strstr(name, ".csv") == NULL)
		return false;
	for (i = 0; i < sizeof(packed) / sizeof(*packed); i++)
		if (len > strlen(packed[i]) &&
		    strcmp(name + len - strlen(packed[i]), packed[i]) == 0)
			return false;
	return true;
}

void
shelf_add(struct shelf *s, const char *name, uint64_t inode, uint64_t size,
    int64_t changed)
{
	if (s->files.n == s->files.size) {
		s->files.size = s->files.size * 2 + 16;
		s->files.v = xreallocarray(s->files.v, (size_t)s->files.size,
		    sizeof(*s->files.v));
	}
	s->files.v[s->files.n++] = (struct shelf_file){ .name = xstrdup(name),
		.inode = inode,
		.size = size,
		.changed = changed };
}

static int
by_name(const void *a, const void *b)
{
	const struct shelf_file *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void
sort(struct shelf_files *f, int (*order)(const void *, const void *))
{
	if (f->n > 1)
		qsort(f->v, (size_t)f->n, sizeof(*f->v), order);
}

/* What the file was at the last look, if nothing happened to it since */
static const struct shelf_file *
as_before(const struct shelf *s, const struct shelf_file *f)
{
	const struct shelf_file *was = s->before.n == 0
	    ? NULL
	    : bsearch(f, s->before.v, (size_t)s->before.n, sizeof(*f), by_name);

	return was != NULL && was->inode == f->inode && was->size == f->size &&
		was->changed == f->changed
	    ? was
	    : NULL;
}

/* A digest of its first line, or of how that begins; false: it is not there
 * yet. */
static bool
digest_head(struct shelf *s, char head[static SHELF_HEAD])
{
	size_t len = s->probe.len < SHELF_BEGIN ? s->probe.len : SHELF_BEGIN;
	const char *end = memchr(s->probe.p, '\n', len);
	uint8_t hash[DIGEST_LEN];

	if (end == NULL && len < SHELF_BEGIN)
		return false;
	if (end != NULL)
		len = (size_t)(end - s->probe.p);
	digest_of(s->digest, s->probe.p, len, hash);
	hex_write(head, hash, sizeof(hash));
	return true;
}

/* The time of its first record. A file that begins with something else is no
 * log, unless somebody says that it is. */
static bool
read_first(struct shelf *s, struct shelf_file *f)
{
	struct reader *reader = reader_new(RECORD_UNKNOWN);
	size_t n = reader_split(reader, s->probe.p, s->probe.len);
	struct record record;
	bool ok;

	f->first = f->changed;
	ok = n == 0 || reader_read(reader, &record, s->probe.p, n - 1) == NULL;
	if (n > 0 && ok)
		f->first = record.at;
	reader_free(reader);
	return ok || s->as_named;
}

static int
probe(struct shelf *s, struct shelf_file *f)
{
	const struct shelf_file *before = as_before(s, f);

	if (before != NULL) {
		memcpy(f->head, before->head, sizeof(f->head));
		f->first = before->first;
		return 0;
	}
	buf_reset(&s->probe);
	if (f->size > 0 && s->kind->peek(s, f, SHELF_PROBE, &s->probe) == -1)
		return -1;
	if (s->probe.len == 0 || !digest_head(s, f->head) || !read_first(s, f))
		f->head[0] = '\0';
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const struct shelf_file *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* A server may write its log in both forms: one of them is enough. */
static void
drop_csv(struct shelf *s)
{
	bool json = false;
	int i, n = 0;

	for (i = 0; i < s->files.n; i++)
		json |= strstr(s->files.v[i].name, ".json") != NULL;
	for (i = 0; json && i < s->files.n; i++)
		if (strstr(s->files.v[i].name, ".json") != NULL)
			s->files.v[n++] = s->files.v[i];
		else
			free(s->files.v[i].name);
	if (json)
		s->files.n = n;
}

int
shelf_look(struct shelf *s, const struct shelf_file **files)
{
	struct shelf_files was;
	int i;

	forget(s->before.v, s->before.n);
	was = s->before;
	s->before = s->files;
	s->files = was;
	s->files.n = 0;
	if (s->kind->list(s) == -1)
		return -1;
	if (!s->as_named)
		drop_csv(s);
	for (i = 0; i < s->files.n; i++)
		if (probe(s, &s->files.v[i]) == -1)
			return -1;
	if (!s->as_named)
		sort(&s->files, compare);
	*files = s->files.v;
	return s->files.n;
}

bool
shelf_is_place(const struct shelf *s, const char *name)
{
	size_t len = s->place == NULL ? 0 : strlen(s->place);

	return len > 0 && strncmp(name, s->place, len) == 0 &&
	    name[len] == '/' && strchr(name + len + 1, '/') == NULL;
}

int
shelf_open(struct shelf *s, const struct shelf_file *f)
{
	shelf_close(s);
	if (s->kind->open(s, f) == -1)
		return -1;
	s->open = *f;
	s->open.name = xstrdup(f->name);
	return 0;
}

void
shelf_close(struct shelf *s)
{
	if (s->open.name == NULL)
		return;
	if (s->kind->close != NULL)
		s->kind->close(s);
	free(s->open.name);
	s->open = (struct shelf_file){ .name = NULL };
}

ssize_t
shelf_read(struct shelf *s, uint64_t offset, struct buf *b)
{
	return s->kind->read(s, offset, SHELF_CHUNK, b);
}

bool
shelf_gone(struct shelf *s)
{
	return s->kind->size(s) == -1;
}

bool
shelf_changed(struct shelf *s, uint64_t upto)
{
	int64_t size = s->kind->size(s);
	char head[SHELF_HEAD];

	if (size == -1)
		return false; /* it went: reading it says so */
	if ((uint64_t)size < upto)
		return true;
	buf_reset(&s->probe);
	if (s->kind->read(s, 0, SHELF_BEGIN, &s->probe) <= 0)
		return false;
	return !digest_head(s, head) || strcmp(head, s->open.head) != 0;
}
