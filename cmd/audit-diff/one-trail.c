/* one-trail - what is asked of one database is of one trail */

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "safe.h"

/* free() it; NULL: the event names none */
static char *
name_of(const struct event *e)
{
	size_t len;
	char *name, *safe;

	if (json_kind(e->v[E_TRAIL]) == 'n')
		return NULL;
	name = json_text(e->v[E_TRAIL], &len);
	safe = safe_text(name, false);
	free(name);
	return safe;
}

static const char *
or_none(const char *name)
{
	return name == NULL ? "none" : name;
}

bool
one_trail(struct one_trail *t, const struct event *e, size_t line,
    const char *what)
{
	char *name = name_of(e);
	bool same;

	if (!t->known) {
		t->known = true;
		t->name = name;
		return true;
	}
	same = strcmp(name == NULL ? "" : name,
		   t->name == NULL ? "" : t->name) == 0;
	if (!same)
		warnx(
		    "line %zu: the trail is %s, and that of the events before "
		    "is %s: %s is for one database; pick its events with "
		    "audit-log --trail",
		    line, or_none(name), or_none(t->name), what);
	free(name);
	return same;
}

void
one_trail_free(struct one_trail *t)
{
	free(t->name);
}
