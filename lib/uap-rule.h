/* uap-rule - the rules as they are kept and read; for lib/uap alone */
#ifndef AUDIT_UAP_RULE_H
#define AUDIT_UAP_RULE_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdbool.h>
#include <stddef.h>

#include "uap.h"

struct uap_rule {
	const char *pattern;
	const char *need; /* what the agent must hold, see uap-need.h */
	const char *put[UAP_PARTS]; /* NULL: the group, where there is one */
	bool caseless;
};

struct uap_rules { /* in their order, by kind; read ones are the owner's */
	const struct uap_rule *v[UAP_KINDS];
	size_t n[UAP_KINDS];
};

extern const struct uap_rules uap_builtin; /* made by lib/uap/embed.c */

/* The rules of a file in uap-core's form. Returns NULL, or what is wrong with
 * it, to be freed; then there are none. */
char *uap_read(const char *path, struct uap_rules *);
void uap_rules_free(struct uap_rules *);

/* NULL if the pattern is none: *why says so, to be freed. why NULL: it is known
 * to be one. */
pcre2_code *uap_compile(const char *pattern, bool caseless, char **why);

#endif
