/* uap - what a user agent says, by the rules of uap-core
 *
 * A rule is a pattern and what it makes of its groups; of each kind the first
 * one that matches wins. The built-in rules are those of the regexes.yaml that
 * was there at build time. An agent may be any bytes: what is not UTF-8 counts
 * as U+FFFD, a control character as a space, and what is beyond UAP_LONGEST
 * bytes is not looked at. */
#ifndef AUDIT_UAP_H
#define AUDIT_UAP_H

#define UAP_LONGEST 2048

enum uap_kind { UAP_BROWSER, UAP_OS, UAP_DEVICE, UAP_KINDS };
enum { UAP_FAMILY, UAP_MAJOR, UAP_MINOR, UAP_PATCH, UAP_PATCH_MINOR };
enum { UAP_BRAND = 1, UAP_MODEL }; /* of a device, after its family */
#define UAP_PARTS 5

struct uap;

/* What each kind says, UTF-8; NULL for nothing. No family: no rule matches,
 * which uap-core calls "Other". */
struct uap_facts {
	char *v[UAP_KINDS][UAP_PARTS];
};

/* With the rules in this file, or, path NULL, the built-in ones. NULL if the
 * file cannot be used: *why says so, "FILE: line 12: ...", free() it. */
struct uap *uap_new(const char *path, char **why);
void uap_free(struct uap *); /* accepts NULL */

/* uap_forget() frees what is found. A rule that takes too long for an agent
 * counts as one that does not match; after a few of them the rest does not
 * count either. */
void uap_parse(struct uap *, const char *agent, struct uap_facts *);
void uap_forget(struct uap_facts *);

#endif
