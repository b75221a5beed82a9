/* zone - the name of the time zone that the user's clock shows */

#include "zone.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

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

/* Whether the database has it. The C library takes a name that it has not for
 * UTC, without a word. */
static bool
is_there(const char *name)
{
	const char *dir = getenv("TZDIR");
	struct stat st;
	char *path;
	bool there;

	if (*name == '\0' || *name == '/' || strstr(name, "..") != NULL)
		return false;
	path =
	    xasprintf("%s/%s", dir == NULL ? "/usr/share/zoneinfo" : dir, name);
	there = stat(path, &st) == 0 && S_ISREG(st.st_mode);
	free(path);
	return there;
}

/* Three letters and an offset at least, as in CET-1CEST */
static bool
is_posix(const char *name)
{
	size_t n = 0;

	if (*name == '<') {
		n = strcspn(name, ">");
		if (n < 4 || name[n] == '\0')
			return false;
		n++;
	} else {
		while (isalpha((unsigned char)name[n]))
			n++;
		if (n < 3)
			return false;
	}
	if (name[n] == '+' || name[n] == '-')
		n++;
	return isdigit((unsigned char)name[n]);
}

bool
zone_use(const char *name)
{
	if (strcmp(name, "UTC") != 0 && !is_there(name) && !is_posix(name))
		return false;
	if (setenv("TZ", name, 1) == -1)
		return false;
	tzset();
	return true;
}
