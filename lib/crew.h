/* crew - worker processes that do tasks, whose answers are wanted in the order
 * of the tasks
 *
 * Each is a fork of this process that keeps standard input and standard error
 * of what is open, and nothing else: connections are its own, opened in
 * begin(). What it prints goes to standard error. It ends with this process,
 * whatever ended that. A task is short, some kB; an answer may be long. */
#ifndef AUDIT_CREW_H
#define AUDIT_CREW_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

struct crew;

/* What a worker does. These return 0, or -1, which ends it: then it has said
 * why. */
struct crew_job {
	int (*begin)(void *arg); /* may be NULL */
	/* append the answer; the task is borrowed */
	int (*work)(void *arg, struct crew *, const struct buf *task,
	    struct buf *answer);
	void (*end)(void *arg); /* there is nothing more to do; may be NULL */
	void *arg;
};

/* Returns NULL where there can be no such processes: then it has said why. */
struct crew *crew_new(int workers, const struct crew_job *);
/* Ends them: at once, if there are tasks whose answers nobody got. Accepts
 * NULL. */
void crew_free(struct crew *);

/* Whether all have as many tasks as they may: the one that they do, and the
 * next. Then crew_put() waits for crew_get(). */
bool crew_full(const struct crew *);
void crew_put(struct crew *, const void *task, size_t len);
/* Whether there are tasks whose answers nobody got. */
bool crew_owes(const struct crew *);
/* The answer to the oldest of these; it replaces what is in the buffer. Returns
 * 0; 1 if it is a part of it and the next call gets the next one; -1 if its
 * worker has failed or was killed: that has been said. */
int crew_get(struct crew *, struct buf *answer);

/* In work(): what there is of a long answer is a part, and the buffer empty
 * again. */
int crew_part(struct crew *, struct buf *answer);

#endif
