/* logo - a picture at the head of a report */

#include "logo.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "mem.h"

#define MOST ((size_t)1 << 20) /* bytes */

/* By what such a file begins and ends with */
static const char *
type_of(const char *p, size_t len)
{
	static const char png[] = "\x89PNG\r\n\x1a\n";

	if (len > 32 && memcmp(p, png, sizeof(png) - 1) == 0 &&
	    memmem(p, len, "IEND", 4) != NULL)
		return "png";
	if (len > 32 && memcmp(p, "\xff\xd8\xff", 3) == 0 &&
	    memmem(p, len, "\xff\xd9", 2) != NULL)
		return "jpeg";
	return NULL;
}

const char *
logo_read(struct logo *l, const char *path)
{
	FILE *fp = fopen(path, "re");
	const char *wrong = NULL;

	if (fp == NULL)
		return strerror(errno);
	l->path = path;
	l->bytes = xmalloc(MOST + 1);
	l->len = fread(l->bytes, 1, MOST + 1, fp);
	if (ferror(fp))
		wrong = strerror(errno);
	else if (l->len > MOST)
		wrong = "a logo has a megabyte at most";
	else if ((l->type = type_of(l->bytes, l->len)) == NULL)
		wrong = "not a whole PNG or JPEG";
	fclose(fp);
	return wrong;
}
