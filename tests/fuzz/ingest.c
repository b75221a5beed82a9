/* fuzz/ingest - any bytes as the server's log; the events are whole, however
 * the bytes come, and what is kept of sessions can be read again */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../cmd/audit-ingest/interp.h"
#include "event.h"
#include "mem.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
want(bool true_)
{
	if (!true_)
		abort();
}

static void
check_text(const char *s, size_t len)
{
	size_t n;

	for (; len > 0; s += n, len -= n) {
		want(*s != '\0');
		n = utf8_length(s, len);
		want(n > 0);
	}
}

/* Each line is an event. */
static void
check_events(struct buf *out)
{
	const char *p = out->p, *end, *line;
	struct event e;

	if (out->len == 0)
		return;
	end = p + out->len;
	for (; p < end; p = line + 1) {
		line = memchr(p, '\n', (size_t)(end - p));
		want(line != NULL);
		check_text(p, (size_t)(line - p));
		want(event_read(&e, p, (size_t)(line - p)) == NULL);
		want(json_kind(e.v[E_NEW]) == '{');
	}
	buf_reset(out);
}

/* What was saved, taken by another one, which saves the same. */
static struct interp *
again(struct interp *t, const struct interp_want *w)
{
	struct buf state = { NULL, 0, 0 };
	struct interp *other = interp_new(w);
	struct json whole, key, v;
	struct json_iter i;
	size_t where;

	interp_save(t, &state);
	want(json_parse(&whole, state.p, state.len, &where) == NULL);
	check_text(state.p, state.len);
	json_begin(&i, whole);
	while (json_next(&i, &key, &v))
		interp_load(other, v.p, v.len);
	buf_free(&state);
	interp_free(t);
	return other;
}

/* How many bytes the first record takes if they come a few at a time */
static size_t
split_slowly(struct reader *r, const char *p, size_t len, size_t step)
{
	size_t n, there;

	for (there = step; there < len; there += step)
		if ((n = reader_split(r, p, there)) > 0)
			return n;
	return reader_split(r, p, len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *const databases[] = { xstrdup("app") };
	struct interp_want w = { "fuzz", size % 2, 0, databases };
	struct reader *r = reader_new(RECORD_UNKNOWN),
		      *slow = reader_new(RECORD_UNKNOWN);
	struct interp *t = interp_new(&w);
	struct buf out = { NULL, 0, 0 };
	struct record rec;
	size_t at, n, count = 0;
	char *copy;

	w.ndatabases = size % 3 == 0;
	for (at = 0; at < size; at += n) {
		/* exactly as long as it is, for the sanitizer */
		copy = xmalloc(size - at);
		memcpy(copy, data + at, size - at);
		n = reader_split(r, copy, size - at);
		want(n <= size - at);
		want(n == split_slowly(slow, copy, size - at, 1 + size % 7));
		free(copy);
		if (n == 0)
			break;
		copy = xmalloc(n);
		memcpy(copy, data + at, n);
		if (reader_read(r, &rec, copy, n - 1) == NULL) {
			interp_record(t, &rec, &out);
			check_events(&out);
			if (++count % 4 == 0)
				t = again(t, &w);
		}
		free(copy);
	}
	interp_end(t, &out);
	check_events(&out);
	buf_free(&out);
	interp_free(t);
	reader_free(r);
	reader_free(slow);
	free(databases[0]);
	return 0;
}
