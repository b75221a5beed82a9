/* go-rest - remove the sessions and tables that no event refers to any more */

#include <stdlib.h>

#include "go.h"
#include "sql.h"

struct rest {
	uint64_t sessions;
	bool more;
};

static int
keep(int ncols, char *const cols[], void *arg)
{
	struct rest *r = arg;

	(void)ncols;
	r->sessions = strtoull(cols[0], NULL, 10);
	r->more = *cols[1] == 't';
	return 0;
}

enum tool_status
go_rest(struct go *g)
{
	char *params[] = { g->id, g->items, g->act };
	struct rest r;
	enum go_try done;

	do {
		r = (struct rest){ .more = false };
		done =
		    go_try(g, GO_PATIENT, sql_purge_rest, 3, params, keep, &r);
		if (done != GO_OK)
			return run_failed(g->run, "sessions");
		g->sessions += r.sessions;
	} while (r.more && !go_stopped());
	return TOOL_OK;
}
