/* fuzz/proof - any bytes as a proof; what is proven says one thing only */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "mem.h"
#include "parts.h"
#include "proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An event that was read comes back from its own writing, with the same leaf.
 */
static void
round_trip(struct json event)
{
	struct evidence *e = evidence_new();
	struct leaf *leaf = leaf_new();
	struct leaf_event ev;
	struct json again;
	uint8_t one[DIGEST_LEN], two[DIGEST_LEN];
	size_t len, where;
	char *text;
	FILE *fp;
	int got;

	if (evidence_read(e, event, false, &ev) == NULL) {
		got = parts_leaf(leaf, &ev, one);
		if (got == -1 && ev.erased.p == NULL)
			abort();
		fp = xmemstream(&text, &len);
		evidence_write(fp, &ev, NULL, NULL);
		xclose(fp);
		if (json_parse(&again, text, len, &where) != NULL ||
		    evidence_read(e, again, false, &ev) != NULL ||
		    parts_leaf(leaf, &ev, two) != got ||
		    (got == 0 && memcmp(one, two, DIGEST_LEN) != 0))
			abort();
		free(text);
	}
	leaf_free(leaf);
	evidence_free(e);
}

static void
check(const char *text, size_t size)
{
	static const uint8_t key[SIGN_KEY_LEN] = { 1 };
	struct proof *p = proof_new();
	const struct proof_said *said;
	struct json whole, event;
	size_t where;

	/* nobody has signed with this one */
	if (proof_check(p, text, size, key) == NULL)
		abort();
	if (proof_check(p, text, size, NULL) == NULL) {
		said = proof_said(p);
		if (said->seal == NULL || said->seal_trusted ||
		    said->head_trusted ||
		    (said->event.p == NULL) == (said->ev != NULL))
			abort();
	}
	proof_free(p);
	if (json_parse(&whole, text, size, &where) == NULL &&
	    json_get(whole, (struct json){ "\"event\"", 7 }, &event))
		round_trip(event);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy of its own, so that reading behind it is seen */
	char *text = malloc(size == 0 ? 1 : size);

	if (text == NULL)
		abort();
	memcpy(text, data, size);
	check(text, size);
	free(text);
	return 0;
}
