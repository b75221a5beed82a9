/* checkpoint - the log of seals in the form of C2SP's tlog-checkpoint
 *
 * That is a signed note: an origin, the number of seals and the root of their
 * tree, a line each, and behind a blank line the signature, with a name and a
 * hash that tell whose it is. Witnesses know this form. */

#include <err.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "mem.h"
#include "seals.h"
#include "sign.h"

#define ED25519 1 /* the algorithm's number in signed notes */
#define KEY_HASH 4

/* n bytes, at most 68 */
static void
put_base64(FILE *fp, const uint8_t *bytes, size_t n)
{
	unsigned char text[4 * 23 + 1];

	EVP_EncodeBlock(text, bytes, (int)n);
	fputs((const char *)text, fp);
}

/* What tells keys of one name apart */
static void
hash_key(struct digest *d, const char *name,
    const uint8_t key[static SIGN_KEY_LEN], uint8_t hash[static KEY_HASH])
{
	static const uint8_t between[] = { '\n', ED25519 };
	uint8_t whole[DIGEST_LEN];

	digest_begin(d);
	digest_add(d, name, strlen(name));
	digest_add(d, between, sizeof(between));
	digest_add(d, key, SIGN_KEY_LEN);
	digest_end(d, whole);
	memcpy(hash, whole, KEY_HASH);
}

/* What a witness has to be told of the key */
static void
show_key(const char *name, const uint8_t key[static SIGN_KEY_LEN],
    const uint8_t hash[static KEY_HASH])
{
	uint8_t typed[1 + SIGN_KEY_LEN] = { ED25519 };
	char hex[2 * KEY_HASH + 1], *text;
	size_t len;
	FILE *fp = xmemstream(&text, &len);

	memcpy(typed + 1, key, SIGN_KEY_LEN);
	put_base64(fp, typed, sizeof(typed));
	xclose(fp);
	hex_write(hex, hash, KEY_HASH);
	warnx("verifier key: %s+%s+%s", name, hex, text);
	free(text);
}

static void
put_note(struct run *run, struct digest *d, const struct seal *s,
    const uint8_t root[static DIGEST_LEN], const struct sign *sign)
{
	uint8_t key[SIGN_KEY_LEN], signature[KEY_HASH + SIGN_LEN];
	char trail[HEX_UUID], *name, *text;
	size_t len;
	FILE *fp = xmemstream(&text, &len);

	hex_write_uuid(trail, s->trail);
	name = xasprintf("audit-utils/%s", trail);
	fprintf(fp, "%s\n%" PRIu64 "\n", name, s->no + 1);
	put_base64(fp, root, DIGEST_LEN);
	putc('\n', fp);
	xclose(fp);

	sign_public(sign, key);
	hash_key(d, name, key, signature);
	sign_bytes(sign, text, len, signature + KEY_HASH);
	printf("%s\n\u2014 %s ", text, name);
	put_base64(stdout, signature, sizeof(signature));
	putchar('\n');
	if (run->given['v'] != NULL)
		show_key(name, key, signature);
	free(text);
	free(name);
}

/* The root of the tree over the seals up to this one. What is signed here must
 * be the log that the seal itself has, and then the seal. */
static enum tool_status
log_root(struct run *run, struct digest *d, const struct seal *s,
    uint8_t root[static DIGEST_LEN])
{
	struct merkle log = { 0 };
	uint8_t *hashes = NULL, hash[DIGEST_LEN];
	enum tool_status status = seals_hashes(run, s->no, &hashes);
	uint64_t i;

	for (i = 0; status == TOOL_OK && i < s->no; i++)
		merkle_add(&log, d, hashes + i * DIGEST_LEN);
	free(hashes);
	if (status != TOOL_OK)
		return status;
	merkle_root(&log, d, root);
	if (memcmp(root, s->log, DIGEST_LEN) != 0) {
		warnx("the seals before seal %" PRIu64
		      " are not those of its log; see audit-seal verify",
		    s->no);
		return TOOL_NO;
	}
	seal_hash(s, d, hash);
	merkle_add(&log, d, hash);
	merkle_root(&log, d, root);
	return TOOL_OK;
}

static enum tool_status
write_checkpoint(struct run *run, long long no, const struct sign *sign)
{
	struct seals_one one = { NULL };
	struct digest *d = digest_new();
	uint8_t root[DIGEST_LEN];
	enum tool_status status = seals_open(run);

	if (status == TOOL_OK)
		status = seals_get(run, no, &one);
	if (status == TOOL_OK)
		status = log_root(run, d, &one.seal, root);
	if (status == TOOL_OK && db_commit(run->db) == -1)
		status = run_failed(run, NULL);
	if (status == TOOL_OK)
		put_note(run, d, &one.seal, root, sign);
	seals_free(&one);
	digest_free(d);
	return status;
}

enum tool_status
run_checkpoint(struct run *run, int argc, char *argv[])
{
	struct sign *sign = NULL;
	enum tool_status status;
	long long no = SEALS_NEWEST;
	const char *why;

	if (argc > 0)
		no = tool_number("checkpoint", argv[0], 0, INT64_MAX - 1);
	if (run->given[OPT_KEY] == NULL)
		tool_misuse("checkpoint needs --key: who signs it?");
	if ((why = sign_load(&sign, run->given[OPT_KEY])) != NULL)
		tool_misuse("--key %s", why);
	status = write_checkpoint(run, no, sign);
	sign_free(sign);
	return status;
}
