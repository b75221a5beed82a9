/* list - print seals as lines, or as a table */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grid.h"
#include "hex.h"
#include "mem.h"
#include "moment.h"
#include "pager.h"
#include "run.h"
#include "seal.h"
#include "sql.h"
#include "typed.h"
#include "when.h"

enum { NO, AT, EVENTS, KEY, ROOT, NOTE, NCOLUMNS };

static const struct grid_column columns[NCOLUMNS] = {
	[NO] = { "SEAL", 4, 0, GRID_RIGHT },
	[AT] = { "AT", 20, 0, GRID_CUT },
	[EVENTS] = { "EVENTS", 6, 0, GRID_RIGHT },
	[KEY] = { "KEY", 8, 16, GRID_CUT },
	[ROOT] = { "ROOT", 8, 16, GRID_CUT },
	[NOTE] = { "NOTE", 8, 0, GRID_CUT },
};

struct listing {
	struct grid *grid;
	struct seal before; /* the row above */
	bool any;
};

static int
print_line(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	(void)arg;
	puts(cols[0]);
	return 0;
}

/* What makes it another one than the seal before */
static char *
note_of(const struct listing *l, const struct seal *s)
{
	const struct seal *b = &l->before;

	if (l->any && s->no != b->no + 1)
		return xstrdup("seals before it are missing");
	if (l->any && s->system != b->system)
		return xstrdup("another cluster");
	if (l->any && s->timeline != b->timeline)
		return xasprintf("timeline %" PRIu32, s->timeline);
	if (l->any && memcmp(s->state, b->state, DIGEST_LEN) != 0)
		return xstrdup("another state");
	return xstrdup("");
}

static char *
when(int64_t at)
{
	char text[MOMENT_LEN + 2];
	size_t len = moment_write(text + 1, at);

	text[0] = text[len + 1] = '"';
	return when_text((struct json){ text, len + 2 });
}

static void
add_row(struct listing *l, const struct seal *s)
{
	char key[2 * SIGN_KEY_LEN + 1] = "unsigned", root[2 * DIGEST_LEN + 1];
	char *texts[NCOLUMNS] = {
		[NO] = xasprintf("%" PRIu64, s->no),
		[AT] = when(s->at),
		[EVENTS] = xasprintf("%" PRIu64, s->events),
		[KEY] = key,
		[ROOT] = root,
		[NOTE] = note_of(l, s),
	};

	if (s->has_key)
		hex_write(key, s->key, SIGN_KEY_LEN);
	hex_write(root, s->root, DIGEST_LEN);
	/* enough to know it by */
	key[16] = root[16] = '\0';
	grid_row(l->grid, texts, NULL);
	free(texts[NO]);
	free(texts[AT]);
	free(texts[EVENTS]);
	free(texts[NOTE]);
}

static int
print_row(int ncols, char *const cols[], void *arg)
{
	static const char *const broken = "this is no seal";
	struct listing *l = arg;
	struct seal s = { .no = 0 };
	char *texts[NCOLUMNS] = { [NOTE] = (char *)broken };

	(void)ncols;
	if (seal_read(&s, cols[0], strlen(cols[0])) == NULL) {
		add_row(l, &s);
		l->any = true;
	} else {
		grid_row(l->grid, texts, NULL);
		l->any = false;
	}
	seal_free(&l->before);
	l->before = s;
	return 0;
}

static int
list(struct run *run, char *const params[])
{
	struct listing l = { .grid = NULL };
	int rc;

	if (!grid_wanted(run->given['f'], NULL))
		return db_query(run->db, sql_seal_list, 3, params, print_line,
		    NULL);
	l.grid = grid_new(stdout, NCOLUMNS, columns, true);
	rc = db_query(run->db, sql_seal_list, 3, params, print_row, &l);
	grid_free(l.grid);
	seal_free(&l.before);
	return rc;
}

/* Those of each trail that is meant, one trail after the other */
static int
list_all(struct run *run, char *const params[])
{
	const bool named =
	    run->trails.n > 1 && grid_wanted(run->given['f'], NULL);
	const struct trail *t = run->trails.v;
	size_t i;
	int rc = 0;

	if (!run->archive)
		rc = list(run, params);
	for (i = 0; i < run->trails.n && rc == 0; i++, t++) {
		if (named)
			printf("%s%s\n", i > 0 ? "\n" : "", t->name);
		rc = trails_choose_one(run->db, t);
		if (rc == 0)
			rc = list(run, params);
	}
	pager_end();
	return rc;
}

enum tool_status
run_list(struct run *run, int argc, char *argv[])
{
	char *params[3] = { NULL, NULL, (char *)run->given['l'] };
	enum tool_status status;

	(void)argc;
	(void)argv;
	if (params[2] != NULL)
		tool_number("-l", params[2], 1, INT64_MAX);
	grid_wanted(run->given['f'], NULL); /* before anything is done */
	if ((status = run_open_trails(run, "audit-rule grant ROLE auditor")) !=
	    TOOL_OK)
		return status;
	if (db_begin(run->db, DB_READ) == -1 || typed_savepoint(run->db) == -1)
		return run_failed(run, NULL);
	if ((status = typed_time(run->db, "-s", run->given['s'], TYPED_FROM,
		 &params[0])) == TOOL_OK &&
	    (status = typed_time(run->db, "-u", run->given['u'], TYPED_FROM,
		 &params[1])) == TOOL_OK &&
	    (list_all(run, params) == -1 || db_commit(run->db) == -1))
		status = run_failed(run, NULL);
	free(params[0]);
	free(params[1]);
	return status;
}
