/* sessions-show - the tables of sessions, refused logins and blocks */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "brief.h"
#include "mem.h"
#include "plain.h"
#include "sessions.h"

#define MOST 500000 /* rows of a table: a sheet holds about a million */
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define COLUMNS 16

static struct cell
time_cell(int64_t at)
{
	return at == FACT_NONE ? cell_text(NULL) : cell_time(at);
}

/* Who logged in to the database is a role, where nobody said more. It takes
 * the room of role, and is borrowed from it. */
static struct cell
actor(const struct facts *f, struct brief *role)
{
	struct cell c;

	if (f->t[FACT_ACTOR] != NULL)
		return plain_cell(f->t[FACT_ACTOR]);
	if (f->n[FACT_ERASED] == 1)
		return plain_mark("redacted");
	if (f->n[FACT_BACKEND] != 1 || f->t[FACT_ROLE] == NULL)
		return plain_mark("nobody said");
	brief_set(role, "role ", 5);
	brief_add(role, f->t[FACT_ROLE], strlen(f->t[FACT_ROLE]));
	c = brief_cell(role);
	c.kind = CELL_MARK;
	return c;
}

/* Who did it to a session, which a role alone may do, too */
static struct cell
done_by(const struct facts *f, struct brief *b)
{
	if (f->t[FACT_ACTOR] != NULL || f->n[FACT_ERASED] == 1)
		return actor(f, b);
	return plain_cell(f->t[FACT_ROLE]);
}

/* Why it ended */
static struct cell
ended(const struct facts *f)
{
	const char *why = f->t[FACT_REASON];

	if (f->n[FACT_CLOSED] == FACT_NONE) {
		if (f->n[FACT_LISTED] == 1)
			return cell_toned(plain_mark("open"), TONE_GOOD);
		return plain_mark("no end seen");
	}
	if (why == NULL)
		return plain_mark("closed");
	if (strcmp(why, "blocked") == 0 || strcmp(why, "killed") == 0)
		return cell_toned(cell_text(why), TONE_BAD);
	return plain_cell(why);
}

static struct cell
device_is_new(const struct facts *f)
{
	if (f->n[FACT_NEW] == FACT_NONE)
		return cell_text(NULL);
	return f->n[FACT_NEW] == 1 ? cell_toned(cell_text("yes"), TONE_WARN)
				   : cell_text("no");
}

static void
put_session(struct cell *c, const struct facts *f, struct brief *b, bool listed)
{
	const char *browser = f->t[FACT_BROWSER];

	*c++ = time_cell(f->n[FACT_OPENED]);
	*c++ = actor(f, b);
	*c++ = plain_cell(f->t[FACT_ADDR]);
	*c++ = plain_cell(browser != NULL ? browser : f->t[FACT_AGENT]);
	if (listed) {
		*c++ = plain_cell(f->t[FACT_SYSTEM]);
		*c++ = plain_cell(f->t[FACT_DEVICE]);
	}
	*c++ = device_is_new(f);
	*c++ = ended(f);
	*c++ = time_cell(f->n[FACT_CLOSED]);
	*c++ = f->n[FACT_SPAN] == FACT_NONE ? cell_text(NULL)
					    : cell_span(f->n[FACT_SPAN]);
	*c++ = cell_count((uint64_t)f->n[FACT_EVENTS]);
	*c++ = cell_count((uint64_t)f->n[FACT_TABLES]);
	*c++ = cell_text(f->t[FACT_NAMES]);
	*c = plain_cell(f->t[FACT_SESSION]);
}

static void
put_listed(struct cell *c, const struct facts *f, struct brief *b)
{
	put_session(c, f, b, true);
}

static void
put_unlisted(struct cell *c, const struct facts *f, struct brief *b)
{
	put_session(c, f, b, false);
}

static void
put_refused(struct cell *c, const struct facts *f, struct brief *b)
{
	*c++ = time_cell(f->n[FACT_AT]);
	*c++ = actor(f, b);
	*c++ = plain_cell(f->t[FACT_ADDR]);
	*c++ = plain_cell(f->t[FACT_AGENT]);
	*c = cell_toned(plain_cell(f->t[FACT_REASON]), TONE_BAD);
}

static void
put_block(struct cell *c, const struct facts *f, struct brief *b)
{
	const char *done = f->t[FACT_DEVICE];

	*c++ = time_cell(f->n[FACT_AT]);
	*c++ = plain_cell(f->t[FACT_AGENT]);
	*c++ = cell_toned(cell_text(done),
	    strcmp(done, "blocked") == 0 ? TONE_BAD : TONE_GOOD);
	*c++ = plain_cell(f->t[FACT_REASON]);
	*c++ = done_by(f, b);
	*c = plain_cell(f->t[FACT_SESSION]);
}

static int
show_rows(struct session_rows *rows, struct view *v, const char *title,
    const struct view_column *columns, size_t n,
    void (*put)(struct cell *, const struct facts *, struct brief *),
    const char **error)
{
	struct sort_record r;
	struct cell cells[COLUMNS];
	struct brief role;
	struct facts f;
	uint64_t shown;
	char *text;
	int got = 1;

	if (rows->n == 0)
		return 0;
	if (rows->n > MOST) {
		text = xasprintf("%s: the newest %d of %" PRIu64 ".", title,
		    MOST, rows->n);
		view_text(v, text);
		free(text);
	}
	view_table(v, VIEW_SHORT, title, columns, n);
	for (shown = 0; shown < MOST && v->error == NULL; shown++) {
		if ((got = sort_next(rows->sort, &r)) != 1)
			break;
		facts_init(&f);
		facts_merge(&f, r.data);
		put(cells, &f, &role);
		view_row(v, cells);
		facts_free(&f);
	}
	view_table_end(v);
	if (got == -1)
		*error = sort_error(rows->sort);
	return got == -1 ? -1 : 0;
}

/* On a sheet the tables lie above each other: alike is below alike. */
#define BEFORE                                                   \
	{ "Opened", 20, FIND_TIME }, { "Actor", 16, FIND_WORD }, \
	{                                                        \
		"Address", 16, FIND_WORD                         \
	}
#define AFTER                                                           \
	{ "New device", 11, FIND_WORD }, { "Ended by", 12, FIND_WORD }, \
	    { "Closed", 20, FIND_TIME }, { "Duration", 12, FIND_TEXT }, \
	    { "Events", 9, FIND_TEXT }, { "Tables", 8, FIND_TEXT },     \
	    { "Which", 40, FIND_TEXT },                                 \
	{                                                               \
		"Session", 37, FIND_TEXT                                \
	}

static const struct view_column listed[] = {
	BEFORE,
	{ "Browser", 40, FIND_WORD },
	{ "System", 16, FIND_WORD },
	{ "Device", 16, FIND_WORD },
	AFTER,
};
static const struct view_column unlisted[] = {
	BEFORE,
	{ "User agent", 40, FIND_WORD },
	AFTER,
};
static const struct view_column refused[] = {
	{ "Time", 20, FIND_TIME },
	{ "Actor", 16, FIND_WORD },
	{ "Address", 16, FIND_WORD },
	{ "User agent", 40, FIND_WORD },
	{ "Reason", 16, FIND_WORD },
};
static const struct view_column blocks[] = {
	{ "Time", 20, FIND_TIME },
	{ "Actor", 16, FIND_WORD },
	{ "What", 12, FIND_WORD },
	{ "Why", 40, FIND_TEXT },
	{ "By", 16, FIND_WORD },
	{ "Session", 16, FIND_TEXT },
};

int
sessions_show(struct session_sums *s, struct view *v, const char **error)
{
	if (s->sessions.n + s->refused.n + s->blocks.n == 0)
		return 0;
	view_part(v, "Sessions");
	if (!s->listed && s->sessions.n > 0)
		view_text(v,
		    "With the lines of audit-session list in the input, there "
		    "would be browser, system and device.");
	if (show_rows(&s->sessions, v, "Sessions",
		s->listed ? listed : unlisted,
		s->listed ? COUNT(listed) : COUNT(unlisted),
		s->listed ? put_listed : put_unlisted, error) == -1 ||
	    show_rows(&s->refused, v, "Refused logins", refused, COUNT(refused),
		put_refused, error) == -1)
		return -1;
	return show_rows(&s->blocks, v, "Blocked and unblocked", blocks,
	    COUNT(blocks), put_block, error);
}
