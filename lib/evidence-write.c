/* evidence-write - an event as audit-seal's files have it, written */

#include "evidence.h"

#include <inttypes.h>
#include <string.h>

#include "evidence-key.h"
#include "hex.h"
#include "line.h"
#include "moment.h"
#include "parts.h"

const struct evidence_key evidence_keys[EVIDENCE_KEYS] = {
	{ "id", OWN, ID, 0 },
	{ "at", OWN, AT, 0 },
	{ "op", TEXT, LEAF_OP, 0 },
	{ "schema", TEXT, LEAF_SCHEMA, 0 },
	{ "table", TEXT, LEAF_TABLE, 0 },
	{ "key", VALUE, 0, EVIDENCE_KEY },
	{ "label", TEXT, LEAF_LABEL, EVIDENCE_LABEL },
	{ "actor", TEXT, LEAF_ACTOR, EVIDENCE_ACTOR },
	{ "role", TEXT, LEAF_ROLE, 0 },
	{ "as_role", TEXT, LEAF_AS_ROLE, 0 },
	{ "session", TEXT, LEAF_SESSION, EVIDENCE_SESSION },
	{ "txid", OWN, TXID, 0 },
	{ "app", TEXT, LEAF_APP, EVIDENCE_APP },
	{ "addr", TEXT, LEAF_ADDR, EVIDENCE_ADDR },
	{ "reason", TEXT, LEAF_REASON, EVIDENCE_REASON },
	{ "rules", OWN, RULES, 0 },
	{ "old", VALUE, 0, EVIDENCE_OLD },
	{ "new", VALUE, 0, EVIDENCE_NEW },
	{ "redacted", OWN, REDACTED, 0 },
	{ "salt", OWN, SALT, 0 },
	{ "record", OWN, RECORD, EVIDENCE_KEY },
	{ "record_to", OWN, RECORD_TO, EVIDENCE_KEY },
	{ "parents", OWN, PARENTS, EVIDENCE_KEY },
	{ "parts", OWN, PARTS, 0 },
};

int
evidence_field(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < EVIDENCE_KEYS; i++)
		if (evidence_keys[i].form != OWN &&
		    strlen(evidence_keys[i].name) == len &&
		    memcmp(evidence_keys[i].name, name, len) == 0)
			return evidence_keys[i].field;
	return 0;
}

const char *
evidence_name(int field)
{
	size_t i;

	for (i = 0; i < EVIDENCE_KEYS; i++)
		if (evidence_keys[i].field == field)
			return evidence_keys[i].name;
	return "?";
}

struct leaf_value *
evidence_value(struct leaf_event *ev, int field)
{
	return field == EVIDENCE_KEY ? &ev->key
	    : field == EVIDENCE_OLD  ? &ev->old
				     : &ev->new;
}

bool
evidence_is_salt(const struct evidence_key *k)
{
	return k->form == OWN && k->at == SALT;
}

bool
evidence_is_parts(const struct evidence_key *k)
{
	return k->form == OWN && k->at == PARTS;
}

/* Of old and new there is at least {}. */
bool
evidence_may_go(const struct evidence_key *k)
{
	return k->field != 0 && k->field < EVIDENCE_OLD;
}

static void
put_rules(FILE *fp, struct leaf_value rules)
{
	const char *p = rules.p, *end = rules.p + rules.len, *comma;

	putc('[', fp);
	while (p < end) {
		comma = memchr(p, ',', (size_t)(end - p));
		if (comma == NULL)
			comma = end;
		line_put_string(fp, p, (size_t)(comma - p));
		p = comma;
		if (p < end) {
			putc(',', fp);
			p++;
		}
	}
	putc(']', fp);
}

static void
put_numbers(FILE *fp, const int64_t *n, size_t count)
{
	size_t i;

	putc('[', fp);
	for (i = 0; i < count; i++)
		fprintf(fp, "%s\"%" PRId64 "\"", i > 0 ? "," : "", n[i]);
	putc(']', fp);
}

static void
put_erased(FILE *fp, const struct leaf_event *ev)
{
	struct parts parts = { .v = NULL };

	/* what is none must not become one */
	if (parts_get(&parts, ev->erased.p, ev->erased.len))
		parts_write(fp, &parts);
	else
		fputs("null", fp);
	parts_free(&parts);
}

static void
put_own(FILE *fp, const struct leaf_event *ev, int at)
{
	const struct leaf_value *rules = &ev->text[LEAF_RULES];
	char text[MOMENT_LEN];

	switch (at) {
	case ID:
		hex_write_uuid(text, ev->id);
		fprintf(fp, "\"%s\"", text);
		return;
	case AT:
		moment_write(text, ev->at);
		fprintf(fp, "\"%s\"", text);
		return;
	case SALT:
		if (ev->erased.p != NULL)
			break;
		hex_write(text, ev->salt, sizeof(ev->salt));
		fprintf(fp, "\"%s\"", text);
		return;
	case TXID: fprintf(fp, "\"%" PRId64 "\"", ev->txid); return;
	case RULES:
		if (rules->p != NULL) {
			put_rules(fp, *rules);
			return;
		}
		break;
	case RECORD:
		if (ev->has_record) {
			fprintf(fp, "\"%" PRId64 "\"", ev->record);
			return;
		}
		break;
	case RECORD_TO:
		if (ev->has_record_to) {
			fprintf(fp, "\"%" PRId64 "\"", ev->record_to);
			return;
		}
		break;
	case PARENTS:
		if (ev->parents != NULL) {
			put_numbers(fp, ev->parents, ev->nparents);
			return;
		}
		break;
	case REDACTED:
		if (ev->redacted.p != NULL) {
			fwrite(ev->redacted.p, 1, ev->redacted.len, fp);
			return;
		}
		break;
	case PARTS: put_erased(fp, ev); return;
	default: break;
	}
	fputs("null", fp);
}

/* What of old or new is not left out. What is no object is one value. */
static void
put_members(FILE *fp, struct leaf_value v, int field, evidence_hides *hides,
    void *arg)
{
	struct json_iter i;
	struct json all = { NULL, 0 }, name = { NULL, 0 }, value;
	const char *between = "";
	size_t where;

	json_parse(&all, v.p, v.len, &where);
	if (json_kind(all) != '{' && !hides(field, name, arg)) {
		fwrite(v.p, 1, v.len, fp);
		return;
	}
	putc('{', fp);
	json_begin(&i, json_kind(all) == '{' ? all : name);
	while (json_next(&i, &name, &value)) {
		if (hides(field, name, arg))
			continue;
		fputs(between, fp);
		fwrite(name.p, 1, name.len, fp);
		fputs(": ", fp);
		fwrite(value.p, 1, value.len, fp);
		between = ", ";
	}
	putc('}', fp);
}

static void
put_value(FILE *fp, const struct leaf_event *ev, const struct evidence_key *k,
    bool erased, evidence_hides *hides, void *arg)
{
	const struct leaf_value *v;
	struct leaf_event copy = *ev;

	if (k->form == OWN) {
		/* a proof says by its parts what is left out */
		if (hides != NULL && k->at == REDACTED)
			fputs("null", fp);
		else
			put_own(fp, ev, k->at);
		return;
	}
	v = k->form == TEXT ? &ev->text[k->at]
			    : evidence_value(&copy, k->field);
	if (v->p == NULL)
		fputs(hides != NULL && erased ? "{}" : "null", fp);
	else if (k->form == TEXT)
		line_put_string(fp, v->p, v->len);
	else if (hides != NULL && k->field >= EVIDENCE_OLD)
		put_members(fp, *v, k->field, hides, arg);
	else
		fwrite(v->p, 1, v->len, fp);
}

/* Whether there is something of a field that could be left out: of the key it
 * is all that goes with it. */
static bool
has_field(const struct leaf_event *ev, const struct evidence_key *k)
{
	if (k->field != EVIDENCE_KEY)
		return ev->text[k->at].p != NULL;
	return ev->key.p != NULL || ev->has_record || ev->has_record_to ||
	    ev->parents != NULL;
}

/* Which fields were erased, in whole or in part: a bit each */
static uint32_t
erased_fields(const struct leaf_event *ev)
{
	struct parts parts = { .v = NULL };
	uint32_t fields = 0;

	if (ev->erased.p == NULL)
		return 0;
	if (parts_get(&parts, ev->erased.p, ev->erased.len))
		fields = parts_hidden(&parts);
	parts_free(&parts);
	return fields;
}

/* Whether a key is not written: a proof does without the salt and what it
 * hides, and has its parts itself. */
static bool
is_left_out(const struct leaf_event *ev, const struct evidence_key *k,
    bool erased, evidence_hides *hides, void *arg)
{
	static const struct json none = { NULL, 0 };

	if (evidence_is_parts(k))
		return hides != NULL || ev->erased.p == NULL;
	if (hides == NULL)
		return false;
	return evidence_is_salt(k) ||
	    (evidence_may_go(k) &&
		(erased || (has_field(ev, k) && hides(k->field, none, arg))));
}

void
evidence_write(FILE *fp, const struct leaf_event *ev, evidence_hides *hides,
    void *arg)
{
	const uint32_t fields = hides != NULL ? erased_fields(ev) : 0;
	const struct evidence_key *k = evidence_keys;
	const char *between = "";
	bool erased;

	putc('{', fp);
	for (; k < evidence_keys + EVIDENCE_KEYS; k++) {
		erased = (fields & UINT32_C(1) << k->field) != 0;
		if (is_left_out(ev, k, erased, hides, arg))
			continue;
		fprintf(fp, "%s\"%s\":", between, k->name);
		put_value(fp, ev, k, erased, hides, arg);
		between = ",";
	}
	putc('}', fp);
}
