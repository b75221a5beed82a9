/* make - seal what was written since the last seal, and print the seal */

#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cover.h"
#include "digest.h"
#include "hex.h"
#include "keyfile.h"
#include "last.h"
#include "mem.h"
#include "merkle.h"
#include "moment.h"
#include "run.h"
#include "seal.h"
#include "sql.h"

#define WAIT_MS "10000" /* for another sealer */
#define BEGIN "isolation level repeatable read, read write"

struct making {
	struct run *run;
	struct digest *digest;
	struct last last;
	struct keyfile keyfile;
	struct seal seal;
	struct cover *cover;
	char *state; /* NULL: as it was */
};

/* The user typed nothing that the server could refuse: on a standby it refuses
 * what is typed here. */
static enum tool_status
failed(struct run *run)
{
	run_failed(run, NULL);
	return TOOL_FAILED;
}

/* Said by name: any role that can connect can take the lock, and keep it. */
static enum tool_status
locked(struct run *run)
{
	char *who = NULL;

	db_forget(run->db);
	if (db_value(run->db, sql_seal_lock_holder, 0, NULL, &who) == -1)
		return failed(run);
	warnx("another audit-seal is at work%s%s", who != NULL ? ": " : "",
	    who != NULL ? who : "");
	free(who);
	return TOOL_FAILED;
}

/* The lock comes first: the transaction sees what the sealer before did. */
static enum tool_status
begin(struct run *run)
{
	char *wait[] = { WAIT_MS };

	if (db_exec(run->db, sql_lock_timeout, 1, wait) == 0 &&
	    db_exec(run->db, sql_seal_lock, 0, NULL) == -1 &&
	    strcmp(db_sqlstate(run->db), "55P03") == 0)
		return locked(run);
	if (db_begin(run->db, BEGIN) == -1 ||
	    db_script(run->db, sql_seal_hold) == -1 ||
	    db_exec(run->db, sql_seal_settings, 0, NULL) == -1)
		return failed(run);
	return TOOL_OK;
}

/* The state is kept where it is another than the seal before found. */
static enum tool_status
read_state(struct making *m)
{
	struct seal *s = &m->seal;
	const struct last *l = &m->last;

	if (db_value(m->run->db, sql_seal_state, 0, NULL, &m->state) == -1)
		return failed(m->run);
	digest_of(m->digest, m->state, strlen(m->state), s->state);
	if (l->any && memcmp(s->state, l->seal.state, DIGEST_LEN) == 0) {
		free(m->state);
		m->state = NULL;
	}
	return TOOL_OK;
}

static enum tool_status
cover_failed(const struct making *m)
{
	if (cover_error(m->cover) == NULL)
		return failed(m->run);
	warnx("%s", cover_error(m->cover));
	return TOOL_FAILED;
}

static enum tool_status
cover(struct making *m)
{
	const struct last *l = &m->last;
	bool all = !l->any || l->seal.system != m->seal.system;

	if ((m->cover = cover_new()) == NULL) {
		warn("temporary file");
		return TOOL_FAILED;
	}
	return cover_read(m->cover, m->run->db, &m->seal, all, m->digest) == 0
	    ? TOOL_OK
	    : cover_failed(m);
}

static void
sign(struct making *m)
{
	struct buf bytes = { NULL, 0, 0 };

	m->seal.tool = xasprintf("audit-utils %s", AUDIT_VERSION);
	if (!m->seal.has_key)
		return;
	seal_bytes(&bytes, &m->seal);
	sign_bytes(m->keyfile.key, bytes.p, bytes.len, m->seal.signature);
	buf_free(&bytes);
}

/* $1 .. $7 of seal-put.sql */
static int
put(struct making *m, const char *line)
{
	char no[24], at[MOMENT_LEN], horizon[24], *border, *params[7];
	char hash[2 * DIGEST_LEN + 1];
	struct merkle *tree = &m->last.tree;
	const struct seal *s = &m->seal;
	uint8_t leaf[DIGEST_LEN];
	size_t n;
	int rc;

	seal_hash(s, m->digest, leaf);
	merkle_add(tree, m->digest, leaf);
	n = merkle_borders(tree->size) * DIGEST_LEN;
	border = xmalloc(2 * n + 1);
	hex_write(border, tree->border[0], n);
	hex_write(hash, leaf, DIGEST_LEN);
	moment_write(at, s->at);
	snprintf(no, sizeof(no), "%" PRIu64, s->no);
	snprintf(horizon, sizeof(horizon), "%" PRId64, s->to);
	params[0] = no;
	params[1] = at;
	params[2] = horizon;
	params[3] = hash;
	params[4] = border;
	params[5] = (char *)line;
	params[6] = m->state;
	rc = db_exec(m->run->db, sql_seal_put, 7, params);
	free(border);
	return rc;
}

static char *
line_of(const struct seal *s)
{
	char *line = NULL;
	size_t len = 0;
	FILE *fp = xmemstream(&line, &len);

	seal_write(fp, s);
	xclose(fp);
	line[len - 1] = '\0'; /* its newline */
	return line;
}

static enum tool_status
keep(struct making *m, const char *line)
{
	if (put(m, line) == -1 ||
	    cover_write(m->cover, m->run->db, &m->seal) == -1)
		return cover_failed(m);
	if (db_commit(m->run->db) == -1)
		return failed(m->run);
	return TOOL_OK;
}

static enum tool_status
make(struct making *m)
{
	const struct last *l = &m->last;
	struct seal *s = &m->seal;
	enum tool_status status;
	char *line;

	if ((status = begin(m->run)) != TOOL_OK ||
	    (status = last_read(&m->last, m->run, s, m->digest)) != TOOL_OK ||
	    (status = keyfile_open(&m->keyfile, m->run, s,
		 l->any ? &l->seal : NULL,
		 l->registered ? l->registered_key : NULL)) != TOOL_OK ||
	    (status = read_state(m)) != TOOL_OK ||
	    (status = cover(m)) != TOOL_OK)
		return status;
	sign(m);
	line = line_of(s);
	/* from the commit on there is the seal, whatever becomes of its key */
	if ((status = keep(m, line)) == TOOL_OK) {
		status = keyfile_evolve(&m->keyfile);
		puts(line);
	}
	free(line);
	return status;
}

enum tool_status
run_make(struct run *run, int argc, char *argv[])
{
	struct making m = { .run = run };
	enum tool_status status;

	(void)argc;
	(void)argv;
	if (run->given[OPT_EVOLVE] != NULL && run->given[OPT_NEXT_KEY] != NULL)
		tool_misuse("--evolve or --next-key: one names the next key");
	if ((status = run_open(run, "audit-rule grant ROLE sealer")) != TOOL_OK)
		return status;
	m.digest = digest_new();
	status = make(&m);
	keyfile_close(&m.keyfile);
	cover_free(m.cover);
	seal_free(&m.seal);
	last_free(&m.last);
	digest_free(m.digest);
	free(m.state);
	return status;
}
