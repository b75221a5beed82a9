/* beside - a file that is there whole or not at all */

#include "beside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "temp.h"

struct beside {
	char *target; /* whose name it takes; NULL: it is copied to fd */
	char *path;   /* where it is meanwhile; NULL: fp writes to fd */
	int fd;	      /* -1: none */
	FILE *fp;
};

/* The unfinished file, for a signal */
static char *unfinished;

static void
on_signal(int sig)
{
	unlink(unfinished);
	/* the handler has been reset: this ends the program */
	raise(sig);
}

/* One at a time is enough for a tool. A signal that was ignored stays so. */
static void
guard(char *path)
{
	static const int sigs[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ };
	struct sigaction was,
	    act = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };
	size_t i;

	if (path != NULL)
		unfinished = path;
	else
		act.sa_handler = SIG_DFL;
	for (i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		if (sigaction(sigs[i], NULL, &was) == 0 &&
		    was.sa_handler != SIG_IGN)
			sigaction(sigs[i], &act, NULL);
}

/* dir/.name.XXXXXX; of a long name a part, for a name has 255 bytes at most */
static char *
name_beside(const char *path)
{
	const char *slash = strrchr(path, '/');
	int dir = slash == NULL ? 0 : (int)(slash + 1 - path);

	return xasprintf("%.*s.%.240s.XXXXXX", dir, path, path + dir);
}

/* A new file, with the rights that this one has or, if st is NULL, that a file
 * has by default */
static FILE *
make(char *path, const struct stat *st)
{
	mode_t mask = umask(0);
	int fd, error;
	FILE *fp;

	umask(mask);
	if ((fd = mkostemp(path, O_CLOEXEC)) == -1)
		return NULL;
	guard(path);
	if (fchmod(fd, st == NULL ? 0666 & ~mask : st->st_mode & 0777) == 0 &&
	    (fp = fdopen(fd, "w")) != NULL)
		return fp;
	error = errno;
	unlink(path);
	guard(NULL);
	close(fd);
	errno = error;
	return NULL;
}

/* Standard output, or what is no file: its name stays, and gets all of it. */
static int
open_other(struct beside *b, const char *path, bool whole)
{
	b->fd = path == NULL ? dup(STDOUT_FILENO)
			     : open(path, O_WRONLY | O_CLOEXEC);
	if (b->fd == -1)
		return -1;
	if (!whole) {
		/* it was closed, and is there again only to read */
		if ((b->fp = fdopen(b->fd, "w")) == NULL && errno == EINVAL)
			errno = EBADF;
		return b->fp == NULL ? -1 : 0;
	}
	b->path = xasprintf("%s/audit.XXXXXX", temp_dir());
	return (b->fp = make(b->path, NULL)) == NULL ? -1 : 0;
}

/* Where a link leads that leads to nothing yet; free() it. */
static char *
follow(const char *path)
{
	char to[PATH_MAX], *at = xstrdup(path), *next;
	const char *slash;
	ssize_t n;
	int i;

	for (i = 0; i < 40 && (n = readlink(at, to, sizeof(to))) > 0; i++) {
		slash = strrchr(at, '/');
		next = xasprintf("%.*s%.*s",
		    *to == '/' || slash == NULL ? 0 : (int)(slash + 1 - at), at,
		    (int)n, to);
		free(at);
		at = next;
	}
	return at;
}

static int
open_file(struct beside *b, const char *path, const struct stat *st)
{
	/* where a symbolic link leads is replaced, not the link */
	if (st == NULL)
		b->target = follow(path);
	else if ((b->target = realpath(path, NULL)) == NULL ||
	    access(path, W_OK) == -1)
		return -1;
	b->path = name_beside(b->target);
	return (b->fp = make(b->path, st)) == NULL ? -1 : 0;
}

static void
free_all(struct beside *b)
{
	free(b->target);
	free(b->path);
	free(b);
}

struct beside *
beside_open(const char *path, bool whole)
{
	struct beside *b = xcalloc(1, sizeof(*b));
	bool there = false, other = false;
	struct stat st;
	int failed = 0;

	b->fd = -1;
	if (path != NULL && strcmp(path, "-") == 0)
		path = NULL;
	if (path != NULL) {
		there = stat(path, &st) == 0;
		/* links that lead in a circle, say */
		failed = there || errno == ENOENT ? 0 : -1;
	}
	other = path == NULL || (there && !S_ISREG(st.st_mode));
	if (failed == 0)
		failed = other ? open_other(b, path, whole)
			       : open_file(b, path, there ? &st : NULL);
	if (failed == 0)
		return b;
	if (b->fd != -1)
		close(b->fd);
	free_all(b);
	return NULL;
}

FILE *
beside_stream(struct beside *b)
{
	return b->fp;
}

const char *
beside_path(const struct beside *b)
{
	return b->path;
}

static int
copy(const char *path, int to)
{
	char chunk[64 * 1024];
	int from = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n, done, at;

	if (from == -1)
		return -1;
	while ((n = read(from, chunk, sizeof(chunk))) > 0)
		for (at = 0; at < n; at += done)
			if ((done = write(to, chunk + at, (size_t)(n - at))) ==
			    -1) {
				n = -1;
				goto out;
			}
out:
	close(from);
	return n == 0 ? 0 : -1;
}

/* What is named by path onto the disk: who wrote it may have had a descriptor
 * of its own. */
static int
sync_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), error, failed;

	if (fd == -1)
		return -1;
	failed = fsync(fd);
	error = errno;
	close(fd);
	errno = error;
	return failed;
}

int
beside_keep(struct beside *b)
{
	int failed, error;

	failed = ferror(b->fp) ? -1 : 0;
	if (fclose(b->fp) == EOF)
		failed = -1;
	b->fp = NULL;
	if (failed == 0 && b->target != NULL)
		failed =
		    sync_path(b->path) == -1 ? -1 : rename(b->path, b->target);
	else if (failed == 0 && b->path != NULL)
		failed = copy(b->path, b->fd);
	if (failed == 0 && b->target != NULL) {
		guard(NULL);
		free_all(b);
		return 0;
	}
	error = errno;
	beside_drop(b);
	errno = error;
	return failed;
}

void
beside_drop(struct beside *b)
{
	if (b == NULL)
		return;
	if (b->fp != NULL)
		fclose(b->fp);
	if (b->path != NULL) {
		unlink(b->path);
		guard(NULL);
		if (b->fd != -1)
			close(b->fd);
	}
	free_all(b);
}
