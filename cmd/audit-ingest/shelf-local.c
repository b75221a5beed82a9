/* shelf-local - log files of this machine: those that were named, or all in a
 * directory */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "moment.h"
#include "shelf-state.h"

/* us since 2000, as the times of records */
static int64_t
changed_at(const struct stat *st)
{
	return ((int64_t)st->st_mtim.tv_sec - MOMENT_EPOCH) * 1000000 +
	    st->st_mtim.tv_nsec / 1000;
}

static void
add(struct shelf *s, const char *name, const struct stat *st)
{
	shelf_add(s, name, (uint64_t)st->st_ino, (uint64_t)st->st_size,
	    changed_at(st));
}

static int
list_named(struct shelf *s)
{
	struct stat st;
	int i;

	for (i = 0; i < s->nnames; i++) {
		if (stat(s->names[i], &st) == -1)
			return shelf_fail(s, "%s: %s", s->names[i],
			    strerror(errno));
		if (!S_ISREG(st.st_mode))
			return shelf_fail(s, "%s: not a file", s->names[i]);
		add(s, s->names[i], &st);
	}
	return 0;
}

static int
list_directory(struct shelf *s)
{
	DIR *dir = opendir(s->place);
	struct dirent *d;
	struct stat st;
	char *name;

	if (dir == NULL)
		return shelf_fail(s, "%s: %s", s->place, strerror(errno));
	while ((d = readdir(dir)) != NULL) {
		if (!shelf_wants(d->d_name))
			continue;
		name = xasprintf("%s/%s", s->place, d->d_name);
		/* what went meanwhile is not there */
		if (stat(name, &st) == 0 && S_ISREG(st.st_mode))
			add(s, name, &st);
		free(name);
	}
	closedir(dir);
	return 0;
}

static ssize_t
read_fd(struct shelf *s, int fd, const char *name, uint64_t offset, size_t len,
    struct buf *b)
{
	char bytes[64 * 1024];
	size_t got = 0, want;
	ssize_t n;

	do {
		want = len - got < sizeof(bytes) ? len - got : sizeof(bytes);
		n = pread(fd, bytes, want, (off_t)(offset + got));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return shelf_fail(s, "%s: %s", name, strerror(errno));
		buf_put(b, bytes, (size_t)n);
		got += (size_t)n;
	} while (n > 0 && got < len);
	return (ssize_t)got;
}

static int
open_file(struct shelf *s, const struct shelf_file *f)
{
	int fd = open(f->name, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		shelf_fail(s, "%s: %s", f->name, strerror(errno));
	return fd;
}

static ssize_t
local_peek(struct shelf *s, const struct shelf_file *f, size_t len,
    struct buf *b)
{
	ssize_t n;
	int fd = open_file(s, f);

	if (fd == -1)
		return errno == ENOENT && !s->as_named ? 0 : -1;
	n = read_fd(s, fd, f->name, 0, len, b);
	close(fd);
	return n;
}

static int
local_open(struct shelf *s, const struct shelf_file *f)
{
	s->fd = open_file(s, f);
	return s->fd == -1 ? -1 : 0;
}

static void
local_close(struct shelf *s)
{
	close(s->fd);
	s->fd = -1;
}

static ssize_t
local_read(struct shelf *s, uint64_t offset, size_t len, struct buf *b)
{
	return read_fd(s, s->fd, s->open.name, offset, len, b);
}

static int64_t
local_size(struct shelf *s)
{
	struct stat st;

	return fstat(s->fd, &st) == -1 ? -1 : (int64_t)st.st_size;
}

static int
local_list(struct shelf *s)
{
	return s->as_named ? list_named(s) : list_directory(s);
}

static const struct shelf_kind local = {
	.list = local_list,
	.peek = local_peek,
	.open = local_open,
	.close = local_close,
	.read = local_read,
	.size = local_size,
};

struct shelf *
shelf_files(int n, char *const names[])
{
	struct shelf *s = shelf_new(&local);

	s->names = names;
	s->nnames = n;
	s->as_named = true;
	return s;
}

struct shelf *
shelf_directory(const char *path)
{
	struct shelf *s = shelf_new(&local);
	char *real = realpath(path, NULL);

	s->place = real != NULL ? real : xstrdup(path);
	return s;
}
