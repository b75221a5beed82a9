/* crew - worker processes that do tasks, whose answers are wanted in the order
 * of the tasks
 *
 * Tasks go to the workers in turn, over a pair of sockets each; so do answers
 * come back. A worker that has more to say than its socket holds waits until it
 * is asked. */

#include "crew.h"

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mem.h"
#include "tool.h"

#define AHEAD 2 /* tasks that a worker has at most */
#define SOCKET (STDERR_FILENO + 1)

struct worker {
	pid_t pid; /* 0: it is gone */
	int fd;
};

struct crew {
	struct crew_job job;
	struct worker *workers;
	unsigned int n;
	uint64_t put, got; /* tasks */
	bool failed;
};

/* What stands before a task or an answer */
struct head {
	uint64_t len;
	uint64_t more; /* it is a part */
};

static int
put_bytes(int fd, const void *bytes, size_t len)
{
	const char *p = bytes;
	ssize_t n;

	while (len > 0) {
		n = send(fd, p, len, MSG_NOSIGNAL);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Returns 0, or -1: there is no more. */
static int
get_bytes(int fd, void *bytes, size_t len)
{
	char *p = bytes;
	ssize_t n;

	while (len > 0) {
		n = recv(fd, p, len, MSG_WAITALL);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

static int
put_frame(int fd, const void *bytes, size_t len, bool more)
{
	const struct head head = { len, more };

	return put_bytes(fd, &head, sizeof(head)) == -1
	    ? -1
	    : put_bytes(fd, bytes, len);
}

static int
get_frame(int fd, struct buf *b, bool *more)
{
	struct head head;

	if (get_bytes(fd, &head, sizeof(head)) == -1)
		return -1;
	if (head.len > b->size) {
		b->p = xreallocarray(b->p, head.len, 1);
		b->size = head.len;
	}
	b->len = head.len;
	*more = head.more != 0;
	return get_bytes(fd, b->p, head.len);
}

/* A worker */

static int
work(struct crew *crew)
{
	struct buf task = { NULL, 0, 0 }, answer = { NULL, 0, 0 };
	bool more;
	int rc = 0;

	if (crew->job.begin != NULL && crew->job.begin(crew->job.arg) == -1)
		return -1;
	while (rc == 0 && get_frame(SOCKET, &task, &more) == 0) {
		answer.len = 0;
		rc = crew->job.work(crew->job.arg, crew, &task, &answer);
		if (rc == 0)
			rc = put_frame(SOCKET, answer.p, answer.len, false);
	}
	if (rc == 0 && crew->job.end != NULL)
		crew->job.end(crew->job.arg);
	buf_free(&task);
	buf_free(&answer);
	return rc;
}

int
crew_part(struct crew *crew, struct buf *answer)
{
	int rc;

	(void)crew;
	rc = put_frame(SOCKET, answer->p, answer->len, true);
	answer->len = 0;
	return rc;
}

/* What reads our output sees its end when we end, not when the last worker
 * does; and who holds the other end of a connection likewise. */
static _Noreturn void
become_worker(struct crew *crew, int fd, pid_t parent)
{
	static char line[BUFSIZ];

	signal(SIGPIPE, SIG_DFL);
	/* two that fail at once speak one after the other */
	setvbuf(stderr, line, _IOLBF, sizeof(line));
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || getppid() != parent ||
	    dup2(STDERR_FILENO, STDOUT_FILENO) == -1 ||
	    (fd != SOCKET && dup2(fd, SOCKET) == -1))
		_exit(TOOL_FAILED);
	closefrom(SOCKET + 1);
	_exit(work(crew) == 0 ? TOOL_OK : TOOL_FAILED);
}

/* Who has them */

static int
start(struct crew *crew, struct worker *w)
{
	const pid_t parent = getpid();
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1) {
		warn("worker");
		return -1;
	}
	w->pid = fork();
	if (w->pid == 0)
		become_worker(crew, pair[1], parent);
	close(pair[1]);
	w->fd = pair[0];
	if (w->pid != -1)
		return 0;
	warn("worker");
	close(w->fd);
	return -1;
}

struct crew *
crew_new(int workers, const struct crew_job *job)
{
	struct crew *crew = xcalloc(1, sizeof(*crew));

	crew->job = *job;
	crew->workers = xcalloc((size_t)workers, sizeof(*crew->workers));
	/* who started us may not want to know how his own end */
	signal(SIGCHLD, SIG_DFL);
	/* what is in there would be written by each of them, too */
	tool_flush();
	for (; crew->n < (unsigned int)workers; crew->n++)
		if (start(crew, &crew->workers[crew->n]) == -1) {
			crew_free(crew);
			return NULL;
		}
	return crew;
}

/* Returns its status, as waitpid(2) has it. */
static int
reap(struct worker *w)
{
	int status = 0;

	if (w->pid == 0)
		return 0;
	close(w->fd);
	while (waitpid(w->pid, &status, 0) == -1 && errno == EINTR)
		continue;
	w->pid = 0;
	return status;
}

void
crew_free(struct crew *crew)
{
	unsigned int i;

	if (crew == NULL)
		return;
	for (i = 0; i < crew->n; i++) {
		if (crew->workers[i].pid != 0 && crew_owes(crew))
			kill(crew->workers[i].pid, SIGKILL);
		reap(&crew->workers[i]);
	}
	free(crew->workers);
	free(crew);
}

bool
crew_full(const struct crew *crew)
{
	return crew->put - crew->got == (uint64_t)crew->n * AHEAD;
}

bool
crew_owes(const struct crew *crew)
{
	return crew->put > crew->got;
}

void
crew_put(struct crew *crew, const void *task, size_t len)
{
	const struct worker *w = &crew->workers[crew->put++ % crew->n];

	/* that it is gone shows when its answer is asked for */
	if (w->pid != 0)
		(void)put_frame(w->fd, task, len, false);
}

int
crew_get(struct crew *crew, struct buf *answer)
{
	struct worker *w = &crew->workers[crew->got % crew->n];
	bool more = false;
	int status;

	if (crew->failed)
		return -1;
	if (get_frame(w->fd, answer, &more) == 0) {
		crew->got += !more;
		return more;
	}
	crew->failed = true;
	status = reap(w);
	if (WIFSIGNALED(status))
		warnx("a worker process was ended by signal %d",
		    WTERMSIG(status));
	return -1;
}
