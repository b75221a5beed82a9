/* trail - where the trail is: its tables, indexes and functions, and what of
 * them changes under us */

#include "native.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

static struct trail the_trail;
static Oid trail_function;   /* whose schema that is; 0: look again */
static uint64 trail_changes; /* how often that was said */

static void
trail_changed(void)
{
	trail_function = InvalidOid;
	trail_changes++;
}

static void
relation_changed(Datum arg, Oid relid)
{
	(void)arg;
	/* in a table that was rewritten, rows are in other places */
	plan_invalidate(relid == the_trail.plan ? InvalidOid : relid);
	store_invalidate(relid);
	if (relid == InvalidOid || relid == the_trail.plan ||
	    relid == the_trail.event)
		trail_changed();
}

/* a schema or a cast */
static void
catalog_changed(Datum arg, int cache, uint32 hash)
{
	(void)cache;
	(void)hash;
	relation_changed(arg, InvalidOid);
}

/* one of the two that we call may be another one now */
static void
function_changed(Datum arg, int cache, uint32 hash)
{
	(void)arg;
	(void)cache;
	(void)hash;
	trail_changed();
}

static void
watch(void)
{
	static bool watched;

	if (watched)
		return;
	CacheRegisterRelcacheCallback(relation_changed, 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, catalog_changed, 0);
	CacheRegisterSyscacheCallback(CASTSOURCETARGET, catalog_changed, 0);
	CacheRegisterSyscacheCallback(PROCOID, function_changed, 0);
	watched = true;
}

static Oid
find_function(Oid schema, const char *name, const Oid *types, int n)
{
	oidvector *args = buildoidvector(types, n);
	Oid found = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid,
	    CStringGetDatum(name), PointerGetDatum(args),
	    ObjectIdGetDatum(schema));

	if (!OidIsValid(found))
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_FUNCTION),
		    errmsg("the audit trail has no function \"%s\"", name),
		    errhint("audit-rule check tells what is missing."));
	return found;
}

/* The index that begins with these columns, 0 for none */
static Oid
find_index(Relation plan, int n, const AttrNumber *nums)
{
	List *indexes = RelationGetIndexList(plan);
	Oid found = InvalidOid;
	ListCell *cell;
	int i;

	foreach(cell, indexes) {
		Relation index = index_open(lfirst_oid(cell), AccessShareLock);
		Form_pg_index f = index->rd_index;
		bool fit = n <= f->indnkeyatts;

		for (i = 0; fit && i < n; i++)
			fit = f->indkey.values[i] == nums[i];
		if (fit && f->indisvalid && !f->indcheckxmin &&
		    index->rd_rel->relam == BTREE_AM_OID &&
		    RelationGetIndexPredicate(index) == NIL)
			found = lfirst_oid(cell);
		index_close(index, AccessShareLock);
	}
	list_free(indexes);
	return found;
}

/* The column of this name and type, 0 if there is none */
static AttrNumber
find_column(Relation plan, const char *name, Oid type)
{
	TupleDesc desc = RelationGetDescr(plan);
	int num = SPI_fnumber(desc, name);

	if (num <= 0 || TupleDescAttr(desc, num - 1)->atttypid != type)
		return InvalidAttrNumber;
	return (AttrNumber)num;
}

/* How audit.plan is looked into */
static void
find_indexes(struct trail *t)
{
	Relation plan = table_open(t->plan, AccessShareLock);
	AttrNumber nums[2];

	t->rel_num = find_column(plan, "rel", INT4OID);
	t->relid_num = find_column(plan, "relid", OIDOID);
	if (plan->rd_rel->relkind != RELKIND_RELATION || t->rel_num == 0 ||
	    t->relid_num == 0)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_COLUMN),
		    errmsg("the audit trail's table \"plan\" does not say of "
			   "which table a plan is"),
		    errhint("audit-rule check tells what is missing."));
	nums[0] = t->relid_num;
	nums[1] = t->rel_num;
	t->by_relid = find_index(plan, 2, nums);
	t->by_rel = find_index(plan, 1, nums + 1);
	table_close(plan, AccessShareLock);
}

static void
must_be_there(Oid table, const char *name)
{
	if (!OidIsValid(table))
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
		    errmsg("the audit trail has no table \"%s\"", name),
		    errhint("audit-rule check tells what is missing."));
}

/* The function's owner must be one who may do that by himself: he may put his
 * function elsewhere, and we ask nobody when we write. */
static void
must_be_allowed(Oid function, Oid table, AclMode mode)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Oid owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", function);
	owner = ((Form_pg_proc)GETSTRUCT(tuple))->proowner;
	ReleaseSysCache(tuple);
	if (pg_class_aclcheck(table, owner, mode) != ACLCHECK_OK)
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		    errmsg("permission denied for the audit trail's table "
			   "\"%s\"",
			get_rel_name(table)),
		    errdetail("The owner of audit.capture() has it not."));
}

static void
look_for_trail(struct trail *t, Oid function)
{
	static const Oid change[] = { INT4OID, TEXTOID, OIDOID, RECORDOID,
		RECORDOID };

	memset(t, 0, sizeof(*t));
	t->function = function;
	t->schema = get_func_namespace(function);
	t->plan = get_relname_relid("plan", t->schema);
	t->event = get_relname_relid("event", t->schema);
	t->change = find_function(t->schema, "capture_change", change,
	    lengthof(change));
	t->who = find_function(t->schema, "capture_who", NULL, 0);
	must_be_there(t->plan, "plan");
	must_be_there(t->event, "event");
	if (!type_is_rowtype(get_func_rettype(t->who)) ||
	    get_func_retset(t->who))
		ereport(ERROR, errcode(ERRCODE_DATATYPE_MISMATCH),
		    errmsg("the audit trail's function \"capture_who\" is not "
			   "as it was made"),
		    errhint("audit-rule check tells what is missing."));
	must_be_allowed(function, t->plan, ACL_SELECT);
	must_be_allowed(function, t->event, ACL_INSERT);
	find_indexes(t);
}

const struct trail *
trail_find(Oid function)
{
	uint64 before;
	int tries;

	watch();
	if (trail_function == function)
		return &the_trail;
	/* after an error, or if something changes meanwhile, it is not known */
	trail_function = InvalidOid;
	for (tries = 0; tries < 5 && trail_function != function; tries++) {
		before = trail_changes;
		look_for_trail(&the_trail, function);
		if (trail_changes == before)
			trail_function = function;
	}
	return &the_trail;
}

bool
row_field(HeapTupleHeader row, const char *name, Oid type, Datum *value,
    bool *null)
{
	TupleDesc desc = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(row),
	    HeapTupleHeaderGetTypMod(row));
	int num = SPI_fnumber(desc, name);
	bool known = num > 0 && TupleDescAttr(desc, num - 1)->atttypid == type;

	ReleaseTupleDesc(desc);
	if (known)
		*value = GetAttributeByNum(row, (AttrNumber)num, null);
	return known;
}
