/* pack - files of lines that may be compressed (zstd), as streams */

#include "pack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "mem.h"

#define MAGIC 4 /* bytes */
#define CHUNK ((size_t)64 * 1024)

struct pack {
	FILE *fp;
	struct pack *next; /* of those that are open */
	int fd;
	ZSTD_DCtx *in;	  /* NULL: plain text */
	ZSTD_CCtx *out;	  /* NULL: it is read */
	size_t len, at;	  /* of file: how many there are, and have been taken */
	bool whole;	  /* a frame has ended where at is */
	int error;	  /* an errno; 0: nothing has failed */
	const char *what; /* NULL: errno says it */
	char file[CHUNK], text[CHUNK]; /* bytes of the file, of the stream */
};

/* A stream does not tell what is behind it. */
static struct pack *open_packs;

static struct pack *
find(FILE *fp)
{
	struct pack *p;

	for (p = open_packs; p != NULL && p->fp != fp; p = p->next)
		;
	return p;
}

static void
fail(struct pack *p, int error, const char *what)
{
	if (p->error == 0) {
		p->error = error;
		p->what = what;
	}
	errno = p->error;
}

const char *
pack_error(FILE *fp)
{
	const struct pack *p = find(fp);

	if (p == NULL || p->error == 0)
		return strerror(errno);
	return p->what != NULL ? p->what : strerror(p->error);
}

/* Read from the file until there are bytes to take. Returns 1; 0 at its end; -1
 * if that failed. */
static int
fill(struct pack *p)
{
	ssize_t got;

	if (p->at < p->len)
		return 1;
	do
		got = read(p->fd, p->file, CHUNK);
	while (got == -1 && errno == EINTR);
	if (got == -1) {
		fail(p, errno, NULL);
		return -1;
	}
	p->at = 0;
	p->len = (size_t)got;
	return got > 0;
}

static ssize_t
read_plain(struct pack *p, char *bytes, size_t size)
{
	size_t n;
	int got = fill(p);

	if (got <= 0)
		return got;
	n = p->len - p->at < size ? p->len - p->at : size;
	memcpy(bytes, p->file + p->at, n);
	p->at += n;
	return (ssize_t)n;
}

/* Frames may stand one after another, as cat(1) leaves them. */
static ssize_t
read_packed(struct pack *p, char *bytes, size_t size)
{
	ZSTD_outBuffer to = { bytes, size, 0 };
	ZSTD_inBuffer from;
	size_t rc;
	int got;

	while (to.pos == 0) {
		if ((got = fill(p)) == -1)
			return -1;
		if (got == 0 && p->whole)
			return 0;
		from = (ZSTD_inBuffer){ p->file, p->len, p->at };
		rc = ZSTD_decompressStream(p->in, &to, &from);
		if (ZSTD_isError(rc)) {
			fail(p, EBADMSG, ZSTD_getErrorName(rc));
			return -1;
		}
		/* what it still held back may have come */
		if (got == 0 && to.pos == 0 && rc != 0) {
			fail(p, EBADMSG, "it is cut off");
			return -1;
		}
		p->at = from.pos;
		p->whole = rc == 0;
	}
	return (ssize_t)to.pos;
}

static ssize_t
do_read(void *arg, char *bytes, size_t size)
{
	struct pack *p = arg;

	if (p->error != 0) {
		errno = p->error;
		return -1;
	}
	return p->in != NULL ? read_packed(p, bytes, size)
			     : read_plain(p, bytes, size);
}

static int
put_bytes(struct pack *p, const char *bytes, size_t len)
{
	ssize_t put;

	while (len > 0) {
		put = write(p->fd, bytes, len);
		if (put == -1 && errno == EINTR)
			continue;
		if (put == -1) {
			fail(p, errno, NULL);
			return -1;
		}
		bytes += put;
		len -= (size_t)put;
	}
	return 0;
}

static int
compress(struct pack *p, const char *bytes, size_t len, ZSTD_EndDirective how)
{
	ZSTD_inBuffer from = { bytes, len, 0 };
	ZSTD_outBuffer to;
	size_t rc;

	do {
		to = (ZSTD_outBuffer){ p->file, CHUNK, 0 };
		rc = ZSTD_compressStream2(p->out, &to, &from, how);
		if (ZSTD_isError(rc)) {
			fail(p, ENOMEM, ZSTD_getErrorName(rc));
			return -1;
		}
		if (put_bytes(p, p->file, to.pos) == -1)
			return -1;
	} while (how == ZSTD_e_end ? rc > 0 : from.pos < len);
	return 0;
}

/* 0 is how it says that it failed. */
static ssize_t
do_write(void *arg, const char *bytes, size_t len)
{
	struct pack *p = arg;

	if (p->error != 0) {
		errno = p->error;
		return 0;
	}
	return compress(p, bytes, len, ZSTD_e_continue) == -1 ? 0
							      : (ssize_t)len;
}

static int
do_close(void *arg)
{
	struct pack *p = arg, **at;
	int error;

	if (p->out != NULL && p->error == 0)
		compress(p, NULL, 0, ZSTD_e_end);
	error = p->out != NULL ? p->error : 0;
	if (p->out == NULL && p->fd != STDIN_FILENO)
		close(p->fd);
	for (at = &open_packs; *at != p; at = &(*at)->next)
		;
	*at = p->next;
	ZSTD_freeDCtx(p->in);
	ZSTD_freeCCtx(p->out);
	free(p);
	errno = error;
	return error != 0 ? -1 : 0;
}

static FILE *
open_stream(struct pack *p, bool writes)
{
	const cookie_io_functions_t io = { writes ? NULL : do_read,
		writes ? do_write : NULL, NULL, do_close };

	p->fp = fopencookie(p, writes ? "w" : "r", io);
	if (p->fp == NULL) {
		ZSTD_freeDCtx(p->in);
		ZSTD_freeCCtx(p->out);
		free(p);
		return NULL;
	}
	p->next = open_packs;
	open_packs = p;
	return p->fp;
}

static struct pack *
new_pack(int fd)
{
	struct pack *p = xcalloc(1, sizeof(*p));

	p->fd = fd;
	return p;
}

static bool
is_magic(const char *bytes)
{
	const unsigned char *b = (const unsigned char *)bytes;

	return (b[0] | b[1] << 8 | b[2] << 16 | (uint32_t)b[3] << 24) ==
	    ZSTD_MAGICNUMBER;
}

/* A file whose beginning can be read again is left as it is if it is text. */
static bool
is_text(int fd)
{
	char bytes[MAGIC];
	ssize_t got;

	if (lseek(fd, 0, SEEK_CUR) == -1)
		return false;
	got = pread(fd, bytes, MAGIC, lseek(fd, 0, SEEK_CUR));
	return got != -1 && (got < MAGIC || !is_magic(bytes));
}

/* Where it cannot, what has been read is kept. */
static FILE *
read_pipe(int fd)
{
	struct pack *p = new_pack(fd);
	ssize_t got = 1;

	while (p->len < MAGIC && got > 0) {
		got = read(fd, p->file + p->len, MAGIC - p->len);
		if (got > 0)
			p->len += (size_t)got;
		else if (got == -1 && errno == EINTR)
			got = 1;
		else if (got == -1)
			fail(p, errno, NULL);
	}
	if (p->len == MAGIC && is_magic(p->file) &&
	    (p->in = ZSTD_createDCtx()) == NULL)
		fail(p, ENOMEM, NULL);
	return open_stream(p, false);
}

FILE *
pack_read(const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	FILE *fp;

	if (fd == -1)
		return NULL;
	if (is_text(fd))
		fp = is_stdin ? stdin : fdopen(fd, "r");
	else
		fp = read_pipe(fd);
	if (fp == NULL && !is_stdin)
		close(fd);
	return fp;
}

FILE *
pack_write(int fd)
{
	struct pack *p = new_pack(fd);

	p->out = ZSTD_createCCtx();
	if (p->out == NULL ||
	    ZSTD_isError(
		ZSTD_CCtx_setParameter(p->out, ZSTD_c_checksumFlag, 1)))
		fail(p, ENOMEM, NULL);
	return open_stream(p, true);
}

int
pack_close(FILE *fp)
{
	if (fp == stdin)
		return 0;
	return fclose(fp) == EOF ? -1 : 0;
}
