/* prove - a proof for one event, which needs no database to be checked */

#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "hex.h"
#include "hide.h"
#include "leaf.h"
#include "mem.h"
#include "parts.h"
#include "path.h"
#include "row.h"
#include "seals.h"
#include "sql.h"
#include "typed.h"

#define LEAF (16 + DIGEST_LEN) /* the id and the hash, as make writes them */

struct proof {
	struct run *run;
	struct digest *digest;
	struct row row;
	uint8_t id[16];
	char month[LEAF_MONTH];
	bool found, sealed;
	enum tool_status status; /* of what was found */
	/* where its leaf is */
	uint64_t seal, index, size;
	struct relations *relations;
	struct path *path; /* while the leaves go by */
	char *text;	   /* the proof */
	size_t len;
	FILE *fp;
};

/* The event, and if values are left out its commitments */
static void
put_sealed(struct proof *p, const struct leaf_event *ev, struct parts *parts)
{
	bool hides = p->run->nhidden > 0 || ev->erased.p != NULL;
	size_t i;

	fputs("{\"proof\":1,\"event\":", p->fp);
	evidence_write(p->fp, ev, hides ? hide_hides : NULL, p->run);
	putc(',', p->fp);
	if (!hides)
		return;
	for (i = 0; i < parts->n; i++)
		if (!parts->hides[i])
			parts->hides[i] = hide_hides_part(p->run, &parts->v[i]);
	fputs("\"parts\":", p->fp);
	parts_write(p->fp, parts);
	putc(',', p->fp);
}

static int
put_event(int ncols, const struct db_field cols[], void *arg)
{
	struct proof *p = arg;
	const struct leaf_event *ev = &p->row.event;
	struct parts parts = { .v = NULL };
	struct leaf *leaf = leaf_new();
	uint8_t hash[DIGEST_LEN];

	p->found = true;
	if (cols[ROW_SALT].data == NULL) {
		warnx("who sees part of the trail sees no salts, which a proof "
		      "needs: audit-rule grant ROLE auditor");
		p->status = TOOL_FAILED;
	} else if (row_read(&p->row, ncols, cols) == -1 ||
	    parts_open(&parts, leaf, ev, hash) == -1) {
		warnx("the event has no form that is known here");
		p->status = TOOL_FAILED;
	} else if (!hide_check(p->run, ev))
		p->status = TOOL_MISUSE;
	else {
		memcpy(p->id, ev->id, sizeof(p->id));
		leaf_month(ev->id, p->month);
		put_sealed(p, ev, &parts);
	}
	parts_free(&parts);
	leaf_free(leaf);
	return 0;
}

/* A row of leaves that may hold the event */
static int
find_leaf(int ncols, const struct db_field cols[], void *arg)
{
	struct proof *p = arg;
	const char *leaves = cols[1].data;
	int i;

	(void)ncols;
	for (i = 0; !p->sealed && i + LEAF <= cols[1].len; i += LEAF)
		if (memcmp(leaves + i, p->id, sizeof(p->id)) == 0) {
			p->sealed = true;
			p->seal = (uint64_t)db_int8(cols[0].data);
			p->index = (uint64_t)db_int8(cols[2].data) +
			    (uint64_t)(i / LEAF);
			p->size = (uint64_t)db_int8(cols[3].data);
		}
	return 0;
}

static int
add_leaves(int ncols, const struct db_field cols[], void *arg)
{
	struct proof *p = arg;
	int i;

	(void)ncols;
	for (i = 0; i + LEAF <= cols[0].len; i += LEAF)
		path_add(p->path, p->digest,
		    (const uint8_t *)cols[0].data + i + 16);
	return 0;
}

/* "leaf": from the event to the root of its month */
static enum tool_status
put_leaf(struct proof *p)
{
	struct merkle_path path = { 0 };
	char seal[24], *params[] = { seal, p->month };

	snprintf(seal, sizeof(seal), "%" PRIu64, p->seal);
	p->path = path_new(p->size, p->index);
	if (db_query_binary(p->run->db, sql_prove_leaves, 2, NULL, params,
		add_leaves, p) == -1)
		return run_failed(p->run, NULL);
	/* if it is none, that is found when the proof is checked */
	path_end(p->path, p->digest, &path);
	fprintf(p->fp,
	    "\"leaf\":{\"month\":\"%s\",\"index\":%" PRIu64 ",\"size\":%" PRIu64
	    ",\"path\":",
	    p->month, p->index, p->size);
	seals_put_path(p->fp, &path);
	fputs("},", p->fp);
	return TOOL_OK;
}

/* The seal, and the newest one, which has it in its log */
static enum tool_status
put_seals(struct proof *p, const struct seals_one *seal,
    const struct seals_one *head)
{
	uint8_t *hashes = NULL;
	enum tool_status status;

	fprintf(p->fp, "\"seal\":%s,", seal->line);
	status = seals_put_keys(p->run, p->fp, seal->seal.no, head->seal.no);
	if (status != TOOL_OK)
		return status;
	if (head->seal.no == seal->seal.no) {
		fputs(",\"log\":null,\"head\":null}", p->fp);
		return TOOL_OK;
	}
	status = seals_hashes(p->run, head->seal.no, &hashes);
	if (status == TOOL_OK) {
		putc(',', p->fp);
		seals_put_log(p->fp, p->digest, hashes, head->seal.no,
		    seal->seal.no);
		fprintf(p->fp, ",\"head\":%s}", head->line);
	}
	free(hashes);
	return status;
}

static enum tool_status
put_proof(struct proof *p, char *id)
{
	struct seals_one seal = { NULL }, head = { NULL };
	char *params[] = { id, p->month };
	enum tool_status status;

	if (relations_read(&p->relations, p->run->db) == -1)
		return run_failed(p->run, NULL);
	p->row.relations = p->relations;
	if (db_query_binary(p->run->db, sql_prove_event, 1, NULL, params,
		put_event, p) == -1)
		return run_failed(p->run, NULL);
	if (p->status != TOOL_OK)
		return p->status;
	if (p->found &&
	    db_query_binary(p->run->db, sql_prove_leaf, 2, NULL, params,
		find_leaf, p) == -1)
		return run_failed(p->run, NULL);
	if (!p->sealed) {
		warnx("event %s is in no seal yet: run audit-seal", id);
		return TOOL_NO;
	}
	status = put_leaf(p);
	if (status == TOOL_OK)
		status = seals_get(p->run, (long long)p->seal, &seal);
	if (status == TOOL_OK)
		status = seals_get(p->run, SEALS_NEWEST, &head);
	if (status == TOOL_OK)
		status = put_seals(p, &seal, &head);
	seals_free(&seal);
	seals_free(&head);
	return status;
}

static enum tool_status
prove(struct proof *p, char *id)
{
	enum tool_status status;
	char *what;

	p->digest = digest_new();
	p->fp = xmemstream(&p->text, &p->len);
	status = put_proof(p, id);
	xclose(p->fp);
	if (status == TOOL_OK && db_commit(p->run->db) == -1)
		status = run_failed(p->run, NULL);
	if (status == TOOL_OK) {
		what = xasprintf("event %s", id);
		status = seals_print(p->run, what, p->text, p->len);
		free(what);
	}
	free(p->text);
	relations_free(p->relations);
	path_free(p->path);
	row_free(&p->row);
	digest_free(p->digest);
	return status;
}

static int
keep_trail(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	words_add(arg, cols[0]);
	return 0;
}

/* The trail of an archive database that has the event; after a fork it may be
 * in two. */
static enum tool_status
choose(struct run *run, char *id)
{
	struct words nos = { NULL, 0 };
	struct trails has = { NULL, 0 }, asked = run->trails;
	enum tool_status status;
	size_t i;
	int n;

	if (db_query(run->db, sql_prove_trails, 1, &id, keep_trail, &nos) ==
	    -1) {
		words_free(&nos);
		return run_failed(run, NULL);
	}
	has.v = xcalloc(asked.n, sizeof(*has.v));
	for (n = 0; n < nos.n; n++)
		for (i = 0; i < asked.n; i++)
			if (asked.v[i].no == strtol(nos.v[n], NULL, 10))
				has.v[has.n++] = asked.v[i];
	run->trails = has;
	if (has.n > 0)
		status = run_choose_only(run);
	else {
		warnx("event %s is the archive's own, which nobody seals", id);
		status = TOOL_NO;
	}
	run->trails = asked;
	free(has.v);
	words_free(&nos);
	return status;
}

enum tool_status
run_prove(struct run *run, int argc, char *argv[])
{
	struct proof p = { .run = run };
	enum tool_status status;
	char *id = NULL;

	(void)argc;
	hide_check_names(run);
	status = run_open_trails(run, "audit-rule grant ROLE auditor");
	if (status == TOOL_OK &&
	    (db_begin(run->db, DB_READ) == -1 ||
		typed_savepoint(run->db) == -1))
		status = run_failed(run, NULL);
	if (status == TOOL_OK)
		status = typed_event(run->db, "prove", argv[0], &id);
	if (status == TOOL_OK && run->archive)
		status = choose(run, id);
	if (status == TOOL_OK)
		status = prove(&p, id);
	free(id);
	return status;
}
