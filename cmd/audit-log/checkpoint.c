/* checkpoint - a file that says what a follower has printed */

#include "checkpoint.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "sql.h"
#include "typed.h"

/* more than one ever has: it tells one number of each transaction that was at
 * work */
#define MAX_TEXT ((size_t)1024 * 1024)

void
mark_free(struct mark *m)
{
	free(m->started);
	free(m->snapshot);
	free(m->before);
	*m = (struct mark){ NULL, NULL, NULL };
}

/* Whether the file that is open and locked is still the one of this name: it
 * may have been replaced before it was locked. */
static bool
is_current(const struct checkpoint *c)
{
	struct stat mine, named;

	return fstat(c->fd, &mine) == 0 && stat(c->path, &named) == 0 &&
	    mine.st_dev == named.st_dev && mine.st_ino == named.st_ino;
}

int
checkpoint_open(struct checkpoint *c)
{
	for (;;) {
		c->fd = open(c->path, O_RDONLY | O_CLOEXEC);
		if (c->fd == -1 && errno == ENOENT) {
			c->fd =
			    open(c->path, O_RDONLY | O_CREAT | O_CLOEXEC, 0666);
			c->made = true;
		}
		if (c->fd == -1) {
			warn("%s", c->path);
			return -1;
		}
		if (flock(c->fd, LOCK_EX | LOCK_NB) == -1) {
			if (errno == EWOULDBLOCK)
				warnx("%s: another audit-log uses this "
				      "checkpoint",
				    c->path);
			else
				warn("%s", c->path);
			return -1;
		}
		if (is_current(c))
			return 0;
		close(c->fd);
	}
}

/* The file's text; NULL with a message. */
static char *
read_text(const struct checkpoint *c)
{
	char *text = xmalloc(MAX_TEXT);
	size_t len = 0;
	ssize_t n;

	while ((n = read(c->fd, text + len, MAX_TEXT - 1 - len)) > 0)
		len += (size_t)n;
	if (n == 0 && len < MAX_TEXT - 1) {
		text[len] = '\0';
		return text;
	}
	if (n == -1)
		warn("%s", c->path);
	else
		warnx("%s: not a checkpoint: too long", c->path);
	free(text);
	return NULL;
}

static int
keep(int ncols, char *const cols[], void *arg)
{
	struct checkpoint *c = arg;

	(void)ncols;
	c->trail = xstrdup_null(cols[0]);
	c->cluster = xstrdup_null(cols[1]);
	c->seen = (struct mark){ xstrdup_null(cols[2]), xstrdup_null(cols[3]),
		xstrdup_null(cols[4]) };
	c->upto = (struct mark){ xstrdup_null(cols[5]), xstrdup_null(cols[6]),
		xstrdup_null(cols[7]) };
	strlcpy(c->last, cols[8] == NULL ? "" : cols[8], sizeof(c->last));
	c->offset = cols[9] == NULL ? -1 : strtoll(cols[9], NULL, 10);
	return 1;
}

static bool
is_whole(const struct mark *m)
{
	return (m->started == NULL) == (m->snapshot == NULL) &&
	    (m->before == NULL) == (m->snapshot == NULL);
}

enum tool_status
checkpoint_read(struct checkpoint *c, struct db *db)
{
	char *text = read_text(c);
	enum tool_status status = TOOL_OK;
	int rc;

	if (text == NULL)
		return TOOL_FAILED;
	if (*text != '\0') {
		rc = db_query(db, sql_checkpoint, 1, &text, keep, c);
		if (rc == -1 && !db_is_misuse(db))
			status = typed_failed(db);
		else if (rc == -1 || c->trail == NULL || c->cluster == NULL ||
		    !is_whole(&c->seen) || !is_whole(&c->upto)) {
			warnx("%s: not a checkpoint", c->path);
			status = TOOL_MISUSE;
		}
	}
	free(text);
	return status;
}

static void
put_mark(FILE *fp, const char *name, const struct mark *m)
{
	if (m->snapshot == NULL)
		fprintf(fp, ",\"%s\":null", name);
	else
		fprintf(fp,
		    ",\"%s\":{\"started\":%s,\"snapshot\":\"%s\","
		    "\"before\":\"%s\"}",
		    name, m->started, m->snapshot, m->before);
}

/* All of these come from the server, and need no escapes. */
static int
put(FILE *fp, const struct checkpoint *c)
{
	fprintf(fp, "{\"trail\":\"%s\",\"cluster\":\"%s\"", c->trail,
	    c->cluster);
	put_mark(fp, "seen", &c->seen);
	put_mark(fp, "upto", &c->upto);
	fprintf(fp, ",\"last\":%s%s%s", c->last[0] == '\0' ? "null" : "\"",
	    c->last, c->last[0] == '\0' ? "" : "\"");
	if (c->offset >= 0)
		fprintf(fp, ",\"offset\":%lld}\n", c->offset);
	else
		fputs(",\"offset\":null}\n", fp);
	return fflush(fp) == EOF || fsync(fileno(fp)) == -1 ? -1 : 0;
}

/* A name is on the disk when its directory is. */
static int
sync_directory(const char *path)
{
	char *name = xstrdup(path);
	int fd = open(dirname(name), O_RDONLY | O_DIRECTORY), rc;

	free(name);
	if (fd == -1)
		return -1;
	rc = fsync(fd);
	close(fd);
	return rc;
}

int
checkpoint_write(struct checkpoint *c)
{
	char *name = xasprintf("%s.new", c->path);
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	/* the lock stays with the descriptor */
	FILE *fp = fd == -1 ? NULL : fdopen(dup(fd), "w");
	int rc = -1;

	if (fp != NULL && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
	    put(fp, c) == 0 && rename(name, c->path) == 0)
		rc = sync_directory(c->path);
	if (rc == -1)
		warn("%s", name);
	if (fp != NULL)
		fclose(fp);
	if (rc == 0) {
		close(c->fd);
		c->fd = fd;
	} else if (fd != -1)
		close(fd);
	free(name);
	return rc;
}

void
checkpoint_close(struct checkpoint *c)
{
	struct stat st;

	/* what says nothing need not stay */
	if (c->fd != -1 && c->made && fstat(c->fd, &st) == 0 && st.st_size == 0)
		unlink(c->path);
	if (c->fd != -1)
		close(c->fd);
	free(c->trail);
	free(c->cluster);
	mark_free(&c->seen);
	mark_free(&c->upto);
}
