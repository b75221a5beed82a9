/* sort - records in the order of their keys, more than memory holds */

#include "sort.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "heap.h"
#include "mem.h"
#include "run.h"
#include "temp.h"

struct file {
	FILE *fp;
	off_t *ends; /* of each run in it */
	size_t nruns;
};

struct sort {
	size_t memory, ways;
	struct buf held;
	size_t *offsets; /* of the records held */
	size_t n, size;
	const char **order; /* of the records held, when it is known */
	size_t next;
	struct file file;
	struct run *runs; /* being merged, a heap: the first is the least */
	size_t nheap, nruns;
	bool reading, taken; /* the first run's record has been handed out */
	char *error;
};

struct sort *
sort_new(size_t memory, size_t ways)
{
	struct sort *s = xcalloc(1, sizeof(*s));

	s->memory = memory;
	s->ways = ways;
	return s;
}

static void
end_merge(struct sort *s)
{
	size_t i;

	for (i = 0; i < s->nruns; i++)
		buf_free(&s->runs[i].chunk);
	free(s->runs);
	s->runs = NULL;
	s->nruns = s->nheap = 0;
}

static void
close_file(struct file *f)
{
	if (f->fp != NULL)
		fclose(f->fp);
	free(f->ends);
	*f = (struct file){ NULL, NULL, 0 };
}

void
sort_free(struct sort *s)
{
	if (s == NULL)
		return;
	end_merge(s);
	close_file(&s->file);
	buf_free(&s->held);
	free(s->offsets);
	free(s->order);
	free(s->error);
	free(s);
}

const char *
sort_error(const struct sort *s)
{
	return s->error;
}

static int
fail(struct sort *s)
{
	if (s->error == NULL)
		s->error = xasprintf("temporary file in %s: %s", temp_dir(),
		    strerror(errno));
	return -1;
}

static int
open_file(struct sort *s, struct file *f)
{
	*f = (struct file){ temp_file(), NULL, 0 };
	if (f->fp == NULL)
		return fail(s);
	setvbuf(f->fp, NULL, _IOFBF, RUN_CHUNK);
	return 0;
}

static int
by_key(const void *a, const void *b)
{
	const char *p = *(const char *const *)a, *q = *(const char *const *)b;
	struct sort_record x, y;
	int order;

	run_get(p, &x);
	run_get(q, &y);
	order = run_compare(&x, &y);
	return order != 0 ? order : (p > q) - (p < q);
}

/* The records held in their order; it is free()d with them. */
static void
order_held(struct sort *s)
{
	size_t i;

	s->order = xreallocarray(NULL, s->n, sizeof(*s->order));
	for (i = 0; i < s->n; i++)
		s->order[i] = s->held.p + s->offsets[i];
	qsort(s->order, s->n, sizeof(*s->order), by_key);
}

/* What has been written is a run of the file. */
static int
end_run(struct sort *s, struct file *f)
{
	if (fflush(f->fp) == EOF || ferror(f->fp))
		return fail(s);
	f->ends = xreallocarray(f->ends, f->nruns + 1, sizeof(*f->ends));
	f->ends[f->nruns] = ftello(f->fp);
	return f->ends[f->nruns++] == -1 ? fail(s) : 0;
}

static int
spill(struct sort *s)
{
	struct sort_record r;
	size_t i;

	if (s->file.fp == NULL && open_file(s, &s->file) == -1)
		return -1;
	order_held(s);
	for (i = 0; i < s->n; i++) {
		run_get(s->order[i], &r);
		if (fwrite_unlocked(s->order[i], RUN_HEAD + r.keylen + r.len, 1,
			s->file.fp) != 1)
			return fail(s);
	}
	free(s->order);
	s->order = NULL;
	s->n = 0;
	s->held.len = 0;
	if (s->held.size > 2 * s->memory)
		buf_free(&s->held);
	return end_run(s, &s->file);
}

int
sort_add(struct sort *s, const struct sort_record *r)
{
	size_t size = RUN_HEAD + r->keylen + r->len;

	if (s->error != NULL)
		return -1;
	if (s->n > 0 &&
	    s->held.len + s->n * 2 * sizeof(char *) + size > s->memory &&
	    spill(s) == -1)
		return -1;
	if (s->n == s->size) {
		s->size = s->size == 0 ? 256 : 2 * s->size;
		s->offsets =
		    xreallocarray(s->offsets, s->size, sizeof(*s->offsets));
	}
	s->offsets[s->n++] = s->held.len;
	run_put(&s->held, r);
	return 0;
}

/* Merging */

/* Runs follow each other in the file as their records came. */
static int
compare(const void *x, const void *y)
{
	const struct run *a = x, *b = y;
	int order = run_compare(&a->r, &b->r);

	return order != 0 ? order : (a->end > b->end) - (a->end < b->end);
}

static void
sink(struct sort *s, size_t i)
{
	heap_sink(s->runs, s->nheap, sizeof(*s->runs), i, compare);
}

/* Begin to merge so many of the file's runs, from this one on. */
static int
begin_merge(struct sort *s, size_t first, size_t n)
{
	size_t i;
	struct run *run;

	s->runs = xcalloc(n, sizeof(*s->runs));
	s->nruns = s->nheap = n;
	for (i = 0; i < n; i++) {
		run = &s->runs[i];
		run->at = first + i == 0 ? 0 : s->file.ends[first + i - 1];
		run->end = s->file.ends[first + i];
		run->fd = fileno(s->file.fp);
		if (run_next(run) == -1)
			return fail(s);
	}
	for (i = n; i-- > 0;)
		sink(s, i);
	s->taken = false;
	return 0;
}

static int
merged(struct sort *s, struct sort_record *r)
{
	struct run was;
	int got;

	if (s->taken) {
		if ((got = run_next(&s->runs[0])) == -1)
			return fail(s);
		if (got == 0) {
			buf_free(&s->runs[0].chunk);
			was = s->runs[0];
			s->runs[0] = s->runs[--s->nheap];
			s->runs[s->nheap] = was;
		}
		sink(s, 0);
	}
	s->taken = s->nheap > 0;
	if (!s->taken)
		return 0;
	*r = s->runs[0].r;
	return 1;
}

/* Make one run of so many, in another file. */
static int
merge_into(struct sort *s, struct file *to, size_t first, size_t n)
{
	struct sort_record r = { .key = NULL };
	int got;

	if (begin_merge(s, first, n) == -1)
		return -1;
	while ((got = merged(s, &r)) == 1)
		if (fwrite_unlocked(r.key - RUN_HEAD,
			RUN_HEAD + r.keylen + r.len, 1, to->fp) != 1)
			return fail(s);
	end_merge(s);
	return got == -1 ? -1 : end_run(s, to);
}

/* Fewer and longer runs, until they can be merged at once. */
static int
reduce_runs(struct sort *s)
{
	struct file fewer;
	size_t i, n;
	int failed = 0;

	while (s->file.nruns > s->ways) {
		if (open_file(s, &fewer) == -1)
			return -1;
		for (i = 0; i < s->file.nruns && failed == 0; i += n) {
			n = s->file.nruns - i;
			if (n > s->ways)
				n = s->ways;
			failed = merge_into(s, &fewer, i, n);
		}
		close_file(&s->file);
		s->file = fewer;
		if (failed == -1)
			return -1;
	}
	return 0;
}

static int
begin_reading(struct sort *s)
{
	s->reading = true;
	if (s->file.fp == NULL) {
		order_held(s);
		return 0;
	}
	if (s->n > 0 && spill(s) == -1)
		return -1;
	buf_free(&s->held);
	free(s->offsets);
	s->offsets = NULL;
	if (reduce_runs(s) == -1)
		return -1;
	return begin_merge(s, 0, s->file.nruns);
}

int
sort_next(struct sort *s, struct sort_record *r)
{
	if (s->error != NULL || (!s->reading && begin_reading(s) == -1))
		return -1;
	if (s->file.fp != NULL)
		return merged(s, r);
	if (s->next == s->n)
		return 0;
	run_get(s->order[s->next++], r);
	return 1;
}
