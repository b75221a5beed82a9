/* checker - all that verify checks, whatever the seals and events come from */

#include "checker.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "line.h"
#include "mem.h"
#include "moment.h"
#include "parts.h"
#include "progress.h"
#include "tsa.h"
#include "watch.h"

struct checker {
	struct findings *findings;
	struct chain *chain;
	struct leaves *leaves;
	struct watch *watch;
	struct claims *claims;
	struct leaf *leaf;
	bool partial; /* of the state nothing is known */
	bool has_pubkey, has_registered, any_key, unsigned_told;
	int64_t since; /* the first seal's time */
	bool any;
	struct digest *digest;
	struct buf bytes;
	const char *tsa;
	uint64_t stamps, stamped; /* how many, and the newest's seal */
	int64_t stamped_at;
};

struct checker *
checker_new(const struct checker_begin *begin, struct findings *findings)
{
	struct checker *c = xcalloc(1, sizeof(*c));

	c->findings = findings;
	c->chain = chain_new(&begin->chain, findings);
	c->watch = watch_new(findings);
	c->claims = claims_new(findings, begin->leaves.archive);
	c->leaves =
	    leaves_new(&begin->leaves, c->chain, c->watch, c->claims, findings);
	c->leaf = leaf_new();
	c->digest = digest_new();
	c->tsa = begin->tsa;
	c->partial = begin->leaves.partial;
	c->has_pubkey = begin->chain.has_pubkey;
	c->has_registered = begin->chain.has_registered;
	if (begin->state != NULL)
		watch_base(c->watch, &begin->chain.before, begin->state,
		    strlen(begin->state));
	return c;
}

void
checker_free(struct checker *c)
{
	if (c == NULL)
		return;
	leaves_free(c->leaves);
	watch_free(c->watch);
	claims_free(c->claims);
	leaf_free(c->leaf);
	chain_free(c->chain);
	digest_free(c->digest);
	buf_free(&c->bytes);
	free(c);
}

void
checker_seal(struct checker *c, const struct chain_row *row, const char *line,
    size_t len)
{
	const struct seal *s, *before = NULL;

	if ((s = chain_add(c->chain, row, line, len, &before)) == NULL)
		return;
	if (!c->any)
		c->since = s->at;
	c->any = true;
	c->any_key = c->any_key || s->has_key;
	if (!s->has_key && !c->unsigned_told) {
		c->unsigned_told = true;
		finding_note(c->findings, "unsigned", FINDING_SEAL(s->no),
		    "seal %" PRIu64 " is not signed: who can write to the "
		    "database can make another one",
		    s->no);
	}
	if (!c->partial)
		watch_seal(c->watch, s, before);
	leaves_seal(c->leaves, s, before);
}

void
checker_state(struct checker *c, uint64_t seal, const char *text, size_t len)
{
	if (!c->partial)
		watch_state(c->watch, seal, text, len);
}

void
checker_now(struct checker *c, const char *text, size_t len, int64_t next)
{
	watch_now(c->watch, text, len, next);
}

void
checker_stamp(struct checker *c, uint64_t seal, const uint8_t *reply,
    size_t len)
{
	const struct seal *s = chain_last(c->chain);
	const char *why = "a time stamp of a seal that is not there";
	uint8_t imprint[DIGEST_LEN];
	int64_t at = 0;

	if (s != NULL && s->no == seal) {
		seal_bytes(&c->bytes, s);
		digest_of(c->digest, c->bytes.p, c->bytes.len, imprint);
		why = tsa_check(reply, len, imprint, c->tsa, &at);
	}
	if (why != NULL) {
		finding_put(c->findings, "stamp", FINDING_SEAL(seal),
		    "seal %" PRIu64 ": %s", seal, why);
		return;
	}
	c->stamps++;
	c->stamped = seal;
	c->stamped_at = at;
}

void
checker_act(struct checker *c, const struct leaf_event *ev)
{
	uint8_t leaf[DIGEST_LEN];

	if (parts_leaf(c->leaf, ev, leaf) == 0)
		claims_add(c->claims, ev, leaf);
}

void
checker_leaves(struct checker *c, const struct leaves_row *row)
{
	leaves_row(c->leaves, row);
}

void
checker_event(struct checker *c, const struct leaf_event *ev, bool sound)
{
	leaves_event(c->leaves, ev, sound);
}

void
checker_hashed(struct checker *c, const struct leaf_event *ev,
    const uint8_t leaf[static DIGEST_LEN], bool whole)
{
	leaves_hashed(c->leaves, ev, leaf, whole);
}

static void
note_stamps(struct checker *c)
{
	char at[MOMENT_LEN];

	if (c->stamps == 0)
		return;
	moment_write(at, c->stamped_at);
	finding_note(c->findings, "stamp", FINDING_SEAL(c->stamped),
	    "seal %" PRIu64 " was there at %s: so says the newest of %" PRIu64
	    " time stamps%s",
	    c->stamped, at, c->stamps,
	    c->tsa != NULL ? "" : ", whose signers were not checked: --tsa");
}

/* How far the seals can be believed */
static void
note_key(struct checker *c)
{
	const struct finding_at nowhere = { NULL };

	if (!c->any_key || c->has_pubkey)
		return;
	if (c->has_registered)
		finding_note(c->findings, "key", nowhere,
		    "that the key is the right one is the database's word: "
		    "--pubkey gives your own");
	else
		finding_note(c->findings, "key", nowhere,
		    "nobody says that the key is the right one: --pubkey "
		    "does");
}

static void
put_quoted_time(const char *key, int64_t at)
{
	char text[MOMENT_LEN];

	moment_write(text, at);
	printf(",\"%s\":\"%s\"", key, text);
}

static void
put_summary(const struct checker *c, const struct seal *last)
{
	char trail[HEX_UUID], key[2 * SIGN_KEY_LEN + 1];
	bool ok = c->findings->count == 0;

	printf("{\"verified\":%s", ok ? "true" : "false");
	if (c->any) {
		hex_write_uuid(trail, last->trail);
		printf(",\"trail\":\"%s\"", trail);
	} else
		fputs(",\"trail\":null", stdout);
	printf(",\"seals\":%" PRIu64 ",\"events\":%" PRIu64
	       ",\"unsealed\":%" PRIu64 ",\"purged\":%" PRIu64
	       ",\"erased\":%" PRIu64,
	    chain_count(c->chain), leaves_events(c->leaves),
	    leaves_unsealed(c->leaves), claims_purged(c->claims),
	    claims_erased(c->claims));
	if (c->any) {
		put_quoted_time("from", c->since);
		put_quoted_time("to", last->at);
	} else
		fputs(",\"from\":null,\"to\":null", stdout);
	if (c->any && last->has_key) {
		hex_write(key, last->key, SIGN_KEY_LEN);
		printf(",\"key\":\"%s\"", key);
	} else
		fputs(",\"key\":null", stdout);
	if (c->findings->trail != NULL) {
		fputs(",\"name\":", stdout);
		line_put_string(stdout, c->findings->trail,
		    strlen(c->findings->trail));
	}
	fputs("}\n", stdout);
}

static void
say_summary(const struct checker *c, const struct seal *last)
{
	uint64_t n = c->findings->count, seals = chain_count(c->chain);
	char to[MOMENT_LEN] = "";

	if (c->any)
		moment_write(to, last->at);
	finding_put_trail(c->findings);
	if (n == 0) {
		printf("verified: %" PRIu64 " events in %" PRIu64
		       " seal%s are as they were sealed, until %s",
		    leaves_events(c->leaves), seals, seals == 1 ? "" : "s", to);
		if (c->findings->trail == NULL)
			printf("; %" PRIu64 " wait for the next seal",
			    leaves_unsealed(c->leaves));
		if (claims_purged(c->claims) > 0)
			printf("; %" PRIu64 " were purged",
			    claims_purged(c->claims));
		if (claims_erased(c->claims) > 0)
			printf("; %" PRIu64 " lost values",
			    claims_erased(c->claims));
		putchar('\n');
	} else
		printf("NOT VERIFIED: %" PRIu64 " finding%s in %" PRIu64
		       " events and %" PRIu64 " seal%s\n",
		    n, n == 1 ? "" : "s", leaves_events(c->leaves), seals,
		    seals == 1 ? "" : "s");
}

enum tool_status
checker_end(struct checker *c)
{
	const struct seal *last;

	chain_end(c->chain);
	if (leaves_end(c->leaves) == -1 ||
	    claims_end(c->claims, c->partial) == -1)
		return TOOL_FAILED;
	watch_end(c->watch);
	last = chain_last(c->chain);
	if (c->partial)
		finding_note(c->findings, "partial",
		    (struct finding_at){ NULL },
		    "this is partial: %" PRIu64 " of the events that its seals "
		    "cover are not in it, and nobody can tell from it whether "
		    "they should be",
		    leaves_absent(c->leaves));
	if (!c->any)
		finding_put(c->findings, "missing", (struct finding_at){ NULL },
		    "there is no seal: nothing is proven");
	note_key(c);
	note_stamps(c);
	progress_hide();
	if (c->findings->silent)
		;
	else if (c->findings->sentences)
		say_summary(c, last);
	else
		put_summary(c, last);
	return c->findings->count == 0 ? TOOL_OK : TOOL_NO;
}
