/* told - an event that the log tells of, as its JSON line */

#include "told.h"

#include <stdio.h>
#include <string.h>

#include "hex.h"
#include "moment.h"

struct text
told_text(const char *s)
{
	return (struct text){ s, s == NULL ? 0 : strlen(s) };
}

bool
text_same(struct text a, struct text b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

bool
text_is(struct text t, const char *s)
{
	return text_same(t, told_text(s));
}

bool
text_begins(struct text t, const char *s)
{
	size_t n = strlen(s);

	return t.len >= n && memcmp(t.p, s, n) == 0;
}

static void
put(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

static void
escape(struct buf *b, unsigned char c)
{
	static const char letters[] = "\"\\\b\f\n\r\t", means[] = "\"\\bfnrt";
	const char *letter = strchr(letters, c);
	char code[8];

	if (c != '\0' && letter != NULL) {
		code[0] = '\\';
		code[1] = means[letter - letters];
		buf_put(b, code, 2);
	} else
		buf_put(b, code,
		    (size_t)snprintf(code, sizeof(code), "\\u%04x", c));
}

void
told_string(struct buf *b, struct text t)
{
	size_t i, done = 0;
	unsigned char c;

	if (t.p == NULL) {
		buf_put(b, "null", 4);
		return;
	}
	buf_byte(b, '"');
	for (i = 0; i < t.len; i++) {
		c = (unsigned char)t.p[i];
		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_put(b, t.p + done, i - done);
		done = i + 1;
		escape(b, c);
	}
	buf_put(b, t.p + done, t.len - done);
	buf_byte(b, '"');
}

static void
name(struct buf *b, const char *s)
{
	buf_put(b, ",\"", 2);
	put(b, s);
	buf_put(b, "\":", 2);
}

void
told_member(struct buf *b, const char *key, struct text t)
{
	if (t.p == NULL)
		return;
	name(b, key);
	told_string(b, t);
}

void
told_number(struct buf *b, const char *key, uint64_t n)
{
	char digits[24];

	name(b, key);
	buf_put(b, digits,
	    (size_t)snprintf(digits, sizeof(digits), "%ju", (uintmax_t)n));
}

/* As audit.new_id() makes one, see lib/schema/trail.sql: 60 bits of time in
 * 1/4096 ms; but what is random there is a hash of the record here. */
static void
make_id(char text[static HEX_UUID], const struct told *t,
    const struct record *r, struct digest *d, const char *system)
{
	int64_t us = r->at + MOMENT_EPOCH * 1000000;
	uint64_t time = us < 0 ? 0 : (uint64_t)us * 512 / 125;
	uint8_t hash[DIGEST_LEN], id[16];
	char tail[48];
	int i;

	time = time >> 12 << 16 | 0x7000 | (time & 0xfff);
	for (i = 0; i < 8; i++)
		id[i] = (uint8_t)(time >> (56 - 8 * i));
	digest_begin(d);
	digest_add(d, "AI1", 4);
	digest_add(d, system, strlen(system) + 1);
	digest_add(d, r->session.p, r->session.len);
	i = snprintf(tail, sizeof(tail), "%c%ju%c%u", 0, (uintmax_t)r->line, 0,
	    t->n);
	digest_add(d, tail, (size_t)i);
	digest_end(d, hash);
	memcpy(id + 8, hash, 8);
	id[8] = (uint8_t)(0x80 | (id[8] & 0x3f));
	hex_write_uuid(text, id);
}

/* Its host; a socket has none. */
static struct text
addr_of(const struct record *r)
{
	return text_is(r->host, "[local]") ? told_text(NULL) : r->host;
}

void
told_put(struct buf *b, const struct told *t, const struct record *r,
    struct digest *d, const char *system)
{
	struct text none = { "", 0 };
	char id[HEX_UUID], at[MOMENT_LEN];

	make_id(id, t, r, d, system);
	moment_write(at, r->at);
	put(b, "{\"id\":\"");
	put(b, id);
	put(b, "\",\"at\":\"");
	put(b, at);
	put(b, "\",\"op\":\"");
	put(b, t->op);
	put(b, "\",\"schema\":");
	told_string(b, t->schema);
	put(b, ",\"table\":");
	told_string(b, t->table);
	put(b, ",\"key\":");
	if (t->keyed) {
		put(b, "{\"session\":");
		told_string(b, r->session);
		buf_byte(b, '}');
	} else
		put(b, "null");
	put(b, ",\"label\":null,\"actor\":");
	told_string(b, t->who.actor);
	put(b, ",\"role\":");
	told_string(b, r->user.p == NULL ? none : r->user);
	put(b, ",\"as_role\":null,\"session\":");
	told_string(b, t->who.session.p != NULL ? t->who.session : r->session);
	put(b, ",\"txid\":\"0\",\"app\":");
	told_string(b, t->app);
	put(b, ",\"addr\":");
	told_string(b, addr_of(r));
	put(b,
	    ",\"reason\":null,\"rules\":null,\"old\":null,"
	    "\"new\":{\"kind\":\"database\"");
	told_member(b, "backend", r->session);
	told_member(b, "database", r->database);
	buf_put(b, t->details, t->ndetails);
	put(b, "},\"redacted\":null}\n");
}
