/* config-net - the members of the user's file about networks and hours */

#include <stdlib.h>
#include <string.h>

#include "config-read.h"
#include "mem.h"
#include "net.h"

static const char days[7][4] = { "sun", "mon", "tue", "wed", "thu", "fri",
	"sat" };

static char *
read_network(struct reading *r, struct json v, uint32_t group)
{
	struct config *c = r->config;
	struct range range = { .group = group };
	struct said s = { v.p + 1, v.len - 2 };

	if (json_kind(v) != '"' || !net_range(&range, s))
		return config_wrong(r, v,
		    "no network; one is \"192.0.2.0/24\" or \"2001:db8::/32\"");
	c->ranges = xreallocarray(c->ranges, c->nranges + 1, sizeof(range));
	c->ranges[c->nranges++] = range;
	return NULL;
}

char *
config_networks(struct reading *r, struct json v, void *to)
{
	struct config *c = to;
	struct json_iter i, j;
	struct json key, list, none, one;
	uint32_t group = 0;
	char *error = NULL;

	if (json_kind(v) != '{')
		return config_wrong(r, v,
		    "no object; one is {\"office\": [\"192.0.2.0/24\"]}");
	free(c->networks);
	c->networks = xstrndup(v.p, v.len);
	c->nranges = 0;
	json_begin(&i, v);
	while (error == NULL && json_next(&i, &key, &list)) {
		group++;
		if (json_kind(list) != '[')
			error = config_wrong(r, list, "no list of networks");
		json_begin(&j, list);
		while (error == NULL && json_next(&j, &none, &one))
			error = read_network(r, one, group);
	}
	return error;
}

/* 07:00; 24:00 is the end */
static bool
read_minutes(const char *p, int *minutes)
{
	int i;

	for (i = 0; i < 5; i++)
		if (i == 2 ? p[i] != ':' : p[i] < '0' || p[i] > '9')
			return false;
	*minutes = ((p[0] - '0') * 10 + p[1] - '0') * 60 + (p[3] - '0') * 10 +
	    p[4] - '0';
	return *minutes <= 24 * 60 && p[3] < '6';
}

static int
day_of(const char *p)
{
	int i;

	for (i = 0; i < 7; i++)
		if (memcmp(p, days[i], 3) == 0)
			return i;
	return -1;
}

/* "mon-fri" or "sat" */
static bool
read_days(struct json key, int *from, int *until)
{
	if (key.len != 5 && (key.len != 9 || key.p[4] != '-'))
		return false;
	*from = day_of(key.p + 1);
	*until = key.len == 5 ? *from : day_of(key.p + 5);
	return *from != -1 && *until != -1;
}

char *
config_hours(struct reading *r, struct json v, void *to)
{
	struct config *c = to;
	struct json_iter i;
	struct json key, value;
	int day, last, from, until;

	if (json_kind(v) != '{')
		return config_wrong(r, v,
		    "no object; one is {\"mon-fri\": \"07:00-19:00\"}");
	memset(c->hours, 0, sizeof(c->hours));
	json_begin(&i, v);
	while (json_next(&i, &key, &value)) {
		if (!read_days(key, &day, &last))
			return config_wrong(r, key,
			    "no days; some are \"mon-fri\" or \"sat\"");
		if (json_kind(value) != '"' || value.len != 13 ||
		    value.p[6] != '-' || !read_minutes(value.p + 1, &from) ||
		    !read_minutes(value.p + 7, &until) || from == until)
			return config_wrong(r, value,
			    "no hours; some are \"07:00-19:00\"");
		for (;; day = (day + 1) % 7) {
			c->hours[day].from = from;
			c->hours[day].until = until;
			if (day == last)
				break;
		}
	}
	return NULL;
}
