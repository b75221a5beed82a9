/* output - where the events go: standard output, or a file */

#include "output.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pager.h"
#include "rows.h"
#include "sql.h"

#define PAUSE 10000 /* lines */

static _Noreturn void
failed(const struct output *o)
{
	warn("%s", o->path == NULL ? "standard output" : o->path);
	_exit(TOOL_FAILED);
}

void
output_open(struct output *o)
{
	o->fp = o->path == NULL ? stdout : fopen(o->path, "w");
	if (o->fp == NULL)
		failed(o);
}

/* Whether the last line within a file's first bytes is this event's. */
static bool
ends_with(int fd, size_t len, const char *last)
{
	static const char lead[] = "{\"id\":\"";
	size_t n = sizeof(lead) - 1;
	const char *text, *line;
	bool is;

	text = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, 0);
	if (text == MAP_FAILED)
		return false;
	line = memrchr(text, '\n', len - 1);
	line = line == NULL ? text : line + 1;
	is = text[len - 1] == '\n' &&
	    (size_t)(text + len - line) > n + EVENT_ID &&
	    memcmp(line, lead, n) == 0 &&
	    memcmp(line + n, last, EVENT_ID - 1) == 0;
	munmap((void *)text, len);
	return is;
}

/* NULL, or why this is not the file to go on with */
static const char *
cannot_resume(int fd, const struct stat *st, long long offset, const char *last)
{
	if (!S_ISREG(st->st_mode))
		return "not a regular file: a checkpoint cannot tell of it";
	if (st->st_size == 0)
		return NULL;
	if (offset == -1)
		return "holds something that no checkpoint tells of: move it "
		       "away";
	if (st->st_size < offset ||
	    (offset > 0 && !ends_with(fd, (size_t)offset, last)))
		return "not the file that this checkpoint tells of";
	return NULL;
}

int
output_resume(struct output *o, long long offset, const char *last)
{
	const char *why;
	struct stat st;
	int fd = open(o->path, O_RDWR | O_CREAT, 0666);

	if (fd == -1 || fstat(fd, &st) == -1)
		failed(o);
	why = cannot_resume(fd, &st, offset, last);
	if (why != NULL) {
		warnx("%s: %s", o->path, why);
		close(fd);
		return -1;
	}
	if (st.st_size == 0)
		offset = 0; /* moved away, for another to begin */
	if (ftruncate(fd, offset) == -1 || lseek(fd, offset, SEEK_SET) == -1 ||
	    (o->fp = fdopen(fd, "w")) == NULL)
		failed(o);
	return 0;
}

void
output_flush(struct output *o)
{
	/* what is no file has nothing to keep */
	if (fflush(o->fp) == EOF ||
	    (o->path != NULL && fdatasync(fileno(o->fp)) == -1 &&
		errno != EINVAL && errno != EROFS))
		failed(o);
}

long long
output_offset(const struct output *o)
{
	return o->path == NULL ? -1 : lseek(fileno(o->fp), 0, SEEK_CUR);
}

void
output_check(const struct output *o)
{
	if (ferror_unlocked(o->fp))
		failed(o);
}

void
output_close(struct output *o)
{
	pager_end();
	if (fflush(o->fp) == EOF || (o->path != NULL && fclose(o->fp) == EOF))
		failed(o);
}

const char *
output_trail(const struct output *o, int no)
{
	return no == -1 || o->trails == NULL ? o->own
					     : trails_name(o->trails, no);
}

static int
put(int ncols, const struct db_field cols[], void *arg)
{
	struct output *o = arg;

	if (ncols != E_KEYS + 1 ||
	    event_write(o->fp, E_KEYS, cols,
		output_trail(o, event_trail(&cols[E_KEYS])), o->exact) == -1) {
		o->unknown = true;
		return 1;
	}
	output_check(o);
	event_id(&cols[0], o->last);
	o->lines++;
	if (o->pause != NULL && o->lines % PAUSE == 0 && o->pause(o->arg) == -1)
		_exit(TOOL_FAILED);
	return 0;
}

static int
print(struct output *o, struct db *db, struct filter *f)
{
	char *params[F_NPARAMS + 1];

	if (o->rows != NULL)
		return rows_print(o, db, f);
	memcpy(params, f->params, sizeof(f->params));
	return filter_query(f, db, sql_events, F_NPARAMS, params, NULL, put, o);
}

enum tool_status
output_events(struct output *o, struct db *db, struct filter *f)
{
	if (print(o, db, f) == -1 || db_commit(db) == -1) {
		/* what was typed is no text */
		return strcmp(db_sqlstate(db), "22021") == 0 ? TOOL_MISUSE
							     : TOOL_FAILED;
	}
	if (!o->unknown)
		return TOOL_OK;
	warnx("the server sends events in an unknown form");
	return TOOL_FAILED;
}
