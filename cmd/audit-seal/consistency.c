/* consistency - prove that one seal's log is the beginning of another's */

#include <err.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>

#include "mem.h"
#include "seals.h"

/* The proof of two seals, as lib/proof.h has it */
static enum tool_status
put_proof(struct run *run, FILE *fp, const struct seals_one *from,
    const struct seals_one *to)
{
	struct merkle_path path = { 0 };
	struct digest *d = digest_new();
	uint8_t *hashes = NULL;
	enum tool_status status = seals_hashes(run, to->seal.no, &hashes);

	if (status == TOOL_OK) {
		fprintf(fp, "{\"consistency\":1,\"from\":%s,\"to\":%s,",
		    from->line, to->line);
		status = seals_put_keys(run, fp, from->seal.no, to->seal.no);
	}
	if (status == TOOL_OK) {
		putc(',', fp);
		seals_put_log(fp, d, hashes, to->seal.no, from->seal.no);
		merkle_consistency(&path, d, hashes, to->seal.no,
		    from->seal.no);
		fputs(",\"path\":", fp);
		seals_put_path(fp, &path);
		putc('}', fp);
	}
	free(hashes);
	digest_free(d);
	return status;
}

static enum tool_status
prove(struct run *run, const struct seals_one *from, const struct seals_one *to)
{
	char *text, *what;
	size_t len;
	FILE *fp = xmemstream(&text, &len);
	enum tool_status status = put_proof(run, fp, from, to);

	xclose(fp);
	what = xasprintf("seals %" PRIu64 " and %" PRIu64, from->seal.no,
	    to->seal.no);
	if (status == TOOL_OK && db_commit(run->db) == -1)
		status = run_failed(run, NULL);
	if (status == TOOL_OK)
		status = seals_print(run, what, text, len);
	free(what);
	free(text);
	return status;
}

enum tool_status
run_consistency(struct run *run, int argc, char *argv[])
{
	struct seals_one from = { NULL }, to = { NULL };
	long long a = tool_number("consistency", argv[0], 0, INT64_MAX - 1);
	long long b = tool_number("consistency", argv[1], 0, INT64_MAX - 1);
	enum tool_status status;

	(void)argc;
	if (a >= b)
		tool_misuse("consistency: the earlier seal first, and then a "
			    "later one");
	status = seals_open(run);
	if (status == TOOL_OK)
		status = seals_get(run, a, &from);
	if (status == TOOL_OK)
		status = seals_get(run, b, &to);
	if (status == TOOL_OK)
		status = prove(run, &from, &to);
	seals_free(&from);
	seals_free(&to);
	return status;
}
