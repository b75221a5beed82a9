/* log-time - the times that the server's log says in its own zone */

#include "log-time.h"

#include <stdlib.h>
#include <string.h>

#include "moment.h"
#include "told.h"

#define HOUR INT64_C(3600000000)

bool
log_session_start(int64_t *us, struct text id)
{
	uint64_t s = 0;
	size_t i, dot = 0;
	char c;

	if (id.p == NULL || id.len > 30)
		return false;
	for (i = 0; i < id.len; i++) {
		c = id.p[i];
		if (c == '.' && dot == 0 && i > 0 && i < id.len - 1)
			dot = i;
		else if ((c < '0' || c > '9') && (c < 'a' || c > 'f'))
			return false;
		else if (dot == 0)
			s = s << 4 |
			    (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	if (dot == 0 || dot > 9)
		return false;
	*us = ((int64_t)s - MOMENT_EPOCH) * 1000000;
	return true;
}

/* What the clock showed, as if it were UTC's, and what is behind it */
static bool
clock_time(int64_t *us, struct text *zone, struct text t)
{
	char text[] = "YYYY-MM-DDTHH:MM:SS.000000Z";
	size_t n = 19, digits = 0;

	if (t.p == NULL || t.len < n)
		return false;
	memcpy(text, t.p, n);
	text[10] = 'T';
	if (t.p[10] != ' ')
		return false;
	if (t.len > n && t.p[n] == '.')
		for (n++; n < t.len && t.p[n] != ' '; n++, digits++)
			if (digits < 6)
				text[20 + digits] = t.p[n];
	if (n >= t.len || t.p[n] != ' ')
		return false;
	*zone = (struct text){ t.p + n + 1, t.len - n - 1 };
	return zone->len > 0 && moment_read(us, text, sizeof(text) - 1);
}

/* An abbreviation that says what it means: UTC, +03, -0330, +05:45 */
static bool
plain_zone(int64_t *offset, struct text zone)
{
	int64_t n = 0;
	size_t i, digits = 0;

	*offset = 0;
	if (text_is(zone, "UTC") || text_is(zone, "GMT") || text_is(zone, "Z"))
		return true;
	if (*zone.p != '+' && *zone.p != '-')
		return false;
	for (i = 1; i < zone.len; i++) {
		if (zone.p[i] == ':')
			continue;
		if (zone.p[i] < '0' || zone.p[i] > '9' || ++digits > 6)
			return false;
		n = n * 10 + (zone.p[i] - '0');
	}
	if (digits != 2 && digits != 4 && digits != 6)
		return false;
	for (; digits < 6; digits += 2)
		n *= 100;
	*offset = (n / 10000 * 3600 + n / 100 % 100 * 60 + n % 100) * 1000000;
	if (*zone.p == '-')
		*offset = -*offset;
	return true;
}

/* The clocks were changed since a session of this zone began, and no other
 * session has told by how much: an hour, which is so nearly everywhere. Names
 * of summer have a D for the S of winter (EDT, EST), or are longer (CEST, CET);
 * London has BST. */
static int64_t
guess(struct text now, struct text then)
{
	size_t d = now.len - 2;

	if (now.len == then.len && now.len >= 3) {
		if (now.p[d] == 'D' && then.p[d] == 'S')
			return HOUR;
		if (now.p[d] == 'S' && then.p[d] == 'D')
			return -HOUR;
	}
	if (text_is(then, "GMT"))
		return HOUR;
	if (now.len > then.len && memchr(now.p, 'S', now.len) != NULL)
		return HOUR;
	if (now.len < then.len && memchr(then.p, 'S', then.len) != NULL)
		return -HOUR;
	return 0;
}

static struct zone *
known(struct zones *z, struct text name)
{
	size_t i;

	for (i = 0; i < ZONES; i++)
		if (z->v[i].name[0] != '\0' && text_is(name, z->v[i].name))
			return &z->v[i];
	return NULL;
}

static void
learn(struct zones *z, struct text name, int64_t offset)
{
	struct zone *zone = known(z, name);

	if (name.len >= sizeof(zone->name))
		return;
	if (zone == NULL) {
		zone = &z->v[z->next++ % ZONES];
		memset(zone->name, 0, sizeof(zone->name));
		memcpy(zone->name, name.p, name.len);
	}
	zone->offset = offset;
}

bool
log_time(struct zones *zones, int64_t *us, struct text time, struct text start,
    int64_t started)
{
	struct text zone, then;
	struct zone *told;
	int64_t offset, at;

	if (!clock_time(us, &zone, time))
		return false;
	if (plain_zone(&offset, zone)) {
		*us -= offset;
		return true;
	}
	if (!clock_time(&at, &then, start))
		return false;
	offset = at - started;
	/* no zone is further away: the two do not belong together */
	if (llabs(offset) > 16 * HOUR)
		return false;
	learn(zones, then, offset);
	if (then.len != zone.len || memcmp(then.p, zone.p, zone.len) != 0) {
		told = known(zones, zone);
		offset =
		    told != NULL ? told->offset : offset + guess(zone, then);
	}
	*us -= offset;
	return true;
}
