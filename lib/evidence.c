/* evidence - an event as audit-seal's files have it, read */

#include "evidence.h"

#include <err.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "evidence-key.h"
#include "hex.h"
#include "mem.h"
#include "moment.h"
#include "parts.h"
#include "tool.h"

struct evidence {
	bool has[EVIDENCE_KEYS];
	char *texts[LEAF_TEXTS]; /* those that had escapes */
	struct buf rules;
	struct parts parts;
	struct buf erased;
	int64_t *parents;
	size_t size; /* of parents */
	char *wrong; /* what was found last */
};

struct evidence *
evidence_new(void)
{
	return xcalloc(1, sizeof(struct evidence));
}

static void
forget(struct evidence *e)
{
	size_t i;

	for (i = 0; i < LEAF_TEXTS; i++) {
		free(e->texts[i]);
		e->texts[i] = NULL;
	}
	buf_reset(&e->rules);
	buf_reset(&e->erased);
	memset(e->has, 0, sizeof(e->has));
}

void
evidence_free(struct evidence *e)
{
	if (e == NULL)
		return;
	forget(e);
	buf_free(&e->rules);
	buf_free(&e->erased);
	parts_free(&e->parts);
	free(e->parents);
	free(e->wrong);
	free(e);
}

/* A string of digits, as it is written above */
static bool
read_number(int64_t *n, struct json j)
{
	char text[24], again[24];

	if (json_kind(j) != '"' || j.len < 3 || j.len - 2 >= sizeof(text))
		return false;
	memcpy(text, j.p + 1, j.len - 2);
	text[j.len - 2] = '\0';
	*n = strtoll(text, NULL, 10);
	snprintf(again, sizeof(again), "%" PRId64, *n);
	return strcmp(text, again) == 0;
}

/* A string; what it says is its own text unless that has escapes. */
static bool
read_text(struct evidence *e, struct json j, int at, struct leaf_value *v)
{
	if (json_kind(j) != '"')
		return false;
	v->p = j.p + 1;
	v->len = j.len - 2;
	if (memchr(v->p, '\\', v->len) != NULL)
		v->p = e->texts[at] = json_text(j, &v->len);
	return true;
}

/* Names joined by commas, of which they have none */
static bool
read_rules(struct evidence *e, struct json j, struct leaf_value *v)
{
	struct json_iter i;
	struct json none, name;

	if (json_kind(j) != '[')
		return false;
	buf_put(&e->rules, "", 0);
	json_begin(&i, j);
	while (json_next(&i, &none, &name)) {
		if (json_kind(name) != '"' || name.len == 2 ||
		    memchr(name.p, '\\', name.len) != NULL ||
		    memchr(name.p, ',', name.len) != NULL)
			return false;
		if (e->rules.len > 0)
			buf_byte(&e->rules, ',');
		buf_put(&e->rules, name.p + 1, name.len - 2);
	}
	v->p = e->rules.len > 0 ? e->rules.p : "";
	v->len = e->rules.len;
	return true;
}

static bool
read_parents(struct evidence *e, struct json j, struct leaf_event *ev)
{
	struct json_iter i;
	struct json none, n;

	if (json_kind(j) != '[')
		return false;
	json_begin(&i, j);
	for (ev->nparents = 0; json_next(&i, &none, &n); ev->nparents++) {
		if (ev->nparents >= e->size) {
			e->size = e->size == 0 ? 8 : e->size * 2;
			e->parents = xreallocarray(e->parents, e->size,
			    sizeof(*e->parents));
		}
		if (!read_number(&e->parents[ev->nparents], n))
			return false;
	}
	if (e->parents == NULL)
		e->parents = xcalloc(e->size = 8, sizeof(*e->parents));
	ev->parents = e->parents;
	return true;
}

/* Names of what was erased */
static bool
read_redacted(struct json j, struct leaf_value *v)
{
	struct json_iter i;
	struct json none, name;

	if (json_kind(j) != '[')
		return false;
	json_begin(&i, j);
	while (json_next(&i, &none, &name))
		if (json_kind(name) != '"')
			return false;
	v->p = j.p;
	v->len = j.len;
	return true;
}

static bool
read_erased(struct evidence *e, struct json j, struct leaf_value *v)
{
	if (parts_read(&e->parts, j) != NULL)
		return false;
	buf_put(&e->erased, "", 0);
	parts_put(&e->erased, &e->parts);
	v->p = e->erased.len > 0 ? e->erased.p : "";
	v->len = e->erased.len;
	return true;
}

static bool
read_own(struct evidence *e, struct json j, int at, struct leaf_event *ev)
{
	bool string = json_kind(j) == '"';
	const char *p = j.p + string;
	size_t len = j.len - (string ? 2 : 0);

	switch (at) {
	case ID: return string && hex_read_uuid(ev->id, p, len);
	case AT: return string && moment_read(&ev->at, p, len);
	case SALT: return string && hex_read(ev->salt, 16, p, len);
	case TXID: return read_number(&ev->txid, j);
	case RULES: return read_rules(e, j, &ev->text[LEAF_RULES]);
	case RECORD: return ev->has_record = read_number(&ev->record, j);
	case RECORD_TO:
		return ev->has_record_to = read_number(&ev->record_to, j);
	case PARENTS: return read_parents(e, j, ev);
	case REDACTED: return read_redacted(j, &ev->redacted);
	case PARTS: return read_erased(e, j, &ev->erased);
	default: return false;
	}
}

/* Whether this key may be null */
static bool
may_be_null(const struct evidence_key *k)
{
	return k->form == OWN
	    ? k->at != ID && k->at != AT && k->at != TXID && k->at != PARTS
	    : k->form == VALUE || k->at != LEAF_OP;
}

static bool
read_key(struct evidence *e, const struct evidence_key *k, struct json j,
    struct leaf_event *ev)
{
	struct leaf_value *v;

	if (json_kind(j) == 'n')
		return may_be_null(k);
	if (k->form == OWN)
		return read_own(e, j, k->at, ev);
	if (k->form == TEXT)
		return read_text(e, j, k->at, &ev->text[k->at]);
	v = evidence_value(ev, k->field);
	v->p = j.p;
	v->len = j.len;
	return true;
}

static size_t
find_key(struct json name)
{
	size_t i;

	for (i = 0; i < EVIDENCE_KEYS; i++)
		if (strlen(evidence_keys[i].name) == name.len - 2 &&
		    memcmp(evidence_keys[i].name, name.p + 1, name.len - 2) ==
			0)
			break;
	return i;
}

static const char *wrong(struct evidence *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static const char *
wrong(struct evidence *e, const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) == -1)
		err(TOOL_FAILED, NULL);
	va_end(ap);
	free(e->wrong);
	e->wrong = text;
	return e->wrong;
}

/* Either it has its salt, or what is left where values were erased. */
static const char *
check_erased(const struct leaf_event *ev, bool salt)
{
	if (ev->erased.p != NULL)
		return salt ? "event: a salt that tells what was erased"
		    : !ev->redacted.p ? "event: \"parts\", and nothing erased"
				      : NULL;
	if (!salt)
		return "event: bad \"salt\"";
	return ev->redacted.p != NULL ? "event: bad \"redacted\"" : NULL;
}

/* The keys that have to be there */
static const char *
check_keys(struct evidence *e, bool parts)
{
	size_t i;

	for (i = 0; i < EVIDENCE_KEYS; i++) {
		if (evidence_is_parts(&evidence_keys[i])) {
			if (parts && e->has[i])
				return "event: parts of its own";
			continue;
		}
		if (parts && evidence_is_salt(&evidence_keys[i])) {
			if (e->has[i])
				return "event: a salt that tells what is "
				       "left out";
			continue;
		}
		if (parts && evidence_may_go(&evidence_keys[i])) {
			if (e->has[i] !=
			    evidence_has(e, evidence_keys[i].field))
				return wrong(e, "event: \"%s\" without its key",
				    evidence_keys[i].name);
			continue;
		}
		if (!e->has[i])
			return wrong(e, "event: no \"%s\"",
			    evidence_keys[i].name);
	}
	return NULL;
}

bool
evidence_has(const struct evidence *e, int field)
{
	size_t i;

	for (i = 0; i < EVIDENCE_KEYS; i++)
		if (evidence_keys[i].field == field)
			return e->has[i];
	return false;
}

const char *
evidence_read(struct evidence *e, struct json event, bool parts,
    struct leaf_event *ev)
{
	struct json_iter i;
	struct json name, value;
	const char *why;
	bool salt = false;
	size_t k;

	forget(e);
	memset(ev, 0, sizeof(*ev));
	if (json_kind(event) != '{')
		return "event: no object";
	json_begin(&i, event);
	while (json_next(&i, &name, &value)) {
		if ((k = find_key(name)) == EVIDENCE_KEYS)
			return "event: a key that it does not have";
		if (e->has[k])
			return wrong(e, "event: \"%s\" twice",
			    evidence_keys[k].name);
		e->has[k] = true;
		if (!read_key(e, &evidence_keys[k], value, ev))
			return wrong(e, "event: bad \"%s\"",
			    evidence_keys[k].name);
		salt = salt ||
		    (evidence_is_salt(&evidence_keys[k]) &&
			json_kind(value) != 'n');
	}
	if ((why = check_keys(e, parts)) != NULL)
		return why;
	return parts ? NULL : check_erased(ev, salt);
}
