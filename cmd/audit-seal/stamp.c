/* stamp - have somebody else say when a seal was there (RFC 3161)
 *
 * Nothing is sent: a request is written to a file, and the reply is read from
 * one. The reply needs no nonce: it is bound to the seal by its hash. */

#include <err.h>
#include <inttypes.h>
#include <openssl/ts.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "digest.h"
#include "hex.h"
#include "mem.h"
#include "moment.h"
#include "run.h"
#include "seals.h"
#include "sql.h"
#include "tsa.h"

#define LARGEST ((size_t)1 << 20) /* of a reply; some have 2 kB */

/* What is stamped: SHA-256 of the seal's canonical bytes */
static void
imprint_of(const struct seal *s, uint8_t imprint[static DIGEST_LEN])
{
	struct buf bytes = { NULL, 0, 0 };
	struct digest *digest = digest_new();

	seal_bytes(&bytes, s);
	digest_of(digest, bytes.p, bytes.len, imprint);
	digest_free(digest);
	buf_free(&bytes);
}

static TS_MSG_IMPRINT *
new_imprint(uint8_t imprint[static DIGEST_LEN])
{
	TS_MSG_IMPRINT *m = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	bool made = m != NULL && algorithm != NULL &&
	    X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL,
		NULL) == 1 &&
	    TS_MSG_IMPRINT_set_algo(m, algorithm) == 1 &&
	    TS_MSG_IMPRINT_set_msg(m, imprint, DIGEST_LEN) == 1;

	X509_ALGOR_free(algorithm);
	if (made)
		return m;
	TS_MSG_IMPRINT_free(m);
	return NULL;
}

/* The request, which asks for the certificate as well: without it, the reply
 * could be checked only by who has it. */
static unsigned char *
new_request(uint8_t imprint[static DIGEST_LEN], size_t *len)
{
	TS_MSG_IMPRINT *m = new_imprint(imprint);
	TS_REQ *req = TS_REQ_new();
	unsigned char *der = NULL;
	int n = -1;

	if (m != NULL && req != NULL && TS_REQ_set_version(req, 1) == 1 &&
	    TS_REQ_set_msg_imprint(req, m) == 1 &&
	    TS_REQ_set_cert_req(req, 1) == 1)
		n = i2d_TS_REQ(req, &der);
	TS_MSG_IMPRINT_free(m);
	TS_REQ_free(req);
	if (n < 0)
		errx(TOOL_FAILED, "no request could be made");
	*len = (size_t)n;
	return der;
}

static enum tool_status
write_request(const char *path, const struct seal *s)
{
	bool printed = strcmp(path, "-") == 0;
	uint8_t imprint[DIGEST_LEN];
	enum tool_status status = TOOL_OK;
	unsigned char *der;
	size_t len;
	FILE *fp;

	imprint_of(s, imprint);
	der = new_request(imprint, &len);
	fp = printed ? stdout : fopen(path, "w");
	if (fp == NULL || fwrite(der, 1, len, fp) != len ||
	    (!printed && fclose(fp) == EOF)) {
		warn("--tsq %s", path);
		status = TOOL_FAILED;
	}
	OPENSSL_free(der);
	return status;
}

/* NULL: it has said why. */
static uint8_t *
read_reply(const char *path, size_t *len)
{
	FILE *fp = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	uint8_t *reply;

	if (fp == NULL) {
		warn("--tsr %s", path);
		return NULL;
	}
	reply = xmalloc(LARGEST);
	*len = fread(reply, 1, LARGEST, fp);
	if (ferror(fp) || *len == LARGEST) {
		if (ferror(fp))
			warn("--tsr %s", path);
		else
			warnx("--tsr %s: too large for a time stamp", path);
		free(reply);
		reply = NULL;
	}
	if (fp != stdin)
		fclose(fp);
	return reply;
}

static enum tool_status
keep(struct run *run, const struct seal *s, const uint8_t *reply, size_t len)
{
	char no[24], *hex = xmalloc(2 * len + 1), *params[] = { no, hex };
	enum tool_status status = TOOL_OK;

	snprintf(no, sizeof(no), "%" PRIu64, s->no);
	hex_write(hex, reply, len);
	/* what has been read so far was read only */
	if (db_commit(run->db) == -1 ||
	    db_exec(run->db, sql_seal_put_stamp, 2, params) == -1) {
		run_failed(run, NULL);
		status = TOOL_FAILED;
	}
	free(hex);
	return status;
}

static enum tool_status
read_stamp(struct run *run, const struct seal *s, const uint8_t *reply,
    size_t len)
{
	const char *path = run->given[OPT_TSR], *why;
	uint8_t imprint[DIGEST_LEN];
	enum tool_status status;
	char text[MOMENT_LEN];
	int64_t at;

	imprint_of(s, imprint);
	if ((why = tsa_check(reply, len, imprint, NULL, &at)) != NULL) {
		warnx("--tsr %s: seal %" PRIu64 ": %s", path, s->no, why);
		return TOOL_NO;
	}
	if ((status = keep(run, s, reply, len)) != TOOL_OK)
		return status;
	moment_write(text, at);
	printf("{\"seal\":%" PRIu64 ",\"stamp\":\"%s\"}\n", s->no, text);
	return TOOL_OK;
}

enum tool_status
run_stamp(struct run *run, int argc, char *argv[])
{
	const char *tsq = run->given[OPT_TSQ], *tsr = run->given[OPT_TSR];
	long long no = SEALS_NEWEST;
	struct seals_one one = { .line = NULL };
	enum tool_status status;
	uint8_t *reply = NULL;
	size_t len = 0;

	if ((tsq == NULL) == (tsr == NULL))
		tool_misuse("stamp takes either --tsq or --tsr");
	if (argc > 0)
		no = tool_number("seal", argv[0], 0, INT64_MAX);
	if (tsr != NULL && (reply = read_reply(tsr, &len)) == NULL)
		return TOOL_FAILED;
	status = seals_open(run);
	if (status == TOOL_OK && tsr != NULL && run->archive) {
		warnx("--tsr: a time stamp is kept where the trail is written, "
		      "and comes here with its seals");
		status = TOOL_MISUSE;
	}
	if (status == TOOL_OK && (status = seals_get(run, no, &one)) == TOOL_OK)
		status = tsq != NULL ? write_request(tsq, &one.seal)
				     : read_stamp(run, &one.seal, reply, len);
	seals_free(&one);
	free(reply);
	return status;
}
