/* fuzz/watch - any bytes as configuration, as state and as lines of events
 *
 * The first byte says which. Lines go to a guard that has learned nothing and
 * is soon alarmed; whatever it prints is JSON. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../cmd/audit-watch/guard.h"
#include "../../cmd/audit-watch/input.h"
#include "line.h"
#include "mem.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
want(bool true_)
{
	if (!true_)
		abort();
}

/* What is read can be written and read again. */
static void
try_config(FILE *fp)
{
	struct config *c = config_new(), *again = config_new();
	char *wrong = config_read(c, fp), *text;
	FILE *out, *in;
	size_t len;

	if (wrong == NULL) {
		out = xmemstream(&text, &len);
		config_write(out, c);
		xclose(out);
		in = fmemopen(text, len, "r");
		wrong = config_read(again, in);
		want(wrong == NULL);
		fclose(in);
		free(text);
	}
	free(wrong);
	config_free(c);
	config_free(again);
}

static void
try_state(FILE *fp)
{
	struct config *c = config_new();
	struct guard *g = guard_new(c, stdout);

	free(store_read(g->store, fp));
	guard_free(g);
	config_free(c);
}

/* One that is alarmed at once */
static struct config *
nervous(void)
{
	struct config *c = config_new();
	int p, i;

	c->learning = 0;
	words_add(&c->sensitive, "t.c");
	for (p = 0; p < PATTERNS; p++) {
		c->p[p].quiet = 1;
		for (i = 0; i < CONFIG_NUMBERS; i++)
			if (config_known[p].numbers[i].kind == NUMBER_COUNT)
				c->p[p].v[i] = i == 0;
	}
	return c;
}

static void
try_lines(FILE *fp)
{
	struct config *c = nervous();
	struct line *lines = line_new(fp);
	struct facts *facts = facts_new(c);
	struct json whole;
	struct guard *g;
	struct fact e;
	size_t len, where;
	const char *wrong;
	char *text, *line, *rest;
	FILE *out = xmemstream(&text, &len);
	int got;

	g = guard_new(c, out);
	while ((got = line_next(lines)) != 0) {
		if (got == -1)
			continue;
		switch (input_read(facts, &e, line_text(lines), &wrong)) {
		case INPUT_EVENT: guard_event(g, &e); break;
		case INPUT_SEAL: guard_seal(g, e.at); break;
		case INPUT_BAD: want(wrong != NULL); break;
		case INPUT_OTHER: break;
		}
	}
	xclose(out);
	for (rest = text; (line = strsep(&rest, "\n")) != NULL;)
		want(*line == '\0' ||
		    json_parse(&whole, line, strlen(line), &where) == NULL);
	guard_free(g);
	facts_free(facts);
	line_free(lines);
	config_free(c);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* exactly as long as it is, for the sanitizer */
	char *bytes;
	FILE *fp;

	if (size < 2)
		return 0;
	bytes = xmalloc(size - 1);
	memcpy(bytes, data + 1, size - 1);
	fp = fmemopen(bytes, size - 1, "r");
	switch (*data % 3) {
	case 0: try_config(fp); break;
	case 1: try_state(fp); break;
	case 2: try_lines(fp); break;
	}
	fclose(fp);
	free(bytes);
	return 0;
}
