/* source-walk - log files one after the other: where it stopped, to their ends,
 * and on to what the server writes next
 *
 * A file is known by how it begins, so that it can be renamed, copied or
 * written anew. One is left when another one has something to read: what was
 * written to it until then has been read, as a server does not go back. */

#include <err.h>
#include <poll.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mem.h"
#include "shelf.h"
#include "source-state.h"
#include "tool.h"

#define SERVER_WAIT_MS 800
#define LOOK_MS 500

/* A file that was read before, by its head */
struct known {
	struct known *next;
	char head[SHELF_HEAD];
	char *name;
	uint64_t offset;
	uint64_t looked; /* so much of it there was when it had nothing more */
	bool done;
	int missed; /* looks that did not find it */
};

struct walk {
	struct shelf *shelf;
	bool follow;
	int wait_ms;
	struct known *known;
	void *tree;			/* of them, by their heads */
	struct known *now;		/* the one at hand */
	const struct shelf_file *files; /* n of them, at the last look */
	int n;
	bool fresh; /* which is now */
	int64_t looked_at;
	bool last; /* there is another one; this one is read once more */
};

static int
by_head(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	return strcmp(x->head, y->head);
}

static void
walk_free(struct source *s)
{
	struct walk *w = s->state;
	struct known *k;

	while ((k = w->known) != NULL) {
		w->known = k->next;
		tdelete(k, &w->tree, by_head);
		free(k->name);
		free(k);
	}
	shelf_free(w->shelf);
	free(w);
}

static struct known *
find(struct walk *w, const char *head)
{
	struct known key, **k;

	strlcpy(key.head, head, sizeof(key.head));
	k = tfind(&key, &w->tree, by_head);
	return k == NULL ? NULL : *k;
}

static struct known *
know(struct walk *w, const char *head, const char *name)
{
	struct known *k = find(w, head);

	if (k == NULL) {
		k = xcalloc(1, sizeof(*k));
		strlcpy(k->head, head, sizeof(k->head));
		k->next = w->known;
		w->known = k;
		if (tsearch(k, &w->tree, by_head) == NULL)
			err(TOOL_FAILED, NULL);
	}
	free(k->name);
	k->name = xstrdup(name);
	return k;
}

static void
walk_known(struct source *s, const struct place *p)
{
	struct known *k = know(s->state, p->head, p->name);

	k->offset = p->offset;
	k->done = p->done;
}

/* The longest there is of it: the others are copies that are not whole. */
static bool
is_longest(const struct shelf_file *f, const struct shelf_file *files, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (files[i].size > f->size &&
		    strcmp(files[i].head, f->head) == 0)
			return false;
	return true;
}

/* Whether there is something to read in it */
static bool
has_more(struct walk *w, const struct shelf_file *f,
    const struct shelf_file *files, int n)
{
	const struct known *k;

	if (f->head[0] == '\0')
		return false;
	k = find(w, f->head);
	if (k != NULL && (f->size >= k->offset || !w->fresh) &&
	    f->size <= (k->looked > k->offset ? k->looked : k->offset))
		return false;
	return is_longest(f, files, n);
}

/* The first file that has something, but for the one at hand */
static const struct shelf_file *
next_file(struct walk *w, const struct shelf_file *files, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (has_more(w, &files[i], files, n) &&
		    (w->now == NULL ||
			strcmp(files[i].head, w->now->head) != 0))
			return &files[i];
	return NULL;
}

static enum source_got
open_file(struct source *s, const struct shelf_file *f)
{
	struct walk *w = s->state;
	struct known *k = know(w, f->head, f->name);

	if (f->size < k->offset) {
		source_say(s,
		    "%s: shorter than it was: read again from its "
		    "beginning, what is there is not stored again",
		    f->name);
		k->offset = 0;
	}
	k->looked = 0;
	k->done = false;
	if (shelf_open(w->shelf, f) == -1)
		return source_fail(s, "%s", shelf_error(w->shelf));
	w->now = k;
	w->last = false;
	source_begin(s,
	    &(struct place){ k->head, k->name, f->inode, k->offset, false });
	return SOURCE_RECORD;
}

/* Go from the file at hand; what of it has not been read stays for later. */
static enum source_got
leave(struct source *s, bool done)
{
	struct walk *w = s->state;
	struct known *k = w->now;

	/* what follows the last record, which is not whole */
	if (done && s->buf.len > s->at && w->follow)
		source_say(s, "%s: ends within a record", k->name);
	k->offset = s->place.offset;
	k->looked = s->place.offset + (s->buf.len - s->at);
	k->done = done;
	s->place.done = done;
	w->now = NULL;
	shelf_close(w->shelf);
	s->buf.len = s->at = 0;
	return SOURCE_FILE;
}

static bool
is_there(const struct shelf_file *files, int n, const char *head)
{
	int i;

	for (i = 0; i < n; i++)
		if (strcmp(files[i].head, head) == 0)
			return true;
	return false;
}

/* A file from here that was not read to its end, and is not here any more; a
 * second look does not find it either: it could be about to get another
 * name. */
static enum source_got
find_lost(struct source *s, const struct shelf_file *files, int n, bool *again)
{
	struct walk *w = s->state;
	struct known *k;

	for (k = w->known; k != NULL; k = k->next) {
		if (k->done || k == w->now ||
		    !shelf_is_place(w->shelf, k->name))
			continue;
		k->missed = is_there(files, n, k->head) ? 0 : k->missed + 1;
		if (k->missed < 2) {
			*again |= k->missed > 0;
			continue;
		}
		k->done = true;
		s->place =
		    (struct place){ k->head, k->name, 0, k->offset, true };
		source_say(s, "%s: gone before it was read to its end",
		    k->name);
		return SOURCE_LOST;
	}
	return SOURCE_RECORD;
}

static int64_t
clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The file at hand has nothing more; see what there is besides. */
static enum source_got
look(struct source *s)
{
	struct walk *w = s->state;
	const struct shelf_file *next;
	bool again = false;

	/* among many files, the last look tells of the next ones, too */
	w->fresh = clock_ms() - w->looked_at >= LOOK_MS;
	next = w->fresh ? NULL : next_file(w, w->files, w->n);
	if (next == NULL) {
		w->fresh = true;
		if ((w->n = shelf_look(w->shelf, &w->files)) == -1)
			return source_fail(s, "%s", shelf_error(w->shelf));
		w->looked_at = clock_ms();
		next = next_file(w, w->files, w->n);
	}
	if (w->now != NULL) {
		if (shelf_gone(w->shelf) ||
		    shelf_changed(w->shelf, s->place.offset + s->buf.len))
			return leave(s, false);
		if (next != NULL || !w->follow) {
			if (w->last)
				return leave(s, next != NULL);
			w->last = true;
			return SOURCE_RECORD;
		}
	} else if (next != NULL)
		return open_file(s, next);
	if (find_lost(s, w->files, w->n, &again) == SOURCE_LOST)
		return SOURCE_LOST;
	if (!w->follow && !again)
		return SOURCE_END;
	poll(NULL, 0, w->wait_ms);
	return SOURCE_WAITS;
}

static enum source_got
walk_more(struct source *s)
{
	struct walk *w = s->state;
	ssize_t n;

	if (w->now == NULL)
		return look(s);
	n = shelf_read(w->shelf, s->place.offset + (s->buf.len - s->at),
	    &s->buf);
	if (n == -1)
		return source_fail(s, "%s", shelf_error(w->shelf));
	if (n > 0)
		w->last = false;
	return n > 0 ? SOURCE_RECORD : look(s);
}

static struct source *
walk(struct reader *reader, struct shelf *shelf, bool follow, int wait_ms)
{
	static const struct source_kind kind = { .more = walk_more,
		.known = walk_known,
		.free = walk_free };
	struct walk *w = xcalloc(1, sizeof(*w));

	w->shelf = shelf;
	w->follow = follow;
	w->wait_ms = wait_ms;
	w->looked_at = -LOOK_MS;
	return source_new(&kind, reader, w);
}

struct source *
source_files(struct reader *reader, int n, char *const names[])
{
	return walk(reader, shelf_files(n, names), false, SOURCE_WAIT_MS);
}

struct source *
source_follow(struct reader *reader, const char *directory)
{
	return walk(reader, shelf_directory(directory), true, SOURCE_WAIT_MS);
}

struct source *
source_server(struct reader *reader, struct db *db, bool follow)
{
	return walk(reader, shelf_server(db), follow, SERVER_WAIT_MS);
}
