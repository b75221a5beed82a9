/* config-read - the parts of reading the user's file */
#ifndef AUDIT_WATCH_CONFIG_READ_H
#define AUDIT_WATCH_CONFIG_READ_H

#include "config.h"
#include "document.h"

struct reading {
	const struct document *document;
	struct config *config;
	bool top; /* the members are the file's own */
};

/* What reads a member's value; to: where it goes. NULL, or what is wrong. */
struct member {
	const char *name;
	char *(*read)(struct reading *, struct json value, void *to);
	void *to;
};

/* "line 3: WHAT: MORE", where this is written; WHAT is the file's own words */
char *config_wrong(const struct reading *, struct json what, const char *more);
/* The members of an object: these, and a pattern's numbers */
char *config_members(struct reading *, struct json object,
    const struct member *, size_t n, const struct known *);
char *config_whole(struct reading *, struct json whole);
char *config_pattern(struct reading *, struct json, enum pattern);
int config_pattern_of(struct json key); /* -1: none */

/* to: int64_t *, struct words *, ... */
char *config_span(struct reading *, struct json, void *to);
char *config_networks(struct reading *, struct json, void *to);
char *config_hours(struct reading *, struct json, void *to);

#endif
