/* seal-line - a seal as a JSON line */

#include "seal.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "json.h"
#include "line.h"
#include "mem.h"
#include "moment.h"

/* What stands under a key, and in which form */
enum form {
	U64,	/* a number */
	U32,	/* a number */
	TXID,	/* digits in a string: no parser's double cuts it */
	SYSTEM, /* likewise, 64 bits */
	UUID,
	TIME,
	HASH,
	SIGNATURE,
	TEXT,
	MONTHS
};
/* When it is null */
enum when { NEVER, NO_EVENTS, FIRST_SEAL, UNSIGNED };

#define KEY(key, form, when)                                 \
	{                                                    \
#key, form, when, offsetof(struct seal, key) \
	}

static const struct key {
	const char *name;
	enum form form;
	enum when null;
	size_t at;
} keys[] = {
	{ "seal", U64, NEVER, offsetof(struct seal, no) },
	KEY(trail, UUID, NEVER),
	KEY(at, TIME, NEVER),
	KEY(system, SYSTEM, NEVER),
	KEY(timeline, U32, NEVER),
	KEY(server, U32, NEVER),
	KEY(from, TXID, NEVER),
	KEY(to, TXID, NEVER),
	KEY(next, TXID, NEVER),
	KEY(events, U64, NEVER),
	KEY(first, UUID, NO_EVENTS),
	KEY(last, UUID, NO_EVENTS),
	KEY(months, MONTHS, NEVER),
	KEY(root, HASH, NEVER),
	KEY(previous, HASH, FIRST_SEAL),
	KEY(log, HASH, NEVER),
	KEY(state, HASH, NEVER),
	KEY(tool, TEXT, NEVER),
	KEY(key, HASH, UNSIGNED),
	KEY(next_key, HASH, UNSIGNED),
	KEY(signature, SIGNATURE, UNSIGNED),
};
#define KEYS (sizeof(keys) / sizeof(*keys))

_Static_assert(SIGN_KEY_LEN == DIGEST_LEN, "a key is read as a hash is");

static bool
is_null(const struct seal *s, enum when when)
{
	switch (when) {
	case NO_EVENTS: return s->events == 0;
	case FIRST_SEAL: return s->no == 0;
	case UNSIGNED: return !s->has_key;
	default: return false;
	}
}

/* Writing */

static void
put_hex(FILE *fp, const uint8_t *bytes, size_t n)
{
	char text[2 * SIGN_LEN + 1];

	hex_write(text, bytes, n);
	fprintf(fp, "\"%s\"", text);
}

static void
put_months(FILE *fp, const struct seal *s)
{
	size_t i;

	putc('[', fp);
	for (i = 0; i < s->nmonths; i++) {
		fprintf(fp,
		    "%s{\"month\":\"%s\",\"events\":%" PRIu64 ",\"root\":",
		    i > 0 ? "," : "", s->months[i].month, s->months[i].events);
		put_hex(fp, s->months[i].root, DIGEST_LEN);
		putc('}', fp);
	}
	putc(']', fp);
}

static void
put_value(FILE *fp, const struct seal *s, const struct key *k)
{
	const void *v = (const char *)s + k->at;
	char text[MOMENT_LEN];

	switch (k->form) {
	case U64: fprintf(fp, "%" PRIu64, *(const uint64_t *)v); break;
	case U32: fprintf(fp, "%" PRIu32, *(const uint32_t *)v); break;
	case TXID:
	case SYSTEM:
		fprintf(fp, "\"%" PRIu64 "\"", *(const uint64_t *)v);
		break;
	case UUID:
		hex_write_uuid(text, v);
		fprintf(fp, "\"%s\"", text);
		break;
	case TIME:
		moment_write(text, *(const int64_t *)v);
		fprintf(fp, "\"%s\"", text);
		break;
	case HASH: put_hex(fp, v, DIGEST_LEN); break;
	case SIGNATURE: put_hex(fp, v, SIGN_LEN); break;
	case TEXT: line_put_string(fp, s->tool, strlen(s->tool)); break;
	case MONTHS: put_months(fp, s); break;
	}
}

void
seal_write(FILE *fp, const struct seal *s)
{
	size_t i;

	for (i = 0; i < KEYS; i++) {
		fprintf(fp, "%c\"%s\":", i > 0 ? ',' : '{', keys[i].name);
		if (is_null(s, keys[i].null))
			fputs("null", fp);
		else
			put_value(fp, s, &keys[i]);
	}
	fputs("}\n", fp);
}

/* Reading */

static char message[128];

static const char *
wrong(const char *what, size_t k)
{
	snprintf(message, sizeof(message), "%s \"%s\" field%s", what,
	    keys[k].name, *what == 't' ? "s" : "");
	return message;
}

/* A number without sign, fraction or zeros before it */
static bool
read_number(uint64_t *n, const char *p, size_t len, uint64_t most)
{
	size_t i;

	if (len == 0 || (len > 1 && *p == '0'))
		return false;
	for (*n = 0, i = 0; i < len; i++) {
		if (p[i] < '0' || p[i] > '9' ||
		    *n > (most - (uint64_t)(p[i] - '0')) / 10)
			return false;
		*n = *n * 10 + (uint64_t)(p[i] - '0');
	}
	return true;
}

/* What a string says that needs no escape */
static bool
plain(struct json j, struct json *text)
{
	if (json_kind(j) != '"' || memchr(j.p, '\\', j.len) != NULL)
		return false;
	*text = (struct json){ j.p + 1, j.len - 2 };
	return true;
}

/* A month is four digits, a hyphen and 01 .. 12. */
static bool
read_month_name(char month[static LEAF_MONTH], struct json j)
{
	struct json t;
	uint64_t n;

	if (!plain(j, &t) || t.len != LEAF_MONTH - 1)
		return false;
	memcpy(month, t.p, t.len);
	month[t.len] = '\0';
	n = (uint64_t)(month[5] - '0') * 10 + (uint64_t)(month[6] - '0');
	return strspn(month, "0123456789") == 4 && month[4] == '-' &&
	    strspn(month + 5, "0123456789") == 2 && n >= 1 && n <= 12;
}

static bool
read_hex(uint8_t *bytes, size_t n, struct json j)
{
	struct json t;

	return plain(j, &t) && hex_read(bytes, n, t.p, t.len);
}

/* All three, each once; others are passed over. */
static bool
read_month(struct seal_month *m, struct json j)
{
	struct json_iter i;
	struct json k, v;
	unsigned int there = 0, bit;
	bool good = json_kind(j) == '{';

	json_begin(&i, j);
	while (good && json_next(&i, &k, &v)) {
		if (json_says(k, "month")) {
			bit = 1;
			good = read_month_name(m->month, v);
		} else if (json_says(k, "events")) {
			bit = 2;
			good = read_number(&m->events, v.p, v.len, INT64_MAX);
		} else if (json_says(k, "root")) {
			bit = 4;
			good = read_hex(m->root, DIGEST_LEN, v);
		} else
			continue;
		good = good && (there & bit) == 0;
		there |= bit;
	}
	return good && there == 7;
}

static bool
read_months(struct seal *s, struct json j)
{
	struct json_iter i;
	struct json k, v;
	size_t n = 0;

	json_begin(&i, j);
	while (json_next(&i, &k, &v))
		n++;
	s->months = xcalloc(n, sizeof(*s->months));
	json_begin(&i, j);
	while (json_next(&i, &k, &v))
		if (!read_month(&s->months[s->nmonths++], v))
			return false;
	return json_kind(j) == '[';
}

static bool
read_text(char **text, struct json j)
{
	size_t len;

	if (json_kind(j) != '"')
		return false;
	*text = json_text(j, &len);
	return strlen(*text) == len;
}

static bool
read_value(struct seal *s, const struct key *k, struct json j)
{
	void *v = (char *)s + k->at;
	struct json t;
	uint64_t n;

	switch (k->form) {
	case U64: return read_number(v, j.p, j.len, INT64_MAX);
	case U32:
		if (!read_number(&n, j.p, j.len, UINT32_MAX))
			return false;
		*(uint32_t *)v = (uint32_t)n;
		return true;
	case TXID:
		if (!plain(j, &t) || !read_number(&n, t.p, t.len, INT64_MAX))
			return false;
		*(int64_t *)v = (int64_t)n;
		return true;
	case SYSTEM:
		return plain(j, &t) && read_number(v, t.p, t.len, UINT64_MAX);
	case UUID: return plain(j, &t) && hex_read_uuid(v, t.p, t.len);
	case TIME: return plain(j, &t) && moment_read(v, t.p, t.len);
	case HASH: return read_hex(v, DIGEST_LEN, j);
	case SIGNATURE: return read_hex(v, SIGN_LEN, j);
	case TEXT: return read_text(&s->tool, j);
	case MONTHS: return read_months(s, j);
	}
	return false;
}

/* What was found under a key */
enum found { NOTHING, NULL_VALUE, VALUE };

static const char *
read_keys(struct seal *s, struct json line, enum found found[static KEYS])
{
	struct json_iter i;
	struct json name, v;
	size_t k;

	json_begin(&i, line);
	while (json_next(&i, &name, &v)) {
		for (k = 0; k < KEYS && !json_says(name, keys[k].name);)
			k++;
		if (k == KEYS)
			continue;
		if (found[k] != NOTHING)
			return wrong("two", k);
		found[k] = json_kind(v) == 'n' ? NULL_VALUE : VALUE;
		if (found[k] == VALUE && !read_value(s, &keys[k], v))
			return wrong("bad", k);
	}
	return NULL;
}

const char *
seal_read(struct seal *s, const char *line, size_t len)
{
	enum found found[KEYS] = { NOTHING };
	struct json whole;
	const char *why;
	size_t where, k;

	*s = (struct seal){ 0 };
	if ((why = json_parse(&whole, line, len, &where)) != NULL) {
		snprintf(message, sizeof(message), "%s at character %zu", why,
		    where + 1);
		return message;
	}
	if (json_kind(whole) != '{')
		return "not an object";
	if ((why = read_keys(s, whole, found)) != NULL)
		return why;
	for (k = 0; k < KEYS; k++) {
		if (found[k] == NOTHING)
			return wrong("no", k);
		if (keys[k].null == UNSIGNED && found[k] == VALUE)
			s->has_key = true;
	}
	for (k = 0; k < KEYS; k++)
		if (is_null(s, keys[k].null) != (found[k] == NULL_VALUE))
			return wrong("bad", k);
	return NULL;
}
