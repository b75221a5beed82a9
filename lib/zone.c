/* zone - the name of the time zone that the user's clock shows */

#include "zone.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

static const char localtime_file[] = "/etc/localtime";

/* The name in /usr/share/zoneinfo/Europe/Berlin; NULL if there is none */
static char *
from_path(const char *path)
{
	static const char dir[] = "/zoneinfo/";
	const char *name = strstr(path, dir);

	return name == NULL ? NULL : xstrdup(name + sizeof(dir) - 1);
}

static char *
from_system(void)
{
	char path[PATH_MAX], *name = NULL;
	size_t size = 0;
	FILE *fp;

	if (realpath(localtime_file, path) != NULL)
		name = from_path(path);
	else if (errno == ENOENT)
		name = xstrdup("UTC"); /* what the C library shows then */
	if (name != NULL || (fp = fopen("/etc/timezone", "r")) == NULL)
		return name;
	if (getline(&name, &size, fp) == -1) {
		free(name);
		name = NULL;
	} else
		name[strcspn(name, "\n")] = '\0';
	fclose(fp);
	return name;
}

char *
zone_name(const char **said)
{
	const char *tz = getenv("TZ");

	*said = NULL;
	if (tz == NULL)
		return from_system();
	if (*tz == ':')
		tz++;
	if (strcmp(tz, localtime_file) == 0)
		return from_system();
	*said = "TZ";
	if (*tz == '/')
		return from_path(tz);
	return xstrdup(*tz == '\0' ? "UTC" : tz);
}
