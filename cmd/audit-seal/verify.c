/* verify - whether the trail is what was sealed, or the trails of an archive */

#include "verify.h"

#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "anchor.h"
#include "grid.h"
#include "hex.h"
#include "mem.h"
#include "offline.h"
#include "pager.h"
#include "sql.h"
#include "tsa.h"

/* Whether one of the trails that are meant has this id */
static bool
is_meant(const struct run *run, const uint8_t id[static 16])
{
	uint8_t trail[16];
	size_t i;

	for (i = 0; i < run->trails.n; i++)
		if (hex_read_uuid(trail, run->trails.v[i].id,
			strlen(run->trails.v[i].id)) &&
		    memcmp(trail, id, sizeof(trail)) == 0)
			return true;
	return false;
}

/* Who asks for some trails has the seals of others in the same file. */
static bool
has_anchors(const struct run *run, const struct anchors *a)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (is_meant(run, a->v[i].trail))
			return true;
	return a->n == 0;
}

/* A trail of which a seal was kept elsewhere, and that is not here at all; each
 * is named once, by the newest. */
static void
name_absent(const struct run *run, const struct anchors *a,
    struct findings *findings)
{
	const struct anchor *one, *later;
	char id[HEX_UUID];

	for (one = a->v; one < a->v + a->n; one++) {
		if (is_meant(run, one->trail))
			continue;
		for (later = one + 1; later < a->v + a->n; later++)
			if (memcmp(later->trail, one->trail, 16) == 0)
				break;
		if (later < a->v + a->n)
			continue;
		hex_write_uuid(id, one->trail);
		finding_put(findings, "truncated", FINDING_SEAL(one->no),
		    "seal %" PRIu64 " of trail %s was kept elsewhere, and the "
		    "archive has no such trail",
		    one->no, id);
	}
}

static int
put_unknown(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	finding_put(arg, "inserted", (struct finding_at){ NULL },
	    "%s events are of trail number %s, which the archive does not have",
	    cols[1], cols[0]);
	return 0;
}

/* What is no trail's is seen by readers of all. */
static enum tool_status
find_unknown(struct run *run, struct findings *findings)
{
	struct words nos = { NULL, 0 };
	enum tool_status status = TOOL_OK;
	char text[12], *array;
	size_t i;

	words_add(&nos, "0"); /* the archive's own */
	for (i = 0; i < run->trails.n; i++) {
		snprintf(text, sizeof(text), "%d", run->trails.v[i].no);
		words_add(&nos, text);
	}
	array = db_array(nos.n, nos.v);
	if (db_query(run->db, sql_verify_unknown_trails, 1, &array, put_unknown,
		findings) == -1)
		status = run_failed(run, NULL);
	free(array);
	words_free(&nos);
	return status;
}

/* Each trail in turn; what is found in one does not keep from the next. */
static enum tool_status
verify_all(struct run *run, const struct checker_begin *given,
    struct findings *findings)
{
	const struct anchors *all = &given->chain.anchors;
	struct checker_begin begin;
	enum tool_status status, worst = TOOL_OK;
	const struct trail *t;
	uint8_t id[16];

	for (t = run->trails.v; t < run->trails.v + run->trails.n; t++) {
		begin = *given;
		hex_read_uuid(id, t->id, strlen(t->id));
		anchor_of(&begin.chain.anchors, all, id);
		findings->trail = t->name;
		findings->count = 0;
		status = verify_trail(run, &begin, findings, t);
		db_rollback(run->db);
		if (status != TOOL_OK && status != TOOL_NO)
			return status;
		if (status == TOOL_NO)
			worst = TOOL_NO;
	}
	if (run->named.n > 0)
		return worst;
	findings->trail = NULL;
	findings->count = 0;
	name_absent(run, all, findings);
	status = find_unknown(run, findings);
	if (status != TOOL_OK)
		return status;
	return findings->count > 0 ? TOOL_NO : worst;
}

static enum tool_status
verify(struct run *run, struct checker_begin *begin, struct findings *findings)
{
	enum tool_status status = run_open_trails(run, WALK_NEEDS);

	if (status == TOOL_OK && !run->archive)
		return verify_trail(run, begin, findings, NULL);
	if (status == TOOL_OK && run->named.n > 0 &&
	    !has_anchors(run, &begin->chain.anchors)) {
		warnx("%s: no seal of these trails is in it",
		    run->given[OPT_ANCHOR]);
		status = TOOL_MISUSE;
	}
	if (status == TOOL_OK)
		status = verify_all(run, begin, findings);
	anchor_free(&begin->chain.anchors);
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
	if (run->given[OPT_OFFLINE] != NULL && run->named.n > 0)
		tool_misuse("--offline takes no --trail: there is one");
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
