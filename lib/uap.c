/* uap - what a user agent says, by the rules of uap-core */

#include "uap.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "tool.h"
#include "uap-need.h"
#include "uap-rule.h"
#include "utf8.h"

#define GROUPS 10 /* the whole match and $1 to $9 */

/* Hostile agents make some patterns try endlessly. For its own agents no rule
 * takes more than half of these steps, and five times all of them 10 ms. */
#define MOST_STEPS 100000
#define MOST_KB 4096
#define MOST_FAILURES 5

struct uap {
	struct uap_rules rules, read;
	pcre2_code **code[UAP_KINDS]; /* made when first needed */
	pcre2_match_data *match;
	pcre2_match_context *limits;
	struct uap_text text;
	int failures; /* for this agent */
};

struct uap *
uap_new(const char *path, char **why)
{
	struct uap *u = xcalloc(1, sizeof(*u));
	int k;

	if (path != NULL && (*why = uap_read(path, &u->read)) != NULL) {
		free(u);
		return NULL;
	}
	u->rules = path == NULL ? uap_builtin : u->read;
	for (k = 0; k < UAP_KINDS; k++)
		u->code[k] = xcalloc(u->rules.n[k], sizeof(void *));
	u->match = pcre2_match_data_create(GROUPS, NULL);
	u->limits = pcre2_match_context_create(NULL);
	if (u->match == NULL || u->limits == NULL)
		err(TOOL_FAILED, NULL);
	pcre2_set_match_limit(u->limits, MOST_STEPS);
	pcre2_set_heap_limit(u->limits, MOST_KB);
	return u;
}

void
uap_free(struct uap *u)
{
	size_t i;
	int k;

	if (u == NULL)
		return;
	for (k = 0; k < UAP_KINDS; k++) {
		for (i = 0; i < u->rules.n[k]; i++)
			pcre2_code_free(u->code[k][i]);
		free(u->code[k]);
	}
	pcre2_match_data_free(u->match);
	pcre2_match_context_free(u->limits);
	uap_rules_free(&u->read);
	free(u);
}

/* How many groups this rule finds in the agent, the whole match included; 0 if
 * it does not match. */
static int
try(struct uap *u, enum uap_kind kind, size_t i)
{
	const struct uap_rule *rule = &u->rules.v[kind][i];
	pcre2_code **code = &u->code[kind][i];
	int n;

	if (!uap_text_has(&u->text, rule->need))
		return 0;
	if (*code == NULL)
		*code = uap_compile(rule->pattern, rule->caseless, NULL);
	if (*code == NULL)
		return 0;
	n = pcre2_match(*code, (PCRE2_SPTR)u->text.p, u->text.len, 0,
	    PCRE2_NO_UTF_CHECK, u->match, u->limits);
	if (n < 0 && n != PCRE2_ERROR_NOMATCH)
		u->failures++;
	/* 0: there are more groups than we can name */
	return n < 0 ? 0 : n == 0 ? GROUPS : n;
}

static void
put_group(const struct uap *u, struct buf *buf, int group, int n)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(u->match);
	size_t from, to;

	if (group >= n)
		return;
	from = at[(size_t)group * 2];
	to = at[(size_t)group * 2 + 1];
	/* unset both are PCRE2_UNSET; \K may put the beginning behind the end
	 */
	if (from < to)
		buf_put(buf, u->text.p + from, to - from);
}

/* What a part becomes: the replacement with its $1 to $9, or the group; without
 * the blanks around it, NULL for nothing. */
static char *
fill(const struct uap *u, const char *put, int group, int n)
{
	struct buf buf = { NULL, 0, 0 };
	size_t from = 0;
	char *part = NULL;

	if (put == NULL)
		put_group(u, &buf, group, n);
	else
		for (; *put != '\0'; put++)
			if (*put == '$' && put[1] >= '1' && put[1] <= '9')
				put_group(u, &buf, *++put - '0', n);
			else
				buf_byte(&buf, *put);
	while (from < buf.len && strchr(" \t\r\n", buf.p[from]) != NULL)
		from++;
	while (buf.len > from && strchr(" \t\r\n", buf.p[buf.len - 1]) != NULL)
		buf.len--;
	if (buf.len > from)
		part = xstrndup(buf.p + from, buf.len - from);
	buf_free(&buf);
	return part;
}

/* The group that a part without a replacement is; of a device the brand has
 * none. */
static int
group_of(enum uap_kind kind, int part)
{
	if (kind != UAP_DEVICE)
		return part + 1;
	return part == UAP_FAMILY || part == UAP_MODEL ? 1 : GROUPS;
}

static void
find(struct uap *u, enum uap_kind kind, char *parts[UAP_PARTS])
{
	const struct uap_rule *rule;
	size_t i;
	int n = 0, p;

	for (i = 0; i < u->rules.n[kind] && n == 0; i++) {
		if (u->failures == MOST_FAILURES)
			return;
		n = try(u, kind, i);
	}
	if (n == 0)
		return;
	rule = &u->rules.v[kind][i - 1];
	for (p = 0; p < UAP_PARTS; p++)
		if (kind != UAP_BROWSER || p != UAP_PATCH_MINOR)
			parts[p] = fill(u, rule->put[p], group_of(kind, p), n);
}

void
uap_parse(struct uap *u, const char *agent, struct uap_facts *facts)
{
	struct buf text = { NULL, 0, 0 };
	int k;

	*facts = (struct uap_facts){ { { NULL } } };
	utf8_clean(&text, agent, strlen(agent), UAP_LONGEST);
	buf_byte(&text, '\0');
	uap_text_set(&u->text, text.p, text.len - 1);
	u->failures = 0;
	for (k = 0; k < UAP_KINDS; k++)
		find(u, (enum uap_kind)k, facts->v[k]);
	uap_text_clear(&u->text);
	buf_free(&text);
}

void
uap_forget(struct uap_facts *facts)
{
	int k, p;

	for (k = 0; k < UAP_KINDS; k++)
		for (p = 0; p < UAP_PARTS; p++)
			free(facts->v[k][p]);
}
