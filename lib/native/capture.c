/* capture - the trigger: what has changed, and which way it is recorded */

#include "native.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(audit_capture);
PG_FUNCTION_INFO_V1(audit_native_version);

/* What is the same for all rows of a statement. The server keeps the function's
 * lookup information as long as the statement runs. */
struct statement {
	struct plan *plan;
	uint64 serial;
	CommandId command; /* of the snapshot */
	struct who who;
	FmgrInfo change; /* audit.capture_change() */
};

static const char *const op_names[NOPS] = { "insert", "update", "delete" };

Datum
audit_native_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(AUDIT_VERSION));
}

/* The identity in the trigger's argument */
static int
identity(const Trigger *trigger)
{
	char *end = NULL;
	long rel = 0;

	if (trigger->tgnargs == 1)
		rel = strtol(trigger->tgargs[0], &end, 10);
	if (end == NULL || *end != '\0' || rel < 1 || rel > PG_INT32_MAX)
		ereport(ERROR,
		    errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
		    errmsg("trigger \"%s\" does not say for which table of the "
			   "trail it is",
			trigger->tgname));
	return (int)rel;
}

static void
must_be_trigger(FunctionCallInfo fcinfo)
{
	const TriggerData *data = (const TriggerData *)fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) ||
	    !TRIGGER_FIRED_AFTER(data->tg_event) ||
	    !TRIGGER_FIRED_FOR_ROW(data->tg_event))
		ereport(ERROR,
		    errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
		    errmsg("audit.capture() is for triggers after each row"));
}

static void
take_row(Relation table, HeapTuple row, Datum **values, bool **nulls)
{
	int natts = RelationGetDescr(table)->natts;

	*values = palloc(sizeof(Datum) * Max(natts, 1));
	*nulls = palloc(sizeof(bool) * Max(natts, 1));
	heap_deform_tuple(row, RelationGetDescr(table), *values, *nulls);
}

/* Looks which values differ. An update of nothing leaves no event. */
static bool
differs(struct change *c)
{
	TupleDesc desc = RelationGetDescr(c->table);
	bool any = false;
	int i;

	if (c->olds == NULL || c->news == NULL)
		return true;
	c->changed = palloc0(sizeof(bool) * Max(desc->natts, 1));
	for (i = 0; i < desc->natts; i++) {
		Form_pg_attribute a = TupleDescAttr(desc, i);

		if (a->attisdropped)
			continue;
		c->changed[i] = c->old_nulls[i] != c->new_nulls[i] ||
		    (!c->old_nulls[i] &&
			!value_same(c->olds[i], c->news[i], a->attbyval,
			    a->attlen));
		any = any || c->changed[i];
	}
	return any;
}

static void
take_change(struct change *c, const TriggerData *data)
{
	c->table = data->tg_relation;
	if (TRIGGER_FIRED_BY_INSERT(data->tg_event)) {
		c->op = OP_INSERT;
		c->new = data->tg_trigtuple;
	} else if (TRIGGER_FIRED_BY_DELETE(data->tg_event)) {
		c->op = OP_DELETE;
		c->old = data->tg_trigtuple;
	} else {
		c->op = OP_UPDATE;
		c->old = data->tg_trigtuple;
		c->new = data->tg_newtuple;
	}
	if (c->old != NULL)
		take_row(c->table, c->old, &c->olds, &c->old_nulls);
	if (c->new != NULL)
		take_row(c->table, c->new, &c->news, &c->new_nulls);
}

/* Says of which type the rows are: PL/pgSQL compiles a function that takes
 * records for each type of them, and plans its statements for that. */
static void
find_change(FmgrInfo *change, Oid function, Oid row, MemoryContext memory)
{
	MemoryContext before = MemoryContextSwitchTo(memory);
	const Oid types[] = { INT4OID, TEXTOID, OIDOID, row, row };
	List *args = NIL;
	size_t i;

	for (i = 0; i < lengthof(types); i++)
		args = lappend(args, makeNullConst(types[i], -1, InvalidOid));
	fmgr_info(function, change);
	fmgr_info_set_expr((Node *)makeFuncExpr(function, VOIDOID, args,
			       InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL),
	    change);
	MemoryContextSwitchTo(before);
}

/* The portable engine does what we do not. */
static void
hand_over(const struct change *c, struct statement *s, MemoryContext memory)
{
	TupleDesc desc = RelationGetDescr(c->table);
	HeapTuple old = c->old != NULL ? c->old : c->new;
	HeapTuple new = c->new != NULL ? c->new : c->old;
	Datum was = heap_copy_tuple_as_datum(old, desc);

	if (s->change.fn_oid != c->trail->change)
		find_change(&s->change, c->trail->change,
		    c->table->rd_rel->reltype, memory);
	FunctionCall5(&s->change, Int32GetDatum(c->rel),
	    CStringGetTextDatum(op_names[c->op]),
	    ObjectIdGetDatum(RelationGetRelid(c->table)), was,
	    old == new ? was : heap_copy_tuple_as_datum(new, desc));
}

/* The plan that held when the statement began: what is changed meanwhile by
 * others counts from the next one on. */
static const struct plan *
find_plan(struct statement *s, const struct change *c)
{
	Snapshot snapshot =
	    ActiveSnapshotSet() ? GetActiveSnapshot() : GetLatestSnapshot();

	if (s->plan == NULL || !s->plan->valid ||
	    s->plan->serial != s->serial || s->command != snapshot->curcid) {
		s->command = snapshot->curcid;
		s->plan = plan_find(c->trail, c->table, c->rel, snapshot);
		s->serial = s->plan->serial;
	}
	return s->plan;
}

/* Returns false where the portable engine is to do it. */
static bool
record(const struct plan *plan, const struct change *c, const struct who *who)
{
	struct image image = { .nothing = false };
	const char *actor;
	Datum rules;

	if (XactReadOnly || (plan->require_session && who->session == NULL))
		return false; /* it says why not */
	if (!image_make(plan, c, &image))
		return false;
	if (image.nothing)
		return true;
	actor = who->actor;
	if (actor == NULL)
		actor = who_said("audit.actor");
	if (actor == NULL)
		actor = image.actor;
	rules = plan->asked[c->op];
	if (plan->nrules > 0)
		rules = rule_asked(plan, c, image.changed, actor, who);
	if (rules == 0)
		return true;
	return event_write(plan, c, &image, who, actor, rules);
}

/* What an error's CONTEXT says */
static void
say_where(void *arg)
{
	const TriggerData *data = arg;

	errcontext("recording a change of table \"%s\" in the audit trail",
	    RelationGetRelationName(data->tg_relation));
}

static void
capture(FunctionCallInfo fcinfo)
{
	const TriggerData *data = (const TriggerData *)fcinfo->context;
	struct change c = { .table = NULL };
	MemoryContext memory = fcinfo->flinfo->fn_mcxt;
	struct statement *s;
	const struct plan *plan;

	if (fcinfo->flinfo->fn_extra == NULL)
		fcinfo->flinfo->fn_extra =
		    MemoryContextAllocZero(memory, sizeof(struct statement));
	s = fcinfo->flinfo->fn_extra;
	c.rel = identity(data->tg_trigger);
	take_change(&c, data);
	if (!differs(&c))
		return;

	c.trail = trail_find(fcinfo->flinfo->fn_oid);
	plan = find_plan(s, &c);
	if (plan->how == PLAN_NATIVE && plan->asked[c.op] != 0) {
		who_find(&s->who, c.trail, memory);
		/* it ran SQL, and so may have learned of a change */
		plan = find_plan(s, &c);
	}
	if (plan->how == PLAN_NONE ||
	    (plan->how == PLAN_NATIVE && plan->asked[c.op] == 0))
		return;
	if (plan->how != PLAN_NATIVE || !record(plan, &c, &s->who))
		hand_over(&c, s, memory);
}

Datum
audit_capture(PG_FUNCTION_ARGS)
{
	ErrorContextCallback where;

	must_be_trigger(fcinfo);
	CHECK_FOR_INTERRUPTS();
	where.previous = error_context_stack;
	where.callback = say_where;
	where.arg = fcinfo->context;
	error_context_stack = &where;
	capture(fcinfo);
	error_context_stack = where.previous;
	return PointerGetDatum(NULL);
}
