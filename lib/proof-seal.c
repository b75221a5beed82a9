/* proof-seal - a seal in a proof */

#include "proof-seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "canon.h"
#include "mem.h"
#include "sign.h"

static char message[256];

static const char *
wrong(const char *what, const char *why)
{
	snprintf(message, sizeof(message), "%s: %s", what, why);
	return message;
}

/* Whether a seal is written as it is printed: in a proof nothing may stand
 * beside what is signed. */
static bool
is_as_printed(const struct seal *s, struct json line)
{
	struct buf b = { NULL, 0, 0 };
	struct json again;
	char *text;
	size_t len, where, first;
	FILE *fp = xmemstream(&text, &len);
	bool same;

	seal_write(fp, s);
	xclose(fp);
	canon_put(&b, line);
	first = b.len;
	same = json_parse(&again, text, len, &where) == NULL;
	if (same)
		canon_put(&b, again);
	same =
	    same && b.len == 2 * first && memcmp(b.p, b.p + first, first) == 0;
	buf_free(&b);
	free(text);
	return same;
}

static bool
has_its_months(const struct seal *s)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < s->nmonths; i++) {
		if (s->months[i].events == 0 ||
		    s->months[i].events > s->events - sum)
			return false;
		sum += s->months[i].events;
		if (i > 0 &&
		    strcmp(s->months[i - 1].month, s->months[i].month) >= 0)
			return false;
	}
	return sum == s->events;
}

static const char *
check_seal(struct digest *d, const char *what, const struct seal *s)
{
	struct buf b = { NULL, 0, 0 };
	bool good;
	uint8_t hash[DIGEST_LEN];

	if (!has_its_months(s))
		return wrong(what, "its months do not make its events");
	seal_root(s, d, hash);
	if (memcmp(hash, s->root, DIGEST_LEN) != 0)
		return wrong(what, "its months do not make its root");
	if (s->events > 0 && memcmp(s->first, s->last, sizeof(s->first)) > 0)
		return wrong(what, "its last event is before its first");
	if (!s->has_key)
		return NULL;
	seal_bytes(&b, s);
	good = sign_verify(s->key, b.p, b.len, s->signature);
	buf_free(&b);
	return good ? NULL : wrong(what, "the signature is not its key's");
}

const char *
proof_seal(struct digest *d, const char *what, struct json line, struct seal *s)
{
	const char *why;

	seal_free(s);
	if (json_kind(line) != '{')
		return wrong(what, "no seal");
	if ((why = seal_read(s, line.p, line.len)) != NULL)
		return wrong(what, why);
	if (!is_as_printed(s, line))
		return wrong(what, "not as a seal is printed");
	return check_seal(d, what, s);
}
