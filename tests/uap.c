/* uap - the rules for user agents, against uap-core's own tests
 *
 * uap browser|os|device FILE [RULES]	a file of test cases; prints how many
 *					hold, and names those that do not
 * uap time FILE [RULES]		parse its agents; how many a second
 * uap device-of [RULES]		what is told of each line of stdin: an
 *					agent, a tab, client hints
 */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "device.h"
#include "items.h"
#include "uap.h"

static const struct kind {
	const char *name;
	enum uap_kind kind;
	const char *parts[UAP_PARTS];
} kinds[] = {
	{ "browser", UAP_BROWSER,
	    { "family", "major", "minor", "patch", NULL } },
	{ "os", UAP_OS,
	    { "family", "major", "minor", "patch", "patch_minor" } },
	{ "device", UAP_DEVICE, { "family", "brand", "model", NULL, NULL } },
	{ "time", UAP_KINDS, { NULL } },
};

struct test {
	const struct kind *kind;
	struct uap *uap;
	size_t run, good;
};

/* NULL where nothing stands */
static const char *
said(const char *s)
{
	return s == NULL || *s == '\0' ? NULL : s;
}

static int
show_devices(const char *rules)
{
	struct devices *devices;
	char *line = NULL, *hints, *why;
	size_t size = 0;

	if ((devices = devices_new(rules, &why)) == NULL)
		errx(2, "%s", why);
	while (getline(&line, &size, stdin) != -1) {
		line[strcspn(line, "\n")] = '\0';
		hints = line + strcspn(line, "\t");
		if (*hints != '\0')
			*hints++ = '\0';
		putchar('{');
		device_put(stdout,
		    devices_get(devices, said(line), said(hints)));
		puts("}");
	}
	free(line);
	devices_free(devices);
	return 0;
}

static int
same(const char *got, const char *wanted, int part)
{
	if (got == NULL && part == UAP_FAMILY)
		got = "Other";
	return strcmp(got == NULL ? "" : got, wanted == NULL ? "" : wanted) ==
	    0;
}

static char *
take(const struct item *item, void *arg, size_t *line)
{
	struct test *t = arg;
	const char *agent = items_get(item, "user_agent_string");
	struct uap_facts facts;
	char *got;
	int p, good = 1;

	uap_parse(t->uap, agent == NULL ? "" : agent, &facts);
	for (p = 0; p < UAP_PARTS && t->kind->parts[p] != NULL; p++) {
		got = facts.v[t->kind->kind][p];
		if (same(got, items_get(item, t->kind->parts[p]), p))
			continue;
		warnx("line %zu: %s is %s", *line, t->kind->parts[p],
		    got == NULL ? "nothing" : got);
		good = 0;
	}
	uap_forget(&facts);
	t->run++;
	t->good += good;
	return NULL;
}

int
main(int argc, char *argv[])
{
	struct test t = { .kind = NULL };
	struct timespec from, to;
	size_t i;
	char *why = NULL;
	double took;
	FILE *fp;

	if (argc > 1 && strcmp(argv[1], "device-of") == 0)
		return show_devices(argv[2]);
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds) && argc > 2; i++)
		if (strcmp(argv[1], kinds[i].name) == 0)
			t.kind = &kinds[i];
	if (t.kind == NULL)
		errx(2, "no such check");
	if ((fp = fopen(argv[2], "r")) == NULL)
		err(2, "%s", argv[2]);
	clock_gettime(CLOCK_MONOTONIC, &from);
	if ((t.uap = uap_new(argv[3], &why)) == NULL ||
	    (why = items_read(fp, take, &t)) != NULL)
		errx(2, "%s", why);
	clock_gettime(CLOCK_MONOTONIC, &to);
	took = (double)(to.tv_sec - from.tv_sec) +
	    (double)(to.tv_nsec - from.tv_nsec) / 1e9;
	if (t.kind->kind == UAP_KINDS)
		printf("%.0f a second\n", (double)t.run / took);
	else
		printf("%zu of %zu\n", t.good, t.run);
	uap_free(t.uap);
	fclose(fp);
	return t.run == t.good && t.run > 0 ? 0 : 1;
}
