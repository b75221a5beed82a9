/* verify-trail - whether one trail is what was sealed */

#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "parts.h"
#include "progress.h"
#include "sql.h"
#include "verify.h"
#include "walk.h"

static void
take_act(void *arg, const struct leaf_event *ev)
{
	checker_act(arg, ev);
}

static void
take_seal(void *arg, const struct chain_row *row, const char *line, size_t len)
{
	checker_seal(arg, row, line, len);
}

static void
take_state(void *arg, uint64_t seal, const char *text, size_t len)
{
	checker_state(arg, seal, text, len);
}

static void
take_stamp(void *arg, uint64_t seal, const uint8_t *reply, size_t len)
{
	checker_stamp(arg, seal, reply, len);
}

static void
take_leaves(void *arg, const struct leaves_row *row)
{
	checker_leaves(arg, row);
}

static void
take_event(void *arg, const struct leaf_event *ev)
{
	checker_event(arg, ev, parts_sound(ev));
}

static void
take_hashed(void *arg, const struct leaf_event *ev,
    const uint8_t leaf[static DIGEST_LEN], bool whole)
{
	checker_hashed(arg, ev, leaf, whole);
}

/* All of an event of which no more than its leaf came by */
struct whole {
	void (*fn)(void *, const struct leaf_event *);
	void *arg;
	struct row row;
};

static int
hand_whole(int ncols, const struct db_field cols[], void *arg)
{
	struct whole *w = arg;

	if (row_read(&w->row, ncols, cols) == 0)
		w->fn(w->arg, &w->row.event);
	return 0;
}

static void
get_whole(void *arg, const uint8_t id[static 16],
    void (*fn)(void *, const struct leaf_event *), void *fnarg)
{
	const struct walk *walk = arg;
	struct whole w = { fn, fnarg, { .relations = walk->relations } };
	char text[HEX_UUID];
	char *params[] = { text };

	hex_write_uuid(text, id);
	/* the walk is told of its failure */
	(void)db_query_binary(walk->side, sql_prove_event, 1, NULL, params,
	    hand_whole, &w);
	row_free(&w.row);
}

/* What was done since the last seal shows in no seal yet. Rows of another
 * cluster's have other versions here, and an archive has none. */
static enum tool_status
look_now(struct run *run, const struct walk *w, struct checker *checker)
{
	char *text;

	if (w->last == -1 || w->restored || w->one != NULL)
		return TOOL_OK;
	if (db_value(run->db, sql_seal_state, 0, NULL, &text) == -1)
		return run_failed(run, NULL);
	checker_now(checker, text, strlen(text), w->next);
	free(text);
	return TOOL_OK;
}

static void
fill(struct checker_begin *begin, struct walk *w)
{
	memcpy(begin->chain.trail, w->trail, sizeof(w->trail));
	begin->chain.first = w->first;
	begin->chain.log = w->log;
	begin->chain.before = w->before;
	memset(&w->before, 0, sizeof(w->before));
	begin->chain.has_registered = w->registered;
	memcpy(begin->chain.registered, w->key, SIGN_KEY_LEN);
	begin->leaves.pending = w->horizon;
	begin->leaves.next = w->next;
	begin->leaves.archive = w->one != NULL;
	begin->leaves.restored =
	    w->one == NULL && (w->restored || w->last == -1);
	begin->leaves.whole = get_whole;
	begin->leaves.arg = w;
	begin->state = w->state;
}

enum tool_status
verify_trail(struct run *run, const struct checker_begin *given,
    struct findings *findings, const struct trail *one)
{
	struct checker_begin begin = *given;
	struct walk_sink sink = { take_act, take_seal, take_state, take_stamp,
		take_leaves, take_event, take_hashed, NULL };
	struct checker *checker;
	enum tool_status status;
	struct walk w;

	if ((status = run_walk(run, &w, one)) != TOOL_OK) {
		walk_close(&w);
		anchor_free(&begin.chain.anchors);
		return status;
	}
	fill(&begin, &w);
	checker = checker_new(&begin, findings);
	progress_start("verify", w.events, run->given['q'] != NULL);
	sink.arg = checker;
	status = walk_through(&w, &sink);
	progress_hide();
	if (status == TOOL_OK)
		status = look_now(run, &w, checker);
	if (status == TOOL_OK)
		status = checker_end(checker);
	checker_free(checker);
	walk_close(&w);
	return status;
}
