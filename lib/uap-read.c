/* uap-read - the rules of a file in uap-core's form */

#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "items.h"
#include "mem.h"
#include "uap-need.h"
#include "uap-rule.h"

#define MOST 100000 /* rules of one kind */

/* What the texts of a rule are called */
static const struct {
	const char *list, *put[UAP_PARTS];
} forms[UAP_KINDS] = {
	[UAP_BROWSER] = { "user_agent_parsers",
	    { "family_replacement", "v1_replacement", "v2_replacement",
		"v3_replacement", NULL } },
	[UAP_OS] = { "os_parsers",
	    { "os_replacement", "os_v1_replacement", "os_v2_replacement",
		"os_v3_replacement", "os_v4_replacement" } },
	[UAP_DEVICE] = { "device_parsers",
	    { "device_replacement", "brand_replacement", "model_replacement",
		NULL, NULL } },
};

pcre2_code *
uap_compile(const char *pattern, bool caseless, char **why)
{
	unsigned char said[200];
	pcre2_code *code;
	PCRE2_SIZE where;
	int error;

	code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
	    PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C |
		(caseless ? PCRE2_CASELESS : 0),
	    &error, &where, NULL);
	if (code == NULL && why != NULL) {
		pcre2_get_error_message(error, said, sizeof(said));
		*why = xasprintf("not a pattern: %s, at its character %zu",
		    said, where + 1);
	}
	return code;
}

/* Which of a rule's texts this is; UAP_PARTS: none of them */
static int
part(enum uap_kind kind, const char *name)
{
	int i;

	for (i = 0; i < UAP_PARTS; i++)
		if (forms[kind].put[i] != NULL &&
		    strcmp(name, forms[kind].put[i]) == 0)
			break;
	return i;
}

/* A rule with each of its texts in its place. One that we do not know would
 * mean something else to others. */
static char *
fill(struct uap_rule *rule, enum uap_kind kind, const struct item *item,
    size_t *line)
{
	const struct item_text *t;
	int i;

	for (i = 0; i < item->n; i++) {
		t = &item->text[i];
		*line = t->line;
		if (part(kind, t->name) < UAP_PARTS)
			rule->put[part(kind, t->name)] = xstrdup_null(t->value);
		else if (strcmp(t->name, "regex") == 0)
			rule->pattern = xstrdup_null(t->value);
		else if (strcmp(t->name, "regex_flag") != 0)
			return xasprintf("\"%.40s\" is not a rule's", t->name);
		else if (t->value == NULL || strcmp(t->value, "i") != 0)
			return xstrdup("a regex_flag other than 'i'");
		else
			rule->caseless = true;
	}
	*line = item->line;
	return rule->pattern == NULL ? xstrdup("a rule without a regex") : NULL;
}

static void
forget(const struct uap_rule *rule)
{
	int i;

	free((char *)rule->pattern);
	free((char *)rule->need);
	for (i = 0; i < UAP_PARTS; i++)
		free((char *)rule->put[i]);
}

/* The pattern has to be one: now, not when an agent comes. */
static char *
check(struct uap_rule *rule, const struct item *item, size_t *line)
{
	pcre2_code *code;
	char *why = NULL;
	int i;

	for (i = 0; i < item->n; i++)
		if (strcmp(item->text[i].name, "regex") == 0)
			*line = item->text[i].line;
	if ((code = uap_compile(rule->pattern, rule->caseless, &why)) == NULL)
		return why;
	pcre2_code_free(code);
	rule->need = uap_need(rule->pattern);
	return NULL;
}

static char *
take(const struct item *item, void *arg, size_t *line)
{
	struct uap_rules *rules = arg;
	struct uap_rule rule = { .pattern = NULL }, *v;
	int k = 0;
	char *why;

	while (k < UAP_KINDS && strcmp(item->list, forms[k].list) != 0)
		k++;
	if (k == UAP_KINDS)
		return xasprintf("\"%.40s\" is no list of rules", item->list);
	if (rules->n[k] == MOST)
		return xstrdup("too many rules");
	if ((why = fill(&rule, (enum uap_kind)k, item, line)) != NULL ||
	    (why = check(&rule, item, line)) != NULL) {
		forget(&rule);
		return why;
	}
	/* room grows by doubling */
	v = (struct uap_rule *)rules->v[k];
	if ((rules->n[k] & (rules->n[k] - 1)) == 0)
		v = xreallocarray(v, rules->n[k] * 2 + 1, sizeof(*v));
	v[rules->n[k]++] = rule;
	rules->v[k] = v;
	return NULL;
}

char *
uap_read(const char *path, struct uap_rules *rules)
{
	char *why, *message;
	FILE *fp;

	*rules = (struct uap_rules){ { NULL }, { 0 } };
	if ((fp = fopen(path, "re")) == NULL)
		return xasprintf("%s: %s", path, strerror(errno));
	why = items_read(fp, take, rules);
	if (ferror(fp)) {
		free(why);
		why = xstrdup(strerror(errno));
	}
	fclose(fp);
	if (why == NULL && rules->n[UAP_BROWSER] == 0 &&
	    rules->n[UAP_OS] == 0 && rules->n[UAP_DEVICE] == 0)
		why = xstrdup("holds no rules");
	if (why == NULL)
		return NULL;
	uap_rules_free(rules);
	message = xasprintf("%s: %s", path, why);
	free(why);
	return message;
}

void
uap_rules_free(struct uap_rules *rules)
{
	size_t i;
	int k;

	for (k = 0; k < UAP_KINDS; k++) {
		for (i = 0; i < rules->n[k]; i++)
			forget(&rules->v[k][i]);
		free((struct uap_rule *)rules->v[k]);
	}
	*rules = (struct uap_rules){ { NULL }, { 0 } };
}
