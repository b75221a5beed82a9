/* archive-file - the files of archives: written, read back, found */

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive-state.h"
#include "digest.h"
#include "line.h"
#include "mem.h"
#include "offline.h"
#include "pack.h"
#include "temp.h"

#define TEMP_END ".tmp"

/* A directory */

enum tool_status
archive_dir(const char *dir)
{
	struct stat st;
	int rc = stat(dir, &st);

	if (rc == 0 && !S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		rc = -1;
	}
	if (rc == 0)
		rc = access(dir, W_OK | X_OK);
	if (rc == -1)
		warn("--archive %s", dir);
	return rc == -1 ? TOOL_MISUSE : TOOL_OK;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
is_named(const char *name, const char *begin, const char *end)
{
	size_t len = strlen(name), nend = strlen(end);

	return len > nend && strncmp(name, begin, strlen(begin)) == 0 &&
	    strcmp(name + len - nend, end) == 0;
}

enum tool_status
archive_list(struct words *names, const char *dir, const char *begin,
    const char *end)
{
	const struct dirent *entry;
	DIR *d = opendir(dir);

	if (d == NULL) {
		warn("%s", dir);
		return TOOL_FAILED;
	}
	while ((entry = readdir(d)) != NULL)
		if (is_named(entry->d_name, begin, end))
			words_add(names, entry->d_name);
	closedir(d);
	if (names->n > 0)
		qsort(names->v, (size_t)names->n, sizeof(*names->v), compare);
	return TOOL_OK;
}

/* Who writes one holds a lock on it. */
void
archive_sweep(const char *dir, const char *begin)
{
	struct words names = { NULL, 0 };
	char *hidden = xasprintf(".%s", begin), *path;
	int i, fd;

	archive_list(&names, dir, hidden, ARCHIVE_END TEMP_END);
	for (i = 0; i < names.n; i++) {
		path = xasprintf("%s/%s", dir, names.v[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == 0)
			unlink(path);
		if (fd != -1)
			close(fd);
		free(path);
	}
	words_free(&names);
	free(hidden);
}

/* A file that is being written */

enum tool_status
archive_out_open(struct archive_out *o, const char *dir, const char *name)
{
	*o = (struct archive_out){ .dir = xstrdup(dir), .fd = -1 };
	o->name = xstrdup(name);
	o->temp = xasprintf(".%s" TEMP_END, name);
	o->path = xasprintf("%s/%s", dir, o->temp);
	o->dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (o->dirfd != -1)
		unlinkat(o->dirfd, o->temp, 0);
	/* it holds what few may read */
	if (o->dirfd == -1 ||
	    (o->fd = openat(o->dirfd, o->temp,
		 O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) == -1 ||
	    flock(o->fd, LOCK_EX) == -1 ||
	    (o->fp = pack_write(o->fd)) == NULL) {
		warn("%s", o->path);
		return TOOL_FAILED;
	}
	return TOOL_OK;
}

enum tool_status
archive_out_end(struct archive_out *o)
{
	bool failed = pack_close(o->fp) == -1;

	o->fp = NULL;
	if (failed || fsync(o->fd) == -1) {
		warn("%s", o->path);
		return TOOL_FAILED;
	}
	/* so that it is the disk that is read */
	(void)posix_fadvise(o->fd, 0, 0, POSIX_FADV_DONTNEED);
	return TOOL_OK;
}

enum tool_status
archive_out_keep(struct archive_out *o, bool replace)
{
	int rc;

	if (replace)
		rc = renameat(o->dirfd, o->temp, o->dirfd, o->name);
	else {
		rc = renameat2(o->dirfd, o->temp, o->dirfd, o->name,
		    RENAME_NOREPLACE);
		/* not every file system can */
		if (rc == -1 && errno == EINVAL &&
		    faccessat(o->dirfd, o->name, F_OK, 0) == -1)
			rc = renameat(o->dirfd, o->temp, o->dirfd, o->name);
	}
	if (rc == -1 || fsync(o->dirfd) == -1) {
		warn("%s/%s", o->dir, o->name);
		return TOOL_FAILED;
	}
	free(o->temp);
	o->temp = NULL;
	return TOOL_OK;
}

void
archive_out_close(struct archive_out *o)
{
	if (o->fp != NULL)
		pack_close(o->fp);
	if (o->temp != NULL && o->fd != -1)
		unlinkat(o->dirfd, o->temp, 0);
	if (o->fd != -1)
		close(o->fd);
	if (o->dirfd != -1)
		close(o->dirfd);
	free(o->dir);
	free(o->name);
	free(o->temp);
	free(o->path);
}

/* A file that is there */

static int
hash_file(const char *path, char sha256[])
{
	struct digest *digest;
	uint8_t hash[DIGEST_LEN];
	char bytes[16384];
	size_t got;
	bool failed;
	FILE *fp = fopen(path, "re");

	if (fp == NULL)
		return -1;
	digest = digest_new();
	digest_begin(digest);
	while ((got = fread(bytes, 1, sizeof(bytes), fp)) > 0)
		digest_add(digest, bytes, got);
	digest_end(digest, hash);
	digest_free(digest);
	failed = ferror(fp);
	fclose(fp);
	hex_write(sha256, hash, sizeof(hash));
	return failed ? -1 : 0;
}

/* What an event's line begins with */
static bool
read_id(uint8_t id[static 16], const char *text)
{
	static const char lead[] = "{\"id\":\"";
	size_t n = sizeof(lead) - 1;

	return strncmp(text, lead, n) == 0 &&
	    strnlen(text + n, HEX_UUID) == HEX_UUID &&
	    hex_read_uuid(id, text + n, HEX_UUID - 1);
}

enum tool_status
archive_scan(const char *path, char sha256[], archive_id *take, void *arg)
{
	FILE *fp = pack_read(path);
	enum tool_status status = TOOL_OK;
	struct line *line;
	uint8_t id[16];
	int got;

	if (fp == NULL || hash_file(path, sha256) == -1) {
		warn("%s", path);
		if (fp != NULL)
			pack_close(fp);
		return TOOL_FAILED;
	}
	line = line_new(fp);
	while (status == TOOL_OK && (got = line_next(line)) != 0)
		if (got == 1 && read_id(id, line_text(line)) &&
		    take(id, arg) != 0)
			status = TOOL_NO;
	if (ferror(fp)) {
		warnx("%s: %s", path, pack_error(fp));
		status = TOOL_FAILED;
	}
	line_free(line);
	pack_close(fp);
	return status;
}

enum tool_status
archive_verify(const char *path, bool quiet)
{
	struct checker_begin begin = { .tsa = NULL };
	struct findings findings = { .silent = true };
	enum tool_status status;

	status = offline_verify(path, &begin, &findings, quiet);
	if (findings.count > 0)
		warnx("%s: %s", path, findings.first);
	free(findings.first);
	return status;
}

/* Ids */

int
archive_ids_open(struct archive_ids *ids)
{
	*ids = (struct archive_ids){ .n = 0 };
	return (ids->fp = temp_file()) == NULL ? -1 : 0;
}

int
archive_ids_add(struct archive_ids *ids, const uint8_t id[static 16])
{
	if (ids->n++ == 0)
		memcpy(ids->first, id, sizeof(ids->first));
	memcpy(ids->last, id, sizeof(ids->last));
	return fwrite(id, 16, 1, ids->fp) == 1 ? 0 : -1;
}

int
archive_ids_next(struct archive_ids *ids)
{
	ids->any = fread(ids->next, sizeof(ids->next), 1, ids->fp) == 1;
	return ferror(ids->fp) ? -1 : 0;
}

int
archive_ids_rewind(struct archive_ids *ids)
{
	if (fflush(ids->fp) == EOF || fseeko(ids->fp, 0, SEEK_SET) == -1)
		return -1;
	return archive_ids_next(ids);
}

bool
archive_ids_has(struct archive_ids *ids, const uint8_t id[static 16])
{
	int order = -1;

	while (ids->any && (order = memcmp(ids->next, id, 16)) < 0)
		if (archive_ids_next(ids) == -1)
			return false;
	return ids->any && order == 0;
}

void
archive_ids_close(struct archive_ids *ids)
{
	if (ids->fp != NULL)
		fclose(ids->fp);
	ids->fp = NULL;
}
