/* show - a record's revisions in the form that is asked for */

#include "show.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "back.h"
#include "mem.h"
#include "print.h"
#include "related.h"

void
show_failed(const struct show *show)
{
	warn("%s", show->path == NULL ? "standard output" : show->path);
	_exit(TOOL_FAILED);
}

static void
print(const struct state *s, const struct origin *o, void *arg)
{
	struct show *show = arg;

	if (show->rows != NULL)
		rows_add(show->rows, s, o);
	else
		print_state(show->fp, s, o);
	if (ferror_unlocked(show->fp))
		show_failed(show);
}

struct printing {
	struct show *show;
	const struct record *record;
};

static int
print_each(const struct state *s, void *arg)
{
	struct printing *p = arg;

	print(s, &p->record->origin, p->show);
	return 0;
}

/* What a script undoes; it may be for several records. */
static void
describe(struct show *show, const struct state *s, const struct origin *o)
{
	const struct json *v = s->r == NULL ? NULL : s->r->e.v;
	struct json table = v == NULL ? o->table : v[E_TABLE];
	struct json key = v == NULL ? o->key : v[E_KEY];
	char *what;

	show->scripts++;
	what = show->scripts > 1
	    ? xasprintf("what happened to %zu records", show->scripts)
	    : xasprintf("what happened to %.*s %.*s after revision %ld",
		  (int)table.len - 2, table.p + 1, (int)key.len, key.p, s->rev);
	undo_describe(show->undo, what);
	free(what);
}

/* Print the revision that is asked for. */
static enum tool_status
print_one(struct show *show, struct record *r, struct place *p)
{
	enum tool_status status = TOOL_OK;
	struct chosen c;

	choice_make(&show->choice, r, p, &c);
	if (c.why != NULL) {
		warnx("%s: %s", show->name, c.why);
		status = TOOL_NO;
	} else if (show->undo != NULL) {
		describe(show, &c.state, &r->origin);
		status = back_add(show->undo, r, p, &c.state, show->name);
	} else if (show->rows != NULL)
		rows_whole(show->rows, &c.state, &r->origin);
	else
		print_state(show->fp, &c.state, &r->origin);
	chosen_free(&c);
	return status;
}

/* What the revisions do not say: that there may have been others. A record that
 * was made since then has none. */
static void
remark(const struct show *show, const struct record *r, const struct place *p)
{
	const struct revision *v = r->history.v;

	if (p->quiet || p->purged == NULL || record_is_whole(r, p))
		return;
	if (r->history.n == 0 || !json_says(v->e.v[E_OP], "insert") ||
	    strcmp(v->id, p->purged) < 0)
		warnx("%s: changes of the time before may have been purged",
		    show->name);
}

enum tool_status
show_record(struct show *show, struct place *p, const struct which *w,
    const char *object, bool *is_there)
{
	struct record r;
	struct printing printing = { show, &r };
	enum tool_status status = TOOL_OK;
	int rc;

	if ((rc = record_find(&r, p, w, object)) == 0 && !record_is_none(&r)) {
		*is_there = true;
		if (!choice_is_one(&show->choice))
			remark(show, &r, p);
		if (choice_is_one(&show->choice))
			status = print_one(show, &r, p);
		else if (show->related)
			rc = related_each(&r, p, w, print, show);
		else
			record_each(&r, p, print_each, &printing);
	}
	if (rc == -1) {
		warnx("%s",
		    db_error(p->db) != NULL ? db_error(p->db)
					    : db_error(p->track.past->db));
		status = TOOL_FAILED;
	}
	record_free(&r);
	return status;
}
