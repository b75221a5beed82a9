/* home - the trails that events come from, where there are several */

#include "home.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "utf8.h"

#define HOMES 4096
#define NAME_MOST 80 /* bytes of a name; a longer one is cut */

struct home {
	char name[NAME_MOST + 8];
	int32_t day;   /* the last one */
	uint32_t days; /* so many, that one too */
};

struct homes {
	struct cache *all;
};

struct homes *
homes_new(struct store *s)
{
	struct homes *h = xcalloc(1, sizeof(*h));

	h->all = cache_new(HOMES, sizeof(struct home));
	store_cache(s, "trails", 0, h->all);
	return h;
}

void
homes_free(struct homes *h)
{
	if (h == NULL)
		return;
	cache_free(h->all);
	free(h);
}

int64_t
home_note(struct homes *h, const struct fact *e, int32_t day)
{
	struct buf b = { NULL, 0, 0 };
	struct home *home;

	if (e->home == 0)
		return INT64_MAX;
	home = cache_at(h->all, (uint32_t)e->home);
	if (home->days == 0) {
		utf8_clean(&b, e->trail.p, e->trail.len, NAME_MOST);
		memcpy(home->name, b.p, b.len);
		buf_free(&b);
	}
	if (home->days == 0 || day > home->day) {
		home->day = day;
		home->days++;
	}
	return home->days;
}

const char *
home_name(const struct homes *h, uint32_t home)
{
	const struct home *found = cache_find(h->all, home);

	return found == NULL ? NULL : found->name;
}
