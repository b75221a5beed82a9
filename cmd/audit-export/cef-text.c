/* cef-text - text and values as the Common Event Format escapes them */

#include "cef-text.h"

#include <stdlib.h>
#include <string.h>

#include "exact.h"
#include "mem.h"
#include "siem-op.h"

#define CUT_LEN 40 /* bytes of " [cut: N bytes]", with its end */

/* Bytes of a character that is no text on a line: a control character, or one
 * that ends a line for some readers; 0: it is none. *c is which. */
static size_t
unfit(const char *s, size_t left, unsigned int *c)
{
	const unsigned char *p = (const unsigned char *)s;

	*c = *p;
	if (*p < 0x20 || *p == 0x7f)
		return 1;
	if (left > 1 && p[0] == 0xc2 && p[1] < 0xa0) {
		*c = p[1];
		return 2;
	}
	if (left > 2 && p[0] == 0xe2 && p[1] == 0x80 &&
	    (p[2] == 0xa8 || p[2] == 0xa9)) {
		*c = 0x2000 + (p[2] & 0x3fU);
		return 3;
	}
	return 0;
}

static bool
is_fit(const char *s, size_t len, enum cef_where where)
{
	unsigned int c;
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] >= 0x20 && s[i] < 0x7f)
			continue;
		if (unfit(s + i, len - i, &c) > 0 &&
		    (where != CEF_VALUE || (c != '\n' && c != '\r')))
			return false;
	}
	return true;
}

/* A copy, of no more bytes than could be wanted, with what is unfit as JSON
 * would have it: \u0007; free() it */
static char *
make_fit(const char *s, size_t *len, enum cef_where where)
{
	char *made = xmalloc(6 * *len + 1), *out = made;
	unsigned int c;
	size_t i, n;

	for (i = 0; i < *len; i += n) {
		n = unfit(s + i, *len - i, &c);
		if (n == 0 ||
		    (where == CEF_VALUE && (c == '\n' || c == '\r'))) {
			*out++ = s[i];
			n = 1;
		} else if (where == CEF_WRITTEN && c < ' ')
			*out++ = ' ';
		else
			out += snprintf(out, 7, "\\u%04x", c);
	}
	*len = (size_t)(out - made);
	return made;
}

/* What follows the backslash, 0 where a character needs none */
static char
escape(char c, enum cef_where where)
{
	switch (c) {
	case '\\': return c;
	case '|': return where == CEF_HEAD ? c : 0;
	case '=': return where == CEF_HEAD ? 0 : c;
	case '\n': return 'n';
	case '\r': return 'r';
	default: return 0;
	}
}

static void
put_escaped(struct put *o, const char *s, size_t len, enum cef_where where)
{
	size_t i, done = 0;
	char pair[2] = "\\";

	for (i = 0; i < len; i++) {
		if ((pair[1] = escape(s[i], where)) == 0)
			continue;
		put_bytes(o, s + done, i - done);
		put_bytes(o, pair, 2);
		done = i + 1;
	}
	put_bytes(o, s + done, len - done);
}

void
cef_cut(struct put *o, const char *s, size_t len, size_t total, size_t most,
    enum cef_where where)
{
	char mark[CUT_LEN] = "", *made = NULL;

	if (len > 2 * most)
		len = 2 * most;
	if (!is_fit(s, len, where))
		s = made = make_fit(s, &len, where);
	if (len > most) {
		len = most -
		    (size_t)snprintf(mark, sizeof(mark), " [cut: %zu bytes]",
			total);
		while (len > 0 && ((unsigned char)s[len] & 0xc0) == 0x80)
			len--;
	}
	put_escaped(o, s, len, where);
	put_text(o, mark);
	free(made);
}

void
cef_extension(struct put *o, const char *key, const char *s, size_t len,
    size_t most)
{
	put_bytes(o, " ", 1);
	put_text(o, key);
	put_bytes(o, "=", 1);
	cef_cut(o, s, len, len, most, CEF_VALUE);
}

const char *
cef_said(struct json j, size_t *len, char **made)
{
	*made = NULL;
	if (memchr(j.p, '\\', j.len) != NULL)
		return *made = json_text(j, len);
	*len = j.len - 2;
	return j.p + 1;
}

void
cef_string(struct put *o, const char *key, struct json j, size_t most)
{
	const char *text;
	char *made;
	size_t len;

	if (json_kind(j) != '"' || j.len == 2)
		return;
	text = cef_said(j, &len, &made);
	cef_extension(o, key, text, len, most);
	free(made);
}

void
cef_written(struct put *o, const char *key, struct json j, size_t most,
    bool exact)
{
	size_t len, head = j.len < 2 * most ? j.len : 2 * most;
	char *text;
	FILE *fp;

	if (json_kind(j) == 'n')
		return;
	put_bytes(o, " ", 1);
	put_text(o, key);
	put_bytes(o, "=", 1);
	if (!exact) {
		cef_cut(o, j.p, j.len, j.len, most, CEF_WRITTEN);
		return;
	}
	fp = xmemstream(&text, &len);
	exact_write(fp, j.p, head);
	xclose(fp);
	cef_cut(o, text, len, j.len, most, CEF_WRITTEN);
	free(text);
}

void
cef_table(struct put *o, const struct event *e)
{
	struct json schema = e->v[E_SCHEMA], table = e->v[E_TABLE];
	char *made[2] = { NULL, NULL }, *name;
	const char *text[2] = { "", "" };
	size_t len[2] = { 0, 0 };

	if (json_kind(table) != '"')
		return;
	if (json_kind(schema) == '"')
		text[0] = cef_said(schema, &len[0], &made[0]);
	text[1] = cef_said(table, &len[1], &made[1]);
	name = xmalloc(len[0] + len[1] + 2);
	memcpy(name, text[0], len[0]);
	if (len[0] > 0)
		name[len[0]++] = '.';
	memcpy(name + len[0], text[1], len[1]);
	put_text(o, " cs1Label=table");
	cef_extension(o, "cs1", name, len[0] + len[1], 4000);
	free(name);
	free(made[0]);
	free(made[1]);
}

void
cef_address(struct put *o, const struct event *e)
{
	switch (siem_addr(e)) {
	case ADDR_NONE: break;
	case ADDR_V4: cef_string(o, "src", e->v[E_ADDR], 16); break;
	case ADDR_V6:
		put_text(o, " c6a2Label=Source IPv6 Address");
		cef_string(o, "c6a2", e->v[E_ADDR], 64);
		break;
	case ADDR_NAME: cef_string(o, "shost", e->v[E_ADDR], 1023);
	}
}
