/* who - who acts, and which rules ask for what he does */

#include "native.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"

const char *
who_setting(const char *name)
{
	const char *value = GetConfigOption(name, true, false);

	return value != NULL && *value != '\0' ? value : NULL;
}

const char *
who_said(const char *name)
{
	const char *value = who_setting(name);

	if (value != NULL)
		pg_verifymbstr(value, (int)strlen(value), false);
	return value;
}

const char *
who_taken_role(void)
{
	return OidIsValid(GetCurrentRoleId()) ? who_setting("role") : NULL;
}

/* The role that counts: what SET ROLE said, else who logged in */
static const char *
acting_role(void)
{
	const char *role = who_taken_role();

	if (role != NULL)
		return role;
	return GetUserNameFromId(GetSessionUserId(), false);
}

static void
not_as_made(void)
{
	ereport(ERROR, errcode(ERRCODE_DATATYPE_MISMATCH),
	    errmsg(
		"what the audit trail's function \"capture_who\" says is not "
		"as it was made"),
	    errhint("audit-rule check tells what is missing."));
}

static char *
take_text(HeapTupleHeader row, const char *field)
{
	bool null;
	Datum value;

	if (!row_field(row, field, TEXTOID, &value, &null))
		not_as_made();
	return null ? NULL : TextDatumGetCString(value);
}

static void
take_groups(struct who *w, HeapTupleHeader row)
{
	bool null, *nulls;
	Datum value, *values;
	int i, n;

	if (!row_field(row, "groups", TEXTARRAYOID, &value, &null))
		not_as_made();
	w->groups.n = 0;
	if (null)
		return;
	deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false,
	    TYPALIGN_INT, &values, &nulls, &n);
	w->groups.name = palloc(sizeof(char *) * Max(n, 1));
	for (i = 0; i < n; i++)
		if (!nulls[i])
			w->groups.name[w->groups.n++] =
			    TextDatumGetCString(values[i]);
}

/* A session that has ended meanwhile is refused at the next statement. */
void
who_find(struct who *w, const struct trail *trail, MemoryContext memory)
{
	const char *ticket = who_setting("audit.ticket");
	LOCAL_FCINFO(call, 0);
	FmgrInfo function;
	MemoryContext before;
	HeapTupleHeader row;
	Datum said;

	if (ticket == NULL ||
	    (w->ticket != NULL && strcmp(w->ticket, ticket) == 0)) {
		if (ticket == NULL)
			memset(w, 0, sizeof(*w));
		return;
	}
	memset(w, 0, sizeof(*w));
	fmgr_info(trail->who, &function);
	InitFunctionCallInfoData(*call, &function, 0, InvalidOid, NULL, NULL);
	said = FunctionCallInvoke(call);
	before = MemoryContextSwitchTo(memory);
	if (!call->isnull) {
		row = DatumGetHeapTupleHeader(said);
		w->session = take_text(row, "session");
		w->actor = take_text(row, "actor");
		take_groups(w, row);
	}
	w->ticket = pstrdup(ticket);
	MemoryContextSwitchTo(before);
}

static bool
is_in(const struct names *names, const char *name, size_t len)
{
	int i;

	for (i = 0; i < names->n; i++)
		if (strlen(names->name[i]) == len &&
		    memcmp(names->name[i], name, len) == 0)
			return true;
	return false;
}

/* The groups that the application named: audit.groups, with commas between
 * them, and spaces about these. */
static bool
setting_in(const struct names *groups)
{
	const char *s = GetConfigOption("audit.groups", true, false);
	const char *end, *comma;

	if (s == NULL)
		return false;
	s += strspn(s, " ");
	for (;;) {
		comma = strchrnul(s, ',');
		for (end = comma; end > s && end[-1] == ' '; end--)
			;
		if (is_in(groups, s, (size_t)(end - s)))
			return true;
		if (*comma == '\0')
			return false;
		s = comma + 1 + strspn(comma + 1, " ");
	}
}

static Oid
role_named(const char *name)
{
	char short_name[NAMEDATALEN];
	int len = pg_mbcliplen(name, (int)strlen(name), NAMEDATALEN - 1);

	memcpy(short_name, name, (size_t)len);
	short_name[len] = '\0';
	return get_role_oid(short_name, true);
}

/* audit.in_group() */
static bool
in_group(const struct names *groups, const struct who *w)
{
	const char *name = acting_role();
	Oid role = get_role_oid(name, true), group;
	int i;

	for (i = 0; i < w->groups.n; i++)
		if (is_in(groups, w->groups.name[i], strlen(w->groups.name[i])))
			return true;
	if (setting_in(groups) || (OidIsValid(role) && superuser_arg(role)))
		return true;
	for (i = 0; i < groups->n; i++) {
		if (strcmp(groups->name[i], name) == 0)
			return true;
		group = role_named(groups->name[i]);
		if (OidIsValid(group) && OidIsValid(role) &&
		    is_member_of_role(role, group))
			return true;
	}
	return false;
}

/* Whether all that has changed is to be ignored */
static bool
ignored(const struct plan *p, const struct rule *r, const bool *changed)
{
	int i;

	if (changed == NULL || r->ignore == NULL)
		return false;
	for (i = 0; i < p->ncolumns; i++)
		if (changed[i] && !r->ignore[i])
			return false;
	return true;
}

/* audit.asked() */
Datum
rule_asked(const struct plan *p, const struct change *c, const bool *changed,
    const char *actor, const struct who *w)
{
	const char *name = actor != NULL ? actor : acting_role();
	StringInfoData names;
	bool any = false;
	int i;

	initStringInfo(&names);
	for (i = 0; i < p->nrules; i++) {
		const struct rule *r = &p->rules[i];

		if (!r->ops[c->op] || ignored(p, r, changed) ||
		    (r->actors != NULL &&
			!is_in(r->actors, name, strlen(name))) ||
		    (r->except_actors != NULL &&
			is_in(r->except_actors, name, strlen(name))) ||
		    (r->groups != NULL && !in_group(r->groups, w)) ||
		    (r->when != NULL && !when_met(r->when, p, c)))
			continue;
		if (any)
			appendStringInfoChar(&names, ',');
		appendStringInfoString(&names, r->name);
		any = true;
	}
	return any
	    ? PointerGetDatum(cstring_to_text_with_len(names.data, names.len))
	    : 0;
}
