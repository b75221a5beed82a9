/* config-whole - the members of the user's file */

#include <stdlib.h>
#include <string.h>

#include "config-read.h"
#include "mem.h"
#include "zone.h"

#define DAY INT64_C(86400000000)

char *
config_span(struct reading *r, struct json v, void *to)
{
	if (json_kind(v) != '"' || !span_read(to, v.p + 1, v.len - 2))
		return config_wrong(r, v,
		    "no length of time; one is \"10 minutes\", in seconds, "
		    "minutes, hours, days or weeks");
	return NULL;
}

static char *
read_days(struct reading *r, struct json v, void *to)
{
	int64_t us = 0, *days = to;
	char *error;

	if (json_kind(v) == '0' && v.len == 1 && *v.p == '0') {
		*days = 0;
		return NULL;
	}
	if ((error = config_span(r, v, &us)) != NULL)
		return error;
	if (us % DAY != 0)
		return config_wrong(r, v, "it is in whole days, or 0");
	*days = us / DAY;
	return NULL;
}

static char *
read_string(struct reading *r, struct json v, char **text)
{
	size_t len;

	if (json_kind(v) != '"' || v.len == 2)
		return config_wrong(r, v, "no text");
	free(*text);
	*text = json_text(v, &len);
	if (strlen(*text) != len)
		return config_wrong(r, v, "it holds a zero byte");
	return NULL;
}

static char *
read_zone(struct reading *r, struct json v, void *to)
{
	char **zone = to, *error;

	if (json_kind(v) == 'n')
		return NULL;
	if ((error = read_string(r, v, zone)) != NULL)
		return error;
	return zone_use(*zone) ? NULL : config_wrong(r, v, "no such time zone");
}

static char *
read_words(struct reading *r, struct json v, void *to)
{
	struct words *w = to;
	struct json_iter i;
	struct json key, one;
	char *text = NULL, *error = NULL;

	if (json_kind(v) != '[')
		return config_wrong(r, v, "no list; one is [\"a\", \"b\"]");
	words_free(w);
	json_begin(&i, v);
	while (error == NULL && json_next(&i, &key, &one))
		if ((error = read_string(r, one, &text)) == NULL)
			words_add(w, text);
	free(text);
	return error;
}

static char *
read_sensitive(struct reading *r, struct json v, void *to)
{
	struct words *w = to;
	char *error = read_words(r, v, to);
	int i;

	for (i = 0; error == NULL && i < w->n; i++)
		if (strchr(w->v[i], '.') == NULL)
			error = config_wrong(r, v, "each is \"table.column\"");
	return error;
}

static char *
read_bool(struct reading *r, struct json v, void *to)
{
	bool *b = to;

	if (json_kind(v) != 't' && json_kind(v) != 'f')
		return config_wrong(r, v, "it is true or false");
	*b = *v.p == 't';
	return NULL;
}

static char *
read_severity(struct reading *r, struct json v, void *to)
{
	int *severity = to, i;

	for (i = 0; i < SEVERITIES; i++)
		if (json_says(v, severity_names[i])) {
			*severity = i;
			return NULL;
		}
	return config_wrong(r, v, "it is low, medium, high or critical");
}

static char *
read_except(struct reading *r, struct json v, void *to)
{
	struct except *x = to;
	const struct member members[] = {
		{ "actors", read_words, &x->actors },
		{ "roles", read_words, &x->roles },
		{ "apps", read_words, &x->apps },
		{ "tables", read_words, &x->tables },
	};

	r->top = false;
	return config_members(r, v, members, 4, NULL);
}

int
config_pattern_of(struct json key)
{
	int i;

	for (i = 0; i < PATTERNS; i++)
		if (json_says(key, config_known[i].name))
			return i;
	return -1;
}

char *
config_pattern(struct reading *r, struct json v, enum pattern p)
{
	struct watched *w = &r->config->p[p];
	const struct member members[] = {
		{ "enabled", read_bool, &w->enabled },
		{ "severity", read_severity, &w->severity },
		{ "quiet", config_span, &w->quiet },
		{ "except", read_except, &w->except },
		{ "hours", config_hours, r->config },
	};
	char *error;

	r->top = false;
	error = config_members(r, v, members, p == P_OUTSIDE_HOURS ? 5 : 4,
	    &config_known[p]);
	r->top = true;
	return error;
}

char *
config_whole(struct reading *r, struct json whole)
{
	struct config *c = r->config;
	const struct member members[] = {
		{ "learning", read_days, &c->learning },
		{ "zone", read_zone, &c->zone },
		{ "services", read_words, &c->services },
		{ "interactive_apps", read_words, &c->interactive },
		{ "privileged_roles", read_words, &c->privileged },
		{ "sensitive_columns", read_sensitive, &c->sensitive },
		{ "networks", config_networks, c },
	};

	r->top = true;
	return config_members(r, whole, members,
	    sizeof(members) / sizeof(members[0]), NULL);
}
