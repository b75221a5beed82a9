/* device - what a user agent says about browser, system and device */

#include "device.h"

#include <err.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "device-hint.h"
#include "device-type.h"
#include "hints.h"
#include "line.h"
#include "mem.h"
#include "tool.h"
#include "uap.h"
#include "utf8.h"

struct devices {
	struct uap *uap;
	struct device_types *types;
	void *tree; /* of struct known: strangers choose what is in it */
	size_t n;
};

/* What was found once. Its texts are all its own, but for the type. */
struct known {
	char *key;
	struct device device;
};

struct devices *
devices_new(const char *regexes, char **why)
{
	struct uap *uap = uap_new(regexes, why);
	struct devices *d;

	if (uap == NULL)
		return NULL;
	d = xcalloc(1, sizeof(*d));
	d->uap = uap;
	return d;
}

static void
free_known(void *p)
{
	struct known *k = p;

	free((char *)k->device.browser);
	free((char *)k->device.browser_version);
	free((char *)k->device.os);
	free((char *)k->device.os_version);
	free((char *)k->device.device);
	free((char *)k->device.json);
	free(k->key);
	free(k);
}

void
devices_forget(struct devices *d, size_t most)
{
	if (d->n <= most)
		return;
	tdestroy(d->tree, free_known);
	d->tree = NULL;
	d->n = 0;
}

void
devices_free(struct devices *d)
{
	if (d == NULL)
		return;
	tdestroy(d->tree, free_known);
	uap_free(d->uap);
	device_types_free(d->types);
	free(d);
}

/* "17.4.1": as many parts as there are */
static char *
version_of(char *const parts[UAP_PARTS])
{
	struct buf buf = { NULL, 0, 0 };
	int i;

	for (i = UAP_MAJOR; i <= UAP_PATCH && parts[i] != NULL; i++) {
		if (i > UAP_MAJOR)
			buf_byte(&buf, '.');
		buf_put(&buf, parts[i], strlen(parts[i]));
	}
	if (buf.len == 0)
		return NULL;
	buf_byte(&buf, '\0');
	return buf.p;
}

static char *
family_of(char *const parts[UAP_PARTS])
{
	const char *family = parts[UAP_FAMILY];

	if (family == NULL || strcmp(family, "Other") == 0)
		return NULL;
	return xstrdup(family);
}

static bool
begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

/* The device by its name, after its maker's unless that says it, as for Apple's
 * anyone knows. "K" is what Chrome calls every device. */
static char *
device_of(char *const parts[UAP_PARTS])
{
	const char *brand = parts[UAP_BRAND];
	char *family = family_of(parts);

	if (family == NULL)
		return NULL;
	if (strcmp(family, "Spider") == 0 || begins(family, "Generic ") ||
	    strcmp(family, "iOS-Device") == 0 || strcmp(family, "K") == 0) {
		free(family);
		return NULL;
	}
	if (brand != NULL && strcmp(brand, "Apple") != 0 &&
	    !begins(brand, "Generic") && strcasestr(family, brand) == NULL) {
		char *both = xasprintf("%s %s", brand, family);

		free(family);
		return both;
	}
	return family;
}

/* Who makes a model, the rules know: they get the agent that this browser would
 * have sent when it still told. */
static void
hint_model(struct devices *all, struct device *d, const struct hints *h)
{
	struct uap_facts facts;
	char *agent;

	if (h->model == NULL)
		return;
	if (d->os == NULL || strcmp(d->os, "Android") != 0) {
		device_say(&d->device, xstrdup(h->model));
		return;
	}
	agent = xasprintf("Mozilla/5.0 (Linux; Android 10; %s) "
			  "AppleWebKit/537.36 (KHTML, like Gecko) "
			  "Chrome/99.0.0.0 Mobile Safari/537.36",
	    h->model);
	uap_parse(all->uap, agent, &facts);
	device_say(&d->device, device_of(facts.v[UAP_DEVICE]));
	if (d->device == NULL)
		device_say(&d->device, xstrdup(h->model));
	uap_forget(&facts);
	free(agent);
}

static void
look(struct devices *all, struct device *d, const char *agent,
    const struct hints *h)
{
	struct uap_facts facts;

	if (all->types == NULL)
		all->types = device_types_new();
	d->type = "unknown";
	if (*agent != '\0') {
		uap_parse(all->uap, agent, &facts);
		d->browser = family_of(facts.v[UAP_BROWSER]);
		if (d->browser != NULL)
			d->browser_version = version_of(facts.v[UAP_BROWSER]);
		d->os = family_of(facts.v[UAP_OS]);
		if (d->os != NULL)
			d->os_version = version_of(facts.v[UAP_OS]);
		d->device = device_of(facts.v[UAP_DEVICE]);
		d->type = device_type(all->types, agent, &facts);
		uap_forget(&facts);
	}
	device_hint(d, h);
	hint_model(all, d, h);
}

/* What the answer depends on, in one text. Control characters have become
 * spaces, so no other agent and hints give the same. */
static char *
key_of(const char *agent, const struct hints *h)
{
	const char *parts[] = { h->brand, h->version, h->platform,
		h->platform_version, h->model, h->form };
	struct buf buf = { NULL, 0, 0 };
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (parts[i] != NULL)
			buf_put(&buf, parts[i], strlen(parts[i]));
		buf_byte(&buf, '\n');
	}
	buf_byte(&buf, (char)('1' + h->mobile));
	utf8_clean(&buf, agent, strlen(agent), UAP_LONGEST);
	buf_byte(&buf, '\0');
	return buf.p;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(((const struct known *)a)->key,
	    ((const struct known *)b)->key);
}

static void
put(FILE *fp, const char *name, const char *text, char end)
{
	fprintf(fp, "\"%s\":", name);
	if (text == NULL)
		fputs("null", fp);
	else
		line_put_string(fp, text, strlen(text));
	if (end != '\0')
		putc(end, fp);
}

static char *
json_of(const struct device *d)
{
	size_t len;
	char *text;
	FILE *fp = xmemstream(&text, &len);

	put(fp, "browser", d->browser, ',');
	put(fp, "browser_version", d->browser_version, ',');
	put(fp, "os", d->os, ',');
	put(fp, "os_version", d->os_version, ',');
	put(fp, "device", d->device, ',');
	put(fp, "device_type", d->type, '\0');
	xclose(fp);
	return text;
}

const struct device *
devices_get(struct devices *all, const char *agent, const char *hints)
{
	struct known *k = xcalloc(1, sizeof(*k)), **found;
	struct hints h;

	hints_read(&h, hints);
	if (agent == NULL)
		agent = "";
	k->key = key_of(agent, &h);
	if ((found = tsearch(k, &all->tree, compare)) == NULL)
		err(TOOL_FAILED, NULL);
	if (*found != k)
		free_known(k);
	else {
		all->n++;
		look(all, &k->device, agent, &h);
		k->device.json = json_of(&k->device);
	}
	hints_free(&h);
	return &(*found)->device;
}

void
device_put(FILE *fp, const struct device *d)
{
	fputs(d->json, fp);
}
