/* keyfile - the key that a seal is signed with, and the one that comes after */

#include "keyfile.h"

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hex.h"
#include "mem.h"

static bool
is_key(const struct sign *sign, const uint8_t key[static SIGN_KEY_LEN])
{
	uint8_t own[SIGN_KEY_LEN];

	sign_public(sign, own);
	return memcmp(own, key, SIGN_KEY_LEN) == 0;
}

/* The directory's entry is on disk, too. */
static int
sync_directory(const char *path)
{
	char *copy = xstrdup(path);
	int rc, fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	free(copy);
	rc = fd == -1 ? -1 : fsync(fd);
	if (fd != -1)
		close(fd);
	return rc;
}

/* Overwrite a file's bytes, where they are. */
static int
destroy(const char *path)
{
	int rc = -1, fd = open(path, O_WRONLY | O_CLOEXEC);
	char zeros[512] = { 0 };
	struct stat st;
	off_t left;

	if (fd == -1 || fstat(fd, &st) == -1)
		goto out;
	for (left = st.st_size; left > 0; left -= (off_t)sizeof(zeros))
		if (write(fd, zeros, sizeof(zeros)) != (ssize_t)sizeof(zeros))
			goto out;
	rc = fsync(fd);
out:
	if (fd != -1)
		close(fd);
	return rc;
}

/* FILE.next takes the place of FILE. */
static enum tool_status
install(const struct keyfile *k)
{
	if ((access(k->path, F_OK) == 0 && destroy(k->path) == -1) ||
	    rename(k->next_path, k->path) == -1 ||
	    sync_directory(k->path) == -1) {
		warn("%s: the next seal needs the key in %s", k->path,
		    k->next_path);
		return TOOL_FAILED;
	}
	return TOOL_OK;
}

/* What a run left that was ended in between. */
static enum tool_status
recover(const struct keyfile *k, const uint8_t *wanted, const uint8_t *named)
{
	struct sign *key = NULL, *next = NULL;
	enum tool_status status = TOOL_OK;

	if (access(k->next_path, F_OK) == -1)
		return TOOL_OK;
	if (sign_load(&next, k->next_path) == NULL && named != NULL &&
	    is_key(next, named))
		status = install(k);
	else if (sign_load(&key, k->path) == NULL &&
	    (wanted == NULL || is_key(key, wanted)) &&
	    (unlink(k->next_path) == -1 || sync_directory(k->path) == -1)) {
		warn("%s", k->next_path);
		status = TOOL_FAILED;
	}
	sign_free(key);
	sign_free(next);
	return status;
}

/* key: what was given instead, NULL for none */
static enum tool_status
refuse(const char *path, const struct sign *key, const struct seal *last,
    const uint8_t wanted[static SIGN_KEY_LEN])
{
	char own[2 * SIGN_KEY_LEN + 1], hex[2 * SIGN_KEY_LEN + 1];
	uint8_t bytes[SIGN_KEY_LEN];
	char *given = xstrdup("--key is needed"), *names;

	if (key != NULL) {
		sign_public(key, bytes);
		hex_write(own, bytes, SIGN_KEY_LEN);
		free(given);
		given = xasprintf("--key %s: its key is %s", path, own);
	}
	names = last != NULL && last->has_key
	    ? xasprintf("seal %" PRIu64 " names as the next key", last->no)
	    : xstrdup("audit-rule init was given");
	hex_write(hex, wanted, SIGN_KEY_LEN);
	warnx("%s; %s %s", given, names, hex);
	free(given);
	free(names);
	return TOOL_MISUSE;
}

/* No key: an unsigned seal, as long as none was signed. */
static enum tool_status
unsigned_seal(const struct run *run, const struct seal *last,
    const uint8_t *registered)
{
	if (run->given[OPT_EVOLVE] != NULL || run->given[OPT_NEXT_KEY] != NULL)
		tool_misuse("--%s needs --key",
		    run->given[OPT_EVOLVE] != NULL ? "evolve" : "next-key");
	if (last != NULL && last->has_key)
		return refuse(NULL, NULL, last, last->next_key);
	if (registered != NULL)
		warnx("warning: this seal is not signed: --key is missing");
	return TOOL_OK;
}

/* The key that the seal after this one is to be signed with */
static enum tool_status
set_next(struct keyfile *k, const struct run *run, struct seal *seal)
{
	const char *error, *given = run->given[OPT_NEXT_KEY];

	if (given != NULL) {
		if ((error = sign_load_public(seal->next_key, given)) == NULL)
			return TOOL_OK;
		warnx("--next-key: %s", error);
		return TOOL_FAILED;
	}
	if (run->given[OPT_EVOLVE] == NULL) {
		sign_public(k->key, seal->next_key);
		return TOOL_OK;
	}
	k->next = sign_new();
	sign_public(k->next, seal->next_key);
	if ((error = sign_save(k->next, k->next_path)) != NULL ||
	    sync_directory(k->next_path) == -1) {
		if (error != NULL)
			warnx("--evolve: %s", error);
		else
			warn("--evolve: %s", k->next_path);
		return TOOL_FAILED;
	}
	return TOOL_OK;
}

enum tool_status
keyfile_open(struct keyfile *k, const struct run *run, struct seal *seal,
    const struct seal *last, const uint8_t *registered)
{
	const char *error, *path = run->given[OPT_KEY];
	const uint8_t *named, *wanted;
	enum tool_status status;

	if (path == NULL)
		return unsigned_seal(run, last, registered);
	named = last != NULL && last->has_key ? last->next_key : NULL;
	wanted = named != NULL ? named : registered;
	/* where it is a link, its target is to be destroyed */
	if ((k->path = realpath(path, NULL)) == NULL)
		k->path = xstrdup(path);
	k->next_path = xasprintf("%s.next", k->path);
	if ((status = recover(k, wanted, named)) != TOOL_OK)
		return status;
	if ((error = sign_load(&k->key, k->path)) != NULL) {
		warnx("--key: %s", error);
		return TOOL_FAILED;
	}
	if (wanted != NULL && !is_key(k->key, wanted))
		return refuse(path, k->key, last, wanted);
	seal->has_key = true;
	sign_public(k->key, seal->key);
	return set_next(k, run, seal);
}

enum tool_status
keyfile_evolve(struct keyfile *k)
{
	return k->next != NULL ? install(k) : TOOL_OK;
}

void
keyfile_close(struct keyfile *k)
{
	free(k->path);
	free(k->next_path);
	sign_free(k->key);
	sign_free(k->next);
}
