/* cef - an event in the Common Event Format, version 0
 *
 * Its keys and how long their values may be are those of the extension
 * dictionary. A value that is longer is cut and says so, with its length. */

#include <stdlib.h>
#include <string.h>

#include "exact.h"
#include "mem.h"
#include "siem-op.h"
#include "siem-put.h"
#include "siem.h"

#define CUT_LEN 40 /* bytes of " [cut: N bytes]", with its end */

/* as CEF counts them */
static const char *const severities[] = {
	[SIEM_UNKNOWN] = "Unknown",
	[SIEM_INFORMATIONAL] = "1",
	[SIEM_LOW] = "3",
	[SIEM_MEDIUM] = "5",
	[SIEM_HIGH] = "8",
	[SIEM_CRITICAL] = "10",
};

static const char *const outcomes[] = {
	[SIEM_NONE] = NULL,
	[SIEM_SUCCESS] = "success",
	[SIEM_FAILURE] = "failure",
};

/* what an event belongs to */
static const char *
category(enum siem_op op)
{
	return op == OP_OTHER				? NULL
	    : op <= OP_DENIED				? "/Data"
	    : op >= OP_LOGIN && op <= OP_SESSION_POLICY ? "/Session"
							: "/Trail";
}

/* Text that goes out */

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

/* Where a text goes: newlines have an escape in a value only; in what is JSON
 * itself control characters are blanks. */
enum where { HEAD, VALUE, WRITTEN };

static bool
is_fit(const char *s, size_t len, enum where where)
{
	unsigned int c;
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] >= 0x20 && s[i] < 0x7f)
			continue;
		if (unfit(s + i, len - i, &c) > 0 &&
		    (where != VALUE || (c != '\n' && c != '\r')))
			return false;
	}
	return true;
}

/* A copy, of no more bytes than could be wanted, with what is unfit as JSON
 * would have it: \u0007; free() it */
static char *
make_fit(const char *s, size_t *len, enum where where)
{
	char *made = xmalloc(6 * *len + 1), *out = made;
	unsigned int c;
	size_t i, n;

	for (i = 0; i < *len; i += n) {
		n = unfit(s + i, *len - i, &c);
		if (n == 0 || (where == VALUE && (c == '\n' || c == '\r'))) {
			*out++ = s[i];
			n = 1;
		} else if (where == WRITTEN && c < ' ')
			*out++ = ' ';
		else
			out += snprintf(out, 7, "\\u%04x", c);
	}
	*len = (size_t)(out - made);
	return made;
}

/* What follows the backslash, 0 where a character needs none */
static char
escape(char c, enum where where)
{
	switch (c) {
	case '\\': return c;
	case '|': return where == HEAD ? c : 0;
	case '=': return where == HEAD ? 0 : c;
	case '\n': return 'n';
	case '\r': return 'r';
	default: return 0;
	}
}

static void
put_escaped(struct put *o, const char *s, size_t len, enum where where)
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

/* No more than so many bytes, of whole characters: what is cut says so, with
 * the length that it had. More of a text of total bytes need not be there. */
static void
put_cut(struct put *o, const char *s, size_t len, size_t total, size_t most,
    enum where where)
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

/* An extension:  key=value */
static void
put_extension(struct put *o, const char *key, const char *s, size_t len,
    size_t most)
{
	put_bytes(o, " ", 1);
	put_text(o, key);
	put_bytes(o, "=", 1);
	put_cut(o, s, len, len, most, VALUE);
}

/* What a string says: text where it lies, or made anew in *made */
static const char *
said(struct json j, size_t *len, char **made)
{
	*made = NULL;
	if (memchr(j.p, '\\', j.len) != NULL)
		return *made = json_text(j, len);
	*len = j.len - 2;
	return j.p + 1;
}

static void
put_string(struct put *o, const char *key, struct json j, size_t most)
{
	const char *text;
	char *made;
	size_t len;

	if (json_kind(j) != '"' || j.len == 2)
		return;
	text = said(j, &len, &made);
	put_extension(o, key, text, len, most);
	free(made);
}

/* A value as JSON. Of a long one only what can be seen is made exact: that has
 * no fewer bytes than before. */
static void
put_written(struct put *o, const char *key, struct json j, size_t most,
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
		put_cut(o, j.p, j.len, j.len, most, WRITTEN);
		return;
	}
	fp = xmemstream(&text, &len);
	exact_write(fp, j.p, head);
	xclose(fp);
	put_cut(o, text, len, j.len, most, WRITTEN);
	free(text);
}

/* The parts of an event */

static void
put_header(struct put *o, const struct event *e, enum siem_op op)
{
	const char *text;
	char *made;
	size_t len;

	put_text(o, "CEF:0|audit-utils|audit-export|" AUDIT_VERSION "|");
	if (json_kind(e->v[E_OP]) == '"') {
		text = said(e->v[E_OP], &len, &made);
		put_cut(o, text, len, len, 1023, HEAD);
		free(made);
	}
	put_text(o, "|");
	put_text(o, siem_name(op));
	put_text(o, "|");
	put_text(o, severities[siem_severity(op)]);
	put_text(o, "|");
}

static void
put_table(struct put *o, const struct event *e)
{
	struct json schema = e->v[E_SCHEMA], table = e->v[E_TABLE];
	char *made[2] = { NULL, NULL }, *name;
	const char *text[2] = { "", "" };
	size_t len[2] = { 0, 0 };

	if (json_kind(table) != '"')
		return;
	if (json_kind(schema) == '"')
		text[0] = said(schema, &len[0], &made[0]);
	text[1] = said(table, &len[1], &made[1]);
	name = xmalloc(len[0] + len[1] + 2);
	memcpy(name, text[0], len[0]);
	if (len[0] > 0)
		name[len[0]++] = '.';
	memcpy(name + len[0], text[1], len[1]);
	put_text(o, " cs1Label=table");
	put_extension(o, "cs1", name, len[0] + len[1], 4000);
	free(name);
	free(made[0]);
	free(made[1]);
}

static void
put_address(struct put *o, const struct event *e)
{
	switch (siem_addr(e)) {
	case ADDR_NONE: break;
	case ADDR_V4: put_string(o, "src", e->v[E_ADDR], 16); break;
	case ADDR_V6:
		put_text(o, " c6a2Label=Source IPv6 Address");
		put_string(o, "c6a2", e->v[E_ADDR], 64);
		break;
	case ADDR_NAME: put_string(o, "shost", e->v[E_ADDR], 1023);
	}
}

/* A transaction's number is 64 bits wide; CEF's numbers are, with a sign. */
static void
put_txid(struct put *o, struct json txid)
{
	size_t i;

	if (json_kind(txid) != '"' || txid.len == 2 || txid.len - 2 > 18)
		return;
	for (i = 1; i < txid.len - 1; i++)
		if (txid.p[i] < '0' || txid.p[i] > '9')
			return;
	put_text(o, " cn1Label=txid cn1=");
	put_bytes(o, txid.p + 1, txid.len - 2);
}

/* Those that need a label */
static const struct {
	enum event_key k;
	const char *label, *key;
	size_t most;
} labelled[] = {
	{ E_KEY, " cs2Label=key", "cs2", 4000 },
	{ E_OLD, " cs3Label=old", "cs3", 4000 },
	{ E_NEW, " cs4Label=new", "cs4", 4000 },
	{ E_ROLE, " cs5Label=role", "cs5", 4000 },
	{ E_SESSION, " cs6Label=session", "cs6", 4000 },
	{ E_RULES, " flexString1Label=rules", "flexString1", 1023 },
	{ E_REDACTED, " flexString2Label=redacted", "flexString2", 1023 },
};

static void
put_labelled(struct put *o, const struct event *e, bool exact)
{
	struct json j;
	size_t i;

	for (i = 0; i < sizeof(labelled) / sizeof(*labelled); i++) {
		j = e->v[labelled[i].k];
		if (json_kind(j) == 'n' || (json_kind(j) == '"' && j.len == 2))
			continue;
		put_text(o, labelled[i].label);
		if (json_kind(j) == '"')
			put_string(o, labelled[i].key, j, labelled[i].most);
		else
			put_written(o, labelled[i].key, j, labelled[i].most,
			    exact && json_kind(j) == '{');
	}
}

void
cef_write(FILE *fp, const struct event *e, int64_t at, bool exact)
{
	enum siem_op op = siem_op(e);
	const char *outcome = outcomes[siem_outcome(op)];
	struct put o;

	put_begin(&o, fp);
	put_header(&o, e, op);
	put_text(&o, "rt=");
	put_number(&o, siem_ms(at));
	put_string(&o, "externalId", e->v[E_ID], 40);
	put_string(&o, "act", e->v[E_OP], 63);
	if (category(op) != NULL) {
		put_text(&o, " cat=");
		put_text(&o, category(op));
	}
	if (outcome != NULL) {
		put_text(&o, " outcome=");
		put_text(&o, outcome);
	}
	put_string(&o, "suser", siem_user(e), 1023);
	put_string(&o, "spriv", e->v[E_AS_ROLE], 1023);
	put_string(&o, "duser", siem_target(e, op), 1023);
	put_address(&o, e);
	put_string(&o, "sproc", e->v[E_APP], 1023);
	if (op >= OP_LOGIN && op <= OP_LOGIN_FAILED)
		put_string(&o, "requestClientApplication",
		    siem_string(e, E_NEW, "\"user_agent\""), 1023);
	put_string(&o, "reason", siem_reason(e, op), 1023);
	put_string(&o, "msg", e->v[E_LABEL], 1023);
	put_table(&o, e);
	put_txid(&o, e->v[E_TXID]);
	put_labelled(&o, e, exact);
	put_text(&o, "\n");
	put_end(&o);
}
