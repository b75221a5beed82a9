/* cef - an event in the Common Event Format, version 0
 *
 * Its keys and how long their values may be are those of the extension
 * dictionary. A value that is longer is cut and says so, with its length. */

#include <stdlib.h>
#include <string.h>

#include "cef-text.h"
#include "mem.h"
#include "siem-op.h"
#include "siem-put.h"
#include "siem.h"

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

/* The parts of an event */

static void
put_header(struct put *o, const struct event *e, enum siem_op op)
{
	const char *text;
	char *made;
	size_t len;

	put_text(o, "CEF:0|audit-utils|audit-export|" AUDIT_VERSION "|");
	if (json_kind(e->v[E_OP]) == '"') {
		text = cef_said(e->v[E_OP], &len, &made);
		cef_cut(o, text, len, len, 1023, CEF_HEAD);
		free(made);
	}
	put_text(o, "|");
	put_text(o, siem_name(op));
	put_text(o, "|");
	put_text(o, severities[siem_severity(op)]);
	put_text(o, "|");
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
			cef_string(o, labelled[i].key, j, labelled[i].most);
		else
			cef_written(o, labelled[i].key, j, labelled[i].most,
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
	cef_string(&o, "externalId", e->v[E_ID], 40);
	cef_string(&o, "deviceExternalId", e->v[E_TRAIL], 255);
	cef_string(&o, "act", e->v[E_OP], 63);
	if (category(op) != NULL) {
		put_text(&o, " cat=");
		put_text(&o, category(op));
	}
	if (outcome != NULL) {
		put_text(&o, " outcome=");
		put_text(&o, outcome);
	}
	cef_string(&o, "suser", siem_user(e), 1023);
	cef_string(&o, "spriv", e->v[E_AS_ROLE], 1023);
	cef_string(&o, "duser", siem_target(e, op), 1023);
	cef_address(&o, e);
	cef_string(&o, "sproc", e->v[E_APP], 1023);
	if (op >= OP_LOGIN && op <= OP_LOGIN_FAILED)
		cef_string(&o, "requestClientApplication",
		    siem_string(e, E_NEW, "\"user_agent\""), 1023);
	cef_string(&o, "reason", siem_reason(e, op), 1023);
	cef_string(&o, "msg", e->v[E_LABEL], 1023);
	cef_table(&o, e);
	put_txid(&o, e->v[E_TXID]);
	put_labelled(&o, e, exact);
	put_text(&o, "\n");
	put_end(&o);
}
