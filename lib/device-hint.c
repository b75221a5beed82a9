/* device-hint - what client hints know better than the user agent */

#include "device-hint.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* How client hints call browsers and systems, and how uap-core does */
static const char *const brands[][2] = {
	{ "Google Chrome", "Chrome" },
	{ "Microsoft Edge", "Edge" },
	{ "YaBrowser", "Yandex Browser" },
	{ "Yandex", "Yandex Browser" },
	{ "Android WebView", "Chrome Mobile WebView" },
};
static const char *const systems[][2] = {
	{ "Windows", "Windows" },
	{ "macOS", "Mac OS X" },
	{ "Mac OS X", "Mac OS X" },
	{ "Android", "Android" },
	{ "iOS", "iOS" },
	{ "Chrome OS", "Chrome OS" },
	{ "Chromium OS", "Chrome OS" },
	{ "Linux", "Linux" },
};

void
device_say(const char **to, char *text)
{
	free((char *)*to);
	*to = text;
}

static const char *
translated(const char *const table[][2], size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcasecmp(table[i][0], name) == 0)
			return table[i][1];
	return name;
}

/* Whether a version begins with this number */
static bool
is_major(const char *version, const char *major)
{
	size_t n = strcspn(major, ".");

	return strncmp(version, major, n) == 0 &&
	    (version[n] == '\0' || version[n] == '.');
}

/* An application that shows pages with Chrome's parts has its own name in the
 * agent; what is built from Chrome often has not. */
static void
hint_browser(struct device *d, const struct hints *h)
{
	const char *name;
	bool same, chrome;

	if (h->brand == NULL)
		return;
	name = translated(brands, COUNT(brands), h->brand);
	chrome = d->browser != NULL && strstr(d->browser, "Chrom") != NULL;
	same = d->browser != NULL &&
	    (strstr(d->browser, name) != NULL ||
		(chrome && strcmp(name, "Chromium") == 0));
	if (d->browser != NULL && !chrome && !same)
		return;
	if (!same) {
		device_say(&d->browser, xstrdup(name));
		device_say(&d->browser_version, xstrdup_null(h->version));
	} else if (h->version != NULL &&
	    (d->browser_version == NULL || strchr(h->version, '.') != NULL ||
		!is_major(d->browser_version, h->version)))
		device_say(&d->browser_version, xstrdup(h->version));
}

/* Windows tells the version of an interface, 13 or more since Windows 11. */
static const char *
windows_version(const char *version)
{
	static const char *const old[][2] = { { "0.1", "7" }, { "0.2", "8" },
		{ "0.3", "8.1" } };
	long major = strtol(version, NULL, 10);
	size_t i;

	for (i = 0; i < COUNT(old); i++)
		if (strncmp(version, old[i][0], 3) == 0)
			return old[i][1];
	return major >= 13 ? "11" : major > 0 ? "10" : NULL;
}

/* As an agent would tell it; NULL if it says nothing */
static char *
system_version(const char *os, const char *version)
{
	size_t n = strlen(version);

	if (strcmp(os, "Windows") == 0)
		return xstrdup_null(windows_version(version));
	if (strcmp(os, "Android") == 0 || strcmp(os, "Mac OS X") == 0)
		while (n > 2 && memcmp(version + n - 2, ".0", 2) == 0)
			n -= 2;
	return xstrndup(version, n);
}

static bool
is_system(const char *os)
{
	size_t i;

	for (i = 0; i < COUNT(systems); i++)
		if (strcmp(systems[i][1], os) == 0)
			return true;
	return false;
}

/* Linux is also what an agent knows better: Ubuntu. */
static void
hint_system(struct device *d, const struct hints *h)
{
	const char *os;
	char *version;

	if (h->platform == NULL || strcasecmp(h->platform, "Unknown") == 0)
		return;
	os = translated(systems, COUNT(systems), h->platform);
	if (d->os == NULL || strcmp(d->os, os) != 0) {
		if (d->os != NULL && strcmp(os, "Linux") == 0 &&
		    !is_system(d->os))
			return;
		device_say(&d->os, xstrdup(os));
		device_say(&d->os_version, NULL);
		device_say(&d->device, NULL);
	}
	if (h->platform_version != NULL &&
	    (version = system_version(os, h->platform_version)) != NULL)
		device_say(&d->os_version, version);
}

/* What says that it is a program is one, whatever its hints say; television
 * sets and tablets may or may not call themselves mobile. */
static void
hint_type(struct device *d, const struct hints *h)
{
	static const char *const desktops[] = { "Windows", "Mac OS X",
		"Chrome OS", "Linux" };
	static const char *const forms[] = { "desktop", "mobile", "tablet" };
	size_t i;

	if (strcmp(d->type, "bot") == 0)
		return;
	for (i = 0; i < COUNT(forms) && h->form != NULL; i++)
		if (strcasecmp(forms[i], h->form) == 0) {
			d->type = forms[i];
			return;
		}
	if (strcmp(d->type, "tv") == 0 || strcmp(d->type, "tablet") == 0)
		return;
	if (h->mobile == 1)
		d->type = "mobile";
	else if (h->mobile == 0 && d->os != NULL) {
		if (strcmp(d->os, "Android") == 0)
			d->type = "tablet";
		for (i = 0; i < COUNT(desktops); i++)
			if (strcmp(d->os, desktops[i]) == 0)
				d->type = "desktop";
	}
}

void
device_hint(struct device *d, const struct hints *h)
{
	hint_browser(d, h);
	hint_system(d, h);
	hint_type(d, h);
}
