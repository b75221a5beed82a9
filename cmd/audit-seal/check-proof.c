/* check-proof - check proofs, one a line, without a database */

#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "evidence.h"
#include "hex.h"
#include "line.h"
#include "mem.h"
#include "moment.h"
#include "proof.h"
#include "run.h"
#include "safe.h"
#include "when.h"

struct check {
	const uint8_t *key; /* of --pubkey, or NULL */
	bool people;	    /* for people, not for programs */
};

/* As JSON */

static void
put_hex(const char *name, const uint8_t *bytes, size_t n)
{
	char text[2 * DIGEST_LEN + 1];

	hex_write(text, bytes, n);
	printf("\"%s\":\"%s\"", name, text);
}

static void
put_seal(const struct seal *s, const uint8_t *hash)
{
	char at[MOMENT_LEN];

	moment_write(at, s->at);
	printf("\"seal\":%" PRIu64 ",\"at\":\"%s\",", s->no, at);
	put_hex("hash", hash, DIGEST_LEN);
}

/* The later seal, if it is proven: where a key is asked for, it has to be
 * signed by it, too. */
static const struct seal *
proven_head(const struct check *c, const struct proof_said *said)
{
	return c->key == NULL || said->head_trusted ? said->head : NULL;
}

/* By whom that is signed that all hangs on; NULL: by nobody */
static const uint8_t *
signer(const struct check *c, const struct proof_said *said)
{
	const struct seal *s = proven_head(c, said);

	if (s == NULL)
		s = said->seal;
	return s->has_key ? s->key : NULL;
}

static void
put_json(const struct check *c, const struct proof_said *said)
{
	const struct seal *head = proven_head(c, said);
	const uint8_t *key = signer(c, said);
	char trail[HEX_UUID];
	size_t i;

	hex_write_uuid(trail, said->seal->trail);
	printf("{\"proved\":\"%s\",\"trail\":\"%s\",",
	    said->event.p != NULL ? "event" : "consistency", trail);
	put_seal(said->seal, said->hash);
	fputs(",\"head\":", stdout);
	if (head == NULL)
		fputs("null", stdout);
	else {
		putchar('{');
		put_seal(head, said->head_hash);
		putchar('}');
	}
	putchar(',');
	if (key == NULL)
		fputs("\"key\":null", stdout);
	else
		put_hex("key", key, SIGN_KEY_LEN);
	printf(",\"trusted\":%s", c->key != NULL ? "true" : "false");
	if (said->event.p != NULL) {
		fputs(",\"hidden\":[", stdout);
		for (i = 0; i < said->nhidden; i++)
			printf("%s\"%s\"", i > 0 ? "," : "",
			    evidence_name(said->hidden[i]));
		fputs("],\"event\":", stdout);
		fwrite(said->event.p, 1, said->event.len, stdout);
	}
	puts("}");
}

/* In sentences */

static void
say(const char *before, struct leaf_value v, const char *after)
{
	char *text, *safe;

	if (v.p == NULL)
		return;
	text = xstrndup(v.p, v.len);
	safe = safe_text(text, false);
	printf("%s%s%s", before, safe, after);
	free(safe);
	free(text);
}

static void
say_time(const char *before, int64_t at)
{
	char text[MOMENT_LEN + 2] = "\"", *shown;
	size_t len = moment_write(text + 1, at);

	text[len + 1] = '"';
	shown = when_text((struct json){ text, len + 2 });
	printf("%s%s", before, shown);
	free(shown);
}

static void
say_event(const struct proof_said *said)
{
	const struct leaf_event *ev = said->ev;
	char text[HEX_UUID];

	hex_write_uuid(text, ev->id);
	printf("event %s: ", text);
	say("", ev->text[LEAF_OP], "");
	say(" ", ev->text[LEAF_SCHEMA], ".");
	say("", ev->text[LEAF_TABLE], "");
	say(" ", ev->key, "");
	say(" by ", ev->text[LEAF_ACTOR], "");
	say(", role ", ev->text[LEAF_ROLE], "");
	say_time(", at ", ev->at);
	putchar('\n');
}

static void
say_hidden(const struct proof_said *said)
{
	size_t i;

	if (said->nhidden == 0)
		return;
	fputs("    left out: ", stdout);
	for (i = 0; i < said->nhidden; i++)
		printf("%s%s%s", i > 0 ? ", " : "",
		    said->hidden[i] >= EVIDENCE_OLD ? "a value of " : "",
		    evidence_name(said->hidden[i]));
	putchar('\n');
}

static void
say_seal(const char *before, const struct seal *s, const uint8_t *hash)
{
	char text[2 * DIGEST_LEN + 1];

	hex_write(text, hash, DIGEST_LEN);
	printf("    %s seal %" PRIu64, before, s->no);
	say_time(", made at ", s->at);
	printf("\n        hash %s\n", text);
}

static void
say_all(const struct check *c, const struct proof_said *said)
{
	const struct seal *head = proven_head(c, said);
	const uint8_t *key = signer(c, said);
	const bool event = said->event.p != NULL;
	char text[2 * DIGEST_LEN + 1];

	if (event)
		say_event(said);
	say_hidden(said);
	hex_write_uuid(text, said->seal->trail);
	if (!event)
		printf("trail %s\n", text);
	say_seal(event ? "is in" : "the log up to", said->seal, said->hash);
	if (head != NULL)
		say_seal(event ? "which is in the log of"
			       : "is the beginning of the log of",
		    head, said->head_hash);
	if (event)
		printf("    of trail %s\n", text);
	if (key == NULL) {
		puts("    not signed: it proves what it says if this hash is "
		     "one that you know");
		return;
	}
	hex_write(text, key, SIGN_KEY_LEN);
	printf("    signed by key %s%s\n", text,
	    c->key != NULL
		? ""
		: "\n        which nobody vouches for: see --pubkey");
}

static enum tool_status
check_all(const struct check *c, FILE *fp, const char *path)
{
	struct line *in = line_new(fp);
	struct proof *p = proof_new();
	enum tool_status status = TOOL_OK;
	const char *why;
	int got;

	while ((got = line_next(in)) != 0) {
		why = got == -1 ? NULL
				: proof_check(p, line_text(in),
				      strlen(line_text(in)), c->key);
		if (got == -1)
			warnx("%s", line_error(in));
		else if (why != NULL)
			warnx("line %zu: %s", line_number(in), why);
		if (got == -1 || why != NULL)
			status = TOOL_NO;
		else if (c->people)
			say_all(c, proof_said(p));
		else
			put_json(c, proof_said(p));
	}
	if (ferror(fp)) {
		warn("%s", path);
		status = TOOL_FAILED;
	} else if (line_number(in) == 0) {
		warnx("%s: no proof", path);
		status = TOOL_NO;
	}
	proof_free(p);
	line_free(in);
	return status;
}

enum tool_status
run_check_proof(struct run *run, int argc, char *argv[])
{
	struct check c = { NULL, isatty(STDOUT_FILENO) };
	const char *path = run->given[OPT_PUBKEY], *why;
	uint8_t key[SIGN_KEY_LEN];
	enum tool_status status;
	FILE *fp = stdin;

	(void)argc;
	if (path != NULL && (why = sign_load_public(key, path)) != NULL)
		tool_misuse("--pubkey %s", why);
	if (path != NULL)
		c.key = key;
	path = strcmp(argv[0], "-") == 0 ? "standard input" : argv[0];
	if (path == argv[0] && (fp = fopen(path, "r")) == NULL)
		tool_misuse("%s: %s", path, strerror(errno));
	status = check_all(&c, fp, path);
	if (fp != stdin)
		fclose(fp);
	return status;
}
