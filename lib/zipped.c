/* zipped - the parts of a zip file, read again */

#include "zipped.h"

#include <minizip/unzip.h>

#include "mem.h"

#define CHUNK ((unsigned int)64 * 1024)

/* Read the part that is at hand. Its size and CRC are looked at when it is
 * closed. */
static const char *
read_part(unzFile zip, const char *name, zipped_fn *fn, void *arg)
{
	static char chunk[CHUNK];
	const char *wrong = NULL;
	int got;

	if (unzOpenCurrentFile(zip) != UNZ_OK)
		return "it is not there";
	while (
	    wrong == NULL && (got = unzReadCurrentFile(zip, chunk, CHUNK)) != 0)
		wrong = got < 0 ? "it is damaged"
				: fn(arg, name, chunk, (size_t)got);
	if (unzCloseCurrentFile(zip) != UNZ_OK && wrong == NULL)
		wrong = "it is damaged";
	return wrong != NULL ? wrong : fn(arg, name, NULL, 0);
}

char *
zipped_read(const char *path, zipped_fn *fn, void *arg)
{
	unzFile zip = unzOpen64(path);
	const char *wrong = NULL;
	char name[256] = "";
	int got;

	if (zip == NULL)
		return xstrdup("it is no zip file");
	got = unzGoToFirstFile(zip);
	while (wrong == NULL && got == UNZ_OK) {
		if (unzGetCurrentFileInfo64(zip, NULL, name, sizeof(name) - 1,
			NULL, 0, NULL, 0) != UNZ_OK)
			wrong = "its list is damaged";
		else
			wrong = read_part(zip, name, fn, arg);
		if (wrong == NULL)
			got = unzGoToNextFile(zip);
	}
	if (wrong == NULL && got != UNZ_END_OF_LIST_OF_FILE)
		wrong = "its list is damaged";
	unzClose(zip);
	return wrong == NULL ? NULL : xasprintf("%s: %s", name, wrong);
}
