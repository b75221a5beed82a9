/* crew - worker processes, and what becomes of them
 *
 * crew order N	answers come in the order of the tasks, whole ones and parts
 * crew fail	a worker that cannot begin, and one that gives up
 * crew kill	a worker that is killed between two answers
 * crew leave	one that is done with before its answers are
 * crew orphan	prints the workers' numbers and waits to be killed
 */

#include "crew.h"

#include <dirent.h>
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONG ((size_t)3 * 1024 * 1024)

static int
count_open(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	if (dir == NULL)
		err(1, "/proc/self/fd");
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

/* Each answer is the task, the process and how many files are open there; that
 * of a large number is long and comes in parts. */
static int
work(void *arg, struct crew *crew, const struct buf *task, struct buf *answer)
{
	static const char fill[LONG];
	int i, n, open = count_open();
	pid_t pid = getpid();

	(void)arg;
	memcpy(&n, task->p, sizeof(n));
	if (n == -1) {
		warnx("the worker gives up");
		return -1;
	}
	if (n == -2)
		for (;;)
			pause();
	buf_put(answer, (const char *)&n, sizeof(n));
	buf_put(answer, (const char *)&pid, sizeof(pid));
	buf_put(answer, (const char *)&open, sizeof(open));
	if (n % 10 == 9) {
		for (i = 0; i < 3; i++) {
			buf_put(answer, fill, LONG);
			if (i < 2 && crew_part(crew, answer) == -1)
				return -1;
		}
	}
	return 0;
}

static int
cannot(void *arg)
{
	warnx("%s", (const char *)arg);
	return -1;
}

static void
put(struct crew *crew, int n)
{
	crew_put(crew, &n, sizeof(n));
}

/* The next whole answer; its number, or -1 */
static int
get(struct crew *crew, pid_t *pid, int *open, size_t *len, int *parts)
{
	struct buf b = { NULL, 0, 0 };
	int n = -1, rc;

	*len = 0;
	*parts = 0;
	do {
		rc = crew_get(crew, &b);
		if (rc == -1)
			break;
		if (*len == 0) {
			memcpy(&n, b.p, sizeof(n));
			memcpy(pid, b.p + sizeof(n), sizeof(*pid));
			memcpy(open, b.p + sizeof(n) + sizeof(*pid),
			    sizeof(*open));
		}
		*len += b.len;
		++*parts;
	} while (rc == 1);
	buf_free(&b);
	return rc == -1 ? -1 : n;
}

static void
order(int workers)
{
	const struct crew_job job = { .work = work };
	struct crew *crew;
	int i, next = 0, open = 0, parts, tasks = 200;
	size_t len;
	pid_t pid;

	/* what a worker could have inherited */
	for (i = 0; i < 5; i++)
		if (dup(STDERR_FILENO) == -1)
			err(1, "dup");
	if ((crew = crew_new(workers, &job)) == NULL)
		exit(1);
	for (i = 0; i < tasks || crew_owes(crew);) {
		for (; i < tasks && !crew_full(crew); i++)
			put(crew, i);
		if (get(crew, &pid, &open, &len, &parts) != next)
			errx(1, "not in order: %d", next);
		if (parts != (next % 10 == 9 ? 3 : 1) ||
		    (len > LONG) != (next % 10 == 9))
			errx(1, "%d: %d parts, %zu bytes", next, parts, len);
		next++;
	}
	if (next != tasks)
		errx(1, "%d answers", next);
	/* 0, 1, 2, the socket, the directory itself and its . and .. */
	if (open != 7)
		errx(1, "%d files are open in a worker", open);
	crew_free(crew);
}

static void
fail(void)
{
	char why[] = "the worker cannot begin";
	struct crew_job job = { cannot, work, NULL, why };
	struct crew *crew = crew_new(2, &job);
	int i, open, parts;
	size_t len;
	pid_t pid;

	put(crew, 1);
	if (get(crew, &pid, &open, &len, &parts) != -1)
		errx(1, "it began");
	crew_free(crew);
	job.begin = NULL;
	crew = crew_new(2, &job);
	put(crew, 1);
	put(crew, -1);
	put(crew, 2);
	if (get(crew, &pid, &open, &len, &parts) != 1)
		errx(1, "the first did not answer");
	for (i = 0; i < 2; i++)
		if (get(crew, &pid, &open, &len, &parts) != -1)
			errx(1, "there is an answer after a failure");
	crew_free(crew);
}

static void
kill_one(void)
{
	const struct crew_job job = { .work = work };
	struct crew *crew = crew_new(2, &job);
	int i, n, open, parts;
	size_t len;
	pid_t pid;

	for (i = 0; i < 2; i++)
		put(crew, i);
	if (get(crew, &pid, &open, &len, &parts) != 0)
		errx(1, "the first did not answer");
	kill(pid, SIGKILL);
	for (i = 2; i < 20; i++) {
		put(crew, i);
		n = get(crew, &pid, &open, &len, &parts);
		if (n == -1)
			break;
		if (n != i - 1)
			errx(1, "not in order: %d", n);
	}
	if (i == 20)
		errx(1, "nobody noticed");
	crew_free(crew);
}

static void
leave(void)
{
	const struct crew_job job = { .work = work };
	struct crew *crew = crew_new(2, &job);

	put(crew, -2);
	put(crew, 9);
	crew_free(crew);
}

static void
orphan(void)
{
	const struct crew_job job = { .work = work };
	struct crew *crew = crew_new(2, &job);
	int open, parts, i;
	size_t len;
	pid_t pid;

	for (i = 0; i < 2; i++)
		put(crew, i);
	for (i = 0; i < 2; i++) {
		if (get(crew, &pid, &open, &len, &parts) != i)
			exit(1);
		printf("%d\n", (int)pid);
	}
	put(crew, -2);
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}

int
main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "";
	int before = count_open();

	if (strcmp(what, "order") == 0 && argc == 3) {
		order(atoi(argv[2]));
		before += 5;
	} else if (strcmp(what, "fail") == 0)
		fail();
	else if (strcmp(what, "kill") == 0)
		kill_one();
	else if (strcmp(what, "leave") == 0)
		leave();
	else if (strcmp(what, "orphan") == 0)
		orphan();
	else
		errx(2, "order N, fail, kill, leave or orphan");
	if (count_open() != before)
		errx(1, "files were left open");
	if (waitpid(-1, NULL, WNOHANG) != -1)
		errx(1, "a process was left");
	return 0;
}
