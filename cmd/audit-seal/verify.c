/* verify - whether the trail is what was sealed */

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "anchor.h"
#include "checker.h"
#include "grid.h"
#include "hex.h"
#include "offline.h"
#include "pager.h"
#include "parts.h"
#include "progress.h"
#include "run.h"
#include "sql.h"
#include "tsa.h"
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
 * cluster's have other versions here. */
static enum tool_status
look_now(struct run *run, const struct walk *w, struct checker *checker)
{
	char *text;

	if (w->last == -1 || w->restored)
		return TOOL_OK;
	if (db_value(run->db, sql_seal_state, 0, NULL, &text) == -1)
		return run_failed(run, NULL);
	checker_now(checker, text, strlen(text), w->next);
	free(text);
	return TOOL_OK;
}

static enum tool_status
verify(struct run *run, struct checker_begin *begin, struct findings *findings)
{
	struct walk_sink sink = { take_act, take_seal, take_state, take_stamp,
		take_leaves, take_event, take_hashed, NULL };
	struct checker *checker;
	enum tool_status status;
	struct walk w;

	if ((status = run_walk(run, &w)) != TOOL_OK) {
		walk_close(&w);
		anchor_free(&begin->chain.anchors);
		return status;
	}
	memcpy(begin->chain.trail, w.trail, sizeof(w.trail));
	begin->chain.first = w.first;
	begin->chain.log = w.log;
	begin->chain.before = w.before;
	memset(&w.before, 0, sizeof(w.before));
	begin->chain.has_registered = w.registered;
	memcpy(begin->chain.registered, w.key, SIGN_KEY_LEN);
	begin->leaves.pending = w.horizon;
	begin->leaves.next = w.next;
	begin->leaves.restored = w.restored || w.last == -1;
	begin->leaves.whole = get_whole;
	begin->leaves.arg = &w;
	begin->state = w.state;
	checker = checker_new(begin, findings);
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

enum tool_status
run_verify(struct run *run, int argc, char *argv[])
{
	struct checker_begin begin = { .tsa = run->given[OPT_TSA] };
	struct findings findings = { .count = 0 };
	enum tool_status status;
	const char *why;

	(void)argc;
	(void)argv;
	findings.sentences = grid_wanted(run->given['f'], NULL);
	if (run->given[OPT_OFFLINE] != NULL && run->given['s'] != NULL)
		tool_misuse("--offline takes no -s: export does");
	if (run->given[OPT_OFFLINE] != NULL && run->jobs != 0)
		tool_misuse("--offline takes no --jobs");
	if (begin.tsa != NULL && access(begin.tsa, R_OK) == -1)
		tool_misuse("%s: %s", begin.tsa, strerror(errno));
	if (begin.tsa != NULL && (why = tsa_refuse(begin.tsa)) != NULL)
		tool_misuse("%s: %s", begin.tsa, why);
	if (run->given[OPT_PUBKEY] != NULL) {
		why = sign_load_public(begin.chain.pubkey,
		    run->given[OPT_PUBKEY]);
		if (why != NULL)
			tool_misuse("%s", why);
		begin.chain.has_pubkey = true;
	}
	if (run->given[OPT_ANCHOR] != NULL &&
	    !anchor_read(&begin.chain.anchors, run->given[OPT_ANCHOR])) {
		anchor_free(&begin.chain.anchors);
		return TOOL_MISUSE;
	}
	if (run->given[OPT_OFFLINE] != NULL)
		status = offline_verify(run->given[OPT_OFFLINE], &begin,
		    &findings, run->given['q'] != NULL);
	else
		status = verify(run, &begin, &findings);
	if (findings.sentences)
		pager_end();
	return status;
}
