/* seals - the seals in the database, and what proofs are made of */

#include "seals.h"

#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "mem.h"
#include "proof.h"
#include "sql.h"
#include "words.h"

/* With more changes of the key than this, a proof would be mostly about keys:
 * who checks it needs a newer one. */
#define MOST_KEYS 100

enum tool_status
seals_open(struct run *run)
{
	enum tool_status status =
	    run_open_trails(run, "audit-rule grant ROLE auditor");

	if (status == TOOL_OK)
		status = run_choose_only(run);
	if (status == TOOL_OK && db_begin(run->db, DB_READ) == -1)
		status = run_failed(run, NULL);
	return status;
}

enum tool_status
seals_get(struct run *run, long long no, struct seals_one *one)
{
	char text[24], *params[] = { NULL };
	const char *why;

	if (no != SEALS_NEWEST) {
		snprintf(text, sizeof(text), "%lld", no);
		params[0] = text;
	}
	if (db_value(run->db, sql_prove_seal, 1, params, &one->line) == -1)
		return run_failed(run, NULL);
	if (one->line == NULL) {
		if (no == SEALS_NEWEST)
			warnx("there is no seal yet: run audit-seal");
		else
			warnx("no such seal: %lld", no);
		return TOOL_NO;
	}
	if ((why = seal_read(&one->seal, one->line, strlen(one->line))) == NULL)
		return TOOL_OK;
	warnx("a seal is not what was printed: %s; see audit-seal verify", why);
	return TOOL_NO;
}

void
seals_free(struct seals_one *one)
{
	free(one->line);
	one->line = NULL;
	seal_free(&one->seal);
}

/* Where the hashes go; n of size are there. */
struct hashes {
	uint8_t *p;
	uint64_t n, size;
};

static int
keep_hash(int ncols, const struct db_field cols[], void *arg)
{
	struct hashes *h = arg;

	(void)ncols;
	if ((uint64_t)db_int8(cols[0].data) != h->n || h->n == h->size ||
	    cols[1].len != DIGEST_LEN)
		return 1;
	memcpy(h->p + h->n++ * DIGEST_LEN, cols[1].data, DIGEST_LEN);
	return 0;
}

enum tool_status
seals_hashes(struct run *run, uint64_t no, uint8_t **hashes)
{
	struct hashes h = { NULL, 0, no };
	char text[24], *params[] = { text };

	/* one more, so that it is not NULL where there are none */
	h.p = *hashes = xcalloc(no + 1, DIGEST_LEN);
	snprintf(text, sizeof(text), "%" PRIu64, no);
	if (db_query_binary(run->db, sql_prove_hashes, 1, NULL, params,
		keep_hash, &h) == -1)
		return run_failed(run, NULL);
	if (h.n == no)
		return TOOL_OK;
	warnx("there is no seal %" PRIu64 " any more; see audit-seal verify",
	    h.n);
	return TOOL_NO;
}

static int
keep_line(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	words_add(arg, cols[0]);
	return 0;
}

enum tool_status
seals_put_keys(struct run *run, FILE *fp, uint64_t no, uint64_t last)
{
	struct words lines = { NULL, 0 };
	char before[24], without[24], most[24];
	char *params[] = { before, without, most };
	int i;

	snprintf(before, sizeof(before), "%" PRIu64, last);
	snprintf(without, sizeof(without), "%" PRIu64, no);
	snprintf(most, sizeof(most), "%d", MOST_KEYS + 1);
	if (db_query(run->db, sql_prove_keys, 3, params, keep_line, &lines) ==
	    -1)
		return run_failed(run, NULL);
	fputs("\"keys\":[", fp);
	for (i = 0; i < lines.n && lines.n <= MOST_KEYS; i++)
		fprintf(fp, "%s%s", i > 0 ? "," : "", lines.v[i]);
	putc(']', fp);
	words_free(&lines);
	return TOOL_OK;
}

void
seals_put_path(FILE *fp, const struct merkle_path *path)
{
	char text[2 * DIGEST_LEN + 1];
	size_t i;

	putc('[', fp);
	for (i = 0; i < path->n; i++) {
		hex_write(text, path->hash[i], DIGEST_LEN);
		fprintf(fp, "%s\"%s\"", i > 0 ? "," : "", text);
	}
	putc(']', fp);
}

void
seals_put_log(FILE *fp, struct digest *d, const uint8_t *hashes, uint64_t size,
    uint64_t no)
{
	struct merkle_path path = { 0 };

	merkle_inclusion(&path, d, hashes, size, no);
	fprintf(fp,
	    "\"log\":{\"index\":%" PRIu64 ",\"size\":%" PRIu64 ",\"path\":", no,
	    size);
	seals_put_path(fp, &path);
	putc('}', fp);
}

static enum tool_status
write_out(const char *path, const char *proof, size_t len)
{
	FILE *fp = path == NULL ? stdout : fopen(path, "w");
	bool failed;

	if (fp != NULL) {
		fwrite(proof, 1, len, fp);
		putc('\n', fp);
	}
	if (path == NULL)
		return TOOL_OK; /* tool_start() has it looked at */
	failed = fp == NULL || ferror(fp);
	if (fp != NULL && fclose(fp) == EOF)
		failed = true;
	if (!failed)
		return TOOL_OK;
	warn("%s", path);
	return TOOL_FAILED;
}

enum tool_status
seals_print(struct run *run, const char *what, const char *proof, size_t len)
{
	struct proof *p = proof_new();
	enum tool_status status = TOOL_NO;
	const char *why = proof_check(p, proof, len, NULL);

	if (why != NULL)
		warnx("%s: %s; see audit-seal verify", what, why);
	else
		status = write_out(run->given['o'], proof, len);
	proof_free(p);
	return status;
}
