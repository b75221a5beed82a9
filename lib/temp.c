/* temp - temporary files */

#include "temp.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "mem.h"

const char *
temp_dir(void)
{
	const char *dir = getenv("TMPDIR");

	return dir == NULL || *dir == '\0' ? "/tmp" : dir;
}

FILE *
temp_file(void)
{
	char *path = xasprintf("%s/audit-XXXXXX", temp_dir());
	int fd = mkostemp(path, O_CLOEXEC);
	FILE *fp;

	if (fd != -1)
		unlink(path);
	free(path);
	if (fd == -1)
		return NULL;
	if ((fp = fdopen(fd, "w+")) == NULL)
		close(fd);
	return fp;
}
