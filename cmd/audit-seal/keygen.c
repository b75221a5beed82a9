/* keygen - make a pair of keys: DIR/seal.key and DIR/seal.pub */

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "run.h"
#include "sign.h"

/* Neither file may be there: without this, half a pair could be made. */
static enum tool_status
check(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == 0) {
		warnx("%s is there: it is not overwritten", path);
		return TOOL_MISUSE;
	}
	if (errno == ENOENT)
		return TOOL_OK;
	warn("%s", path);
	return TOOL_FAILED;
}

static enum tool_status
save(const char *key, const char *pub)
{
	struct sign *sign = sign_new();
	const char *error = sign_save(sign, key);

	if (error == NULL && (error = sign_save_public(sign, pub)) != NULL)
		unlink(key);
	sign_free(sign);
	if (error == NULL)
		return TOOL_OK;
	warnx("%s", error);
	return TOOL_FAILED;
}

enum tool_status
run_keygen(struct run *run, int argc, char *argv[])
{
	char *key = xasprintf("%s/seal.key", argv[0]);
	char *pub = xasprintf("%s/seal.pub", argv[0]);
	enum tool_status status = TOOL_FAILED;

	(void)argc;
	if (mkdir(argv[0], 0700) == -1 && errno != EEXIST)
		warn("%s", argv[0]);
	else if ((status = check(key)) == TOOL_OK &&
	    (status = check(pub)) == TOOL_OK)
		status = save(key, pub);
	if (status == TOOL_OK && run->given['v'] != NULL)
		warnx("%s, %s", key, pub);
	free(key);
	free(pub);
	return status;
}
