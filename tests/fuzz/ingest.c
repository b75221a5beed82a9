/* fuzz/ingest - any bytes as the server's log; the events are whole, however
 * the bytes come, and the same when it is stopped and run again */

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

/* The last state of each session, as the server keeps them */
struct states {
	struct state {
		char *text;
		size_t len;
	} v[256];
	size_t n;
};

/* Keep a state; false: there is no room. */
static bool
keep(struct states *states, struct json v)
{
	struct json name = json_member(v, "session"), whole;
	struct state *s = states->v;
	size_t where;

	for (; s < states->v + states->n; s++) {
		want(json_parse(&whole, s->text, s->len, &where) == NULL);
		if (json_same(json_member(whole, "session"), name))
			break;
	}
	if (s == states->v + sizeof(states->v) / sizeof(*s))
		return false;
	if (s == states->v + states->n)
		states->n++;
	else
		free(s->text);
	*s = (struct state){ xstrndup(v.p, v.len), v.len };
	return true;
}

/* Save it, and go on as another one that knows what was saved. */
static struct interp *
again(struct interp *t, struct states *states, const struct interp_want *w,
    bool *room)
{
	struct buf text = { NULL, 0, 0 };
	struct interp *other;
	struct json whole, key, v;
	struct json_iter it;
	size_t where, i;

	interp_save(t, &text);
	want(json_parse(&whole, text.p, text.len, &where) == NULL);
	check_text(text.p, text.len);
	json_begin(&it, whole);
	while (json_next(&it, &key, &v))
		*room &= keep(states, v);
	buf_free(&text);
	if (!*room)
		return t;
	other = interp_new(w);
	interp_since(other, interp_since_now(t));
	for (i = 0; i < states->n; i++)
		interp_load(other, states->v[i].text, states->v[i].len);
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

/* One that reads on, and one that is stopped again and again, tell the same. */
struct twins {
	struct interp_want want;
	struct interp *one, *other;
	struct states states;
	struct buf out, others;
	size_t records;
	bool room;
};

static void
compare(struct twins *t)
{
	want(t->out.len == t->others.len &&
	    (t->out.len == 0 ||
		memcmp(t->out.p, t->others.p, t->out.len) == 0));
	check_events(&t->out);
	buf_reset(&t->others);
}

static void
take(struct twins *t, const struct record *rec)
{
	interp_record(t->one, rec, &t->out);
	interp_record(t->other, rec, &t->others);
	compare(t);
	if (t->room && ++t->records % 3 == 0)
		t->other = again(t->other, &t->states, &t->want, &t->room);
}

static void
end(struct twins *t)
{
	size_t i;

	interp_end(t->one, &t->out);
	interp_end(t->other, &t->others);
	compare(t);
	interp_free(t->one);
	interp_free(t->other);
	for (i = 0; i < t->states.n; i++)
		free(t->states.v[i].text);
	buf_free(&t->out);
	buf_free(&t->others);
}

static void
begin(struct twins *t, char *const databases[], size_t size)
{
	memset(t, 0, sizeof(*t));
	t->want =
	    (struct interp_want){ "fuzz", size % 2, size % 3 == 0, databases };
	t->one = interp_new(&t->want);
	t->other = interp_new(&t->want);
	t->room = true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char app[] = "app";
	char *const databases[] = { app };
	struct reader *r = reader_new(RECORD_UNKNOWN),
		      *slow = reader_new(RECORD_UNKNOWN);
	struct record rec;
	struct twins t;
	size_t at, n;
	char *copy;

	begin(&t, databases, size);
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
		if (reader_read(r, &rec, copy, n - 1) == NULL)
			take(&t, &rec);
		free(copy);
	}
	end(&t);
	reader_free(r);
	reader_free(slow);
	return 0;
}
