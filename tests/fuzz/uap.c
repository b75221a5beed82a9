/* fuzz/uap - any file of rules, any pattern, any agent
 *
 * Before the first line that is "--" a file of rules, behind it an agent. Where
 * there is none: a pattern up to the first line's end, small letters and
 * capitals alike if it begins with i, then an agent; it holds what the pattern
 * needs if they match. */

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"
#include "mem.h"
#include "uap-need.h"
#include "uap-rule.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(const char *s)
{
	size_t n, left = s == NULL ? 0 : strlen(s);

	for (; left > 0; s += n, left -= n)
		if ((n = utf8_length(s, left)) == 0)
			abort();
}

static void
try_rules(const char *rules, size_t len, const char *agent)
{
	const struct device *d;
	struct devices *devices;
	char *path, *why = NULL;
	int fd = memfd_create("rules", 0);

	if (fd == -1 || write(fd, rules, len) != (ssize_t)len)
		abort();
	path = xasprintf("/proc/self/fd/%d", fd);
	if ((devices = devices_new(path, &why)) == NULL) {
		if (strncmp(why, path, strlen(path)) != 0)
			abort();
		free(why);
	} else {
		/* also as hints */
		d = devices_get(devices, agent, agent);
		check_text(d->browser);
		check_text(d->browser_version);
		check_text(d->os);
		check_text(d->os_version);
		check_text(d->device);
		if (devices_get(devices, agent, agent) != d)
			abort();
		devices_free(devices);
	}
	free(path);
	close(fd);
}

static bool
matches(const pcre2_code *code, const char *text, size_t len)
{
	pcre2_match_data *match = pcre2_match_data_create(1, NULL);
	pcre2_match_context *limits = pcre2_match_context_create(NULL);
	int rc;

	pcre2_set_match_limit(limits, 10000);
	pcre2_set_heap_limit(limits, 4096);
	rc = pcre2_match(code, (PCRE2_SPTR)text, len, 0, 0, match, limits);
	pcre2_match_data_free(match);
	pcre2_match_context_free(limits);
	return rc >= 0;
}

static void
try_pattern(const char *pattern, const char *agent)
{
	static struct uap_text text;
	struct buf clean = { NULL, 0, 0 };
	bool caseless = *pattern == 'i';
	pcre2_code *code;
	char *need, *why = NULL;

	if ((code = uap_compile(pattern, caseless, &why)) == NULL) {
		free(why);
		return;
	}
	need = uap_need(pattern);
	utf8_clean(&clean, agent, strlen(agent), UAP_LONGEST);
	uap_text_set(&text, clean.p, clean.len);
	if (matches(code, clean.p == NULL ? "" : clean.p, clean.len) &&
	    !uap_text_has(&text, need))
		abort();
	uap_text_clear(&text);
	buf_free(&clean);
	free(need);
	pcre2_code_free(code);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *input = xstrndup((const char *)data, size);
	char *agent = strstr(input, "\n--\n");

	if (agent != NULL)
		try_rules(input, (size_t)(agent - input) + 1, agent + 4);
	else if ((agent = strchr(input, '\n')) != NULL) {
		*agent++ = '\0';
		try_pattern(input, agent);
	}
	free(input);
	return 0;
}
