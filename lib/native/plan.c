/* plan - the rules as they were compiled for a table, read from audit.plan once
 * a statement and understood once a version of its row */

#include "native.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/skey.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_am.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "storage/bufmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

static HTAB *plans;
static uint64 serial;
static struct trail the_trail;
static Oid trail_function; /* whose schema that is; 0: look again */

static void
relation_changed(Datum arg, Oid relid)
{
	(void)arg;
	/* in a table that was rewritten, rows are in other places */
	plan_invalidate(relid == the_trail.plan ? InvalidOid : relid);
	store_invalidate(relid);
	if (relid == InvalidOid || relid == the_trail.plan ||
	    relid == the_trail.event)
		trail_function = InvalidOid;
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
	trail_function = InvalidOid;
}

void
plan_invalidate(Oid relid)
{
	HASH_SEQ_STATUS all;
	struct plan *p;
	int i;

	hash_seq_init(&all, plans);
	while ((p = hash_seq_search(&all)) != NULL) {
		if (relid == InvalidOid)
			p->valid = false;
		for (i = 0; i < p->nwatched; i++)
			if (p->watched[i] == relid)
				p->valid = false;
	}
}

static void
start(void)
{
	HASHCTL ctl = { .keysize = sizeof(((struct plan *)NULL)->key),
		.entrysize = sizeof(struct plan),
		.hcxt = CacheMemoryContext };

	if (plans != NULL)
		return;
	plans = hash_create("audit plans", 64, &ctl,
	    HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	CacheRegisterRelcacheCallback(relation_changed, 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, catalog_changed, 0);
	CacheRegisterSyscacheCallback(CASTSOURCETARGET, catalog_changed, 0);
	CacheRegisterSyscacheCallback(PROCOID, function_changed, 0);
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
		if (fit && f->indisvalid &&
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

const struct trail *
trail_find(Oid function)
{
	static const Oid change[] = { INT4OID, TEXTOID, OIDOID, RECORDOID,
		RECORDOID };
	struct trail t;

	start();
	if (trail_function == function)
		return &the_trail;
	t.schema = get_func_namespace(function);
	t.plan = get_relname_relid("plan", t.schema);
	t.event = get_relname_relid("event", t.schema);
	t.change =
	    find_function(t.schema, "capture_change", change, lengthof(change));
	t.who = find_function(t.schema, "capture_who", NULL, 0);
	if (!OidIsValid(t.plan))
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
		    errmsg("the audit trail has no table \"plan\""),
		    errhint("audit-rule check tells what is missing."));
	if (!type_is_rowtype(get_func_rettype(t.who)) || get_func_retset(t.who))
		ereport(ERROR, errcode(ERRCODE_DATATYPE_MISMATCH),
		    errmsg("the audit trail's function \"capture_who\" is not "
			   "as it was made"),
		    errhint("audit-rule check tells what is missing."));
	/* so that it is noticed when one of these changes, also now */
	the_trail = t;
	trail_function = function;
	find_indexes(&t);
	the_trail = t;
	return &the_trail;
}

/* The columns of audit.plan that are read here, and of what type they are;
 * 0: an array of what is in schema audit. */
enum plan_field {
	PLAN_RELID,
	PLAN_REL,
	PLAN_ROOT,
	PLAN_PKEY,
	PLAN_SHAPE,
	PLAN_CONTENDED,
	PLAN_WARN,
	PLAN_SESSION,
	PLAN_SCHEMA,
	PLAN_TABLE,
	PLAN_ON_INSERT,
	PLAN_ON_UPDATE,
	PLAN_ON_DELETE,
	PLAN_KEY,
	PLAN_BYTES,
	PLAN_EXCLUDE,
	PLAN_MASK,
	PLAN_LABEL,
	PLAN_ACTOR_COLUMN,
	PLAN_PARENTS,
	PLAN_RULES,
	NPLAN
};

static const struct {
	const char *name;
	Oid type;
	bool may_be_null;
} fields[NPLAN] = {
	[PLAN_RELID] = { "relid", OIDOID, false },
	[PLAN_REL] = { "rel", INT4OID, false },
	[PLAN_ROOT] = { "root", OIDOID, false },
	[PLAN_PKEY] = { "pkey", OIDOID, false },
	[PLAN_SHAPE] = { "shape", INT8OID, false },
	[PLAN_CONTENDED] = { "contended", BOOLOID, false },
	[PLAN_WARN] = { "warn", BOOLOID, false },
	[PLAN_SESSION] = { "require_session", BOOLOID, false },
	[PLAN_SCHEMA] = { "schema", TEXTOID, false },
	[PLAN_TABLE] = { "table", TEXTOID, false },
	[PLAN_ON_INSERT] = { "on_insert", TEXTOID, true },
	[PLAN_ON_UPDATE] = { "on_update", TEXTOID, true },
	[PLAN_ON_DELETE] = { "on_delete", TEXTOID, true },
	[PLAN_KEY] = { "key", TEXTARRAYOID, false },
	[PLAN_BYTES] = { "bytes", TEXTARRAYOID, false },
	[PLAN_EXCLUDE] = { "exclude", TEXTARRAYOID, false },
	[PLAN_MASK] = { "mask", TEXTARRAYOID, false },
	[PLAN_LABEL] = { "label", TEXTOID, true },
	[PLAN_ACTOR_COLUMN] = { "actor_column", TEXTOID, true },
	[PLAN_PARENTS] = { "parents", InvalidOid, true },
	[PLAN_RULES] = { "rules", InvalidOid, false },
};

/* A row of audit.plan */
struct row {
	Datum values[NPLAN];
	bool nulls[NPLAN];
};

/* Returns false if audit.plan is not as we know it. */
static bool
read_row(Relation plan, HeapTuple tuple, struct row *row)
{
	TupleDesc desc = RelationGetDescr(plan);
	int i;

	for (i = 0; i < NPLAN; i++) {
		AttrNumber num = SPI_fnumber(desc, fields[i].name);
		Oid type;

		if (num <= 0)
			return false;
		type = TupleDescAttr(desc, num - 1)->atttypid;
		if (OidIsValid(fields[i].type)
			? type != fields[i].type
			: !type_is_rowtype(get_element_type(type)))
			return false;
		row->values[i] = heap_getattr(tuple, num, desc, &row->nulls[i]);
		if (row->nulls[i] && !fields[i].may_be_null)
			return false;
	}
	return true;
}

static Datum
read_text(Datum value)
{
	return PointerGetDatum(PG_DETOAST_DATUM_COPY(value));
}

/* The texts of an array; nulls are left out. */
static struct names
read_names(Datum array)
{
	struct names names;
	Datum *values;
	bool *nulls;
	int i, n;

	deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false,
	    TYPALIGN_INT, &values, &nulls, &n);
	names.n = 0;
	names.name = palloc(sizeof(*names.name) * Max(n, 1));
	for (i = 0; i < n; i++)
		if (!nulls[i])
			names.name[names.n++] = TextDatumGetCString(values[i]);
	return names;
}

static bool
has_name(const struct names *names, const char *name)
{
	int i;

	for (i = 0; i < names->n; i++)
		if (strcmp(names->name[i], name) == 0)
			return true;
	return false;
}

/* The rows of an array of rows, each a HeapTupleHeader */
static Datum *
read_rows(Datum array, int *n)
{
	ArrayType *a = DatumGetArrayTypeP(array);
	int16 len;
	bool byval, *nulls;
	char align;
	Datum *rows;
	int i, all;

	get_typlenbyvalalign(ARR_ELEMTYPE(a), &len, &byval, &align);
	deconstruct_array(a, ARR_ELEMTYPE(a), len, byval, align, &rows, &nulls,
	    &all);
	for (*n = i = 0; i < all; i++)
		if (!nulls[i])
			rows[(*n)++] = rows[i];
	return rows;
}

Datum
row_field(HeapTupleHeader row, const char *name, Oid type, bool *null)
{
	TupleDesc desc = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(row),
	    HeapTupleHeaderGetTypMod(row));
	int num = SPI_fnumber(desc, name);
	Oid is = num > 0 ? TupleDescAttr(desc, num - 1)->atttypid : type;

	ReleaseTupleDesc(desc);
	if (is != type)
		ereport(ERROR, errcode(ERRCODE_DATATYPE_MISMATCH),
		    errmsg("the audit trail's \"%s\" is not as it was made",
			name),
		    errhint("audit-rule check tells what is missing."));
	*null = true;
	return num > 0 ? GetAttributeByNum(row, (AttrNumber)num, null) : 0;
}

/* audit.shape() */
static int64
shape(TupleDesc desc)
{
	int64 sum = 0;
	int i;

	for (i = 0; i < desc->natts; i++) {
		Form_pg_attribute a = TupleDescAttr(desc, i);
		const char *name = NameStr(a->attname);
		uint64 seed = ((uint64)a->atttypid << 32) + (uint64)a->attnum;

		if (!a->attisdropped)
			sum += (int64)(DatumGetUInt64(hash_any_extended(
					   (const unsigned char *)name,
					   (int)strlen(name), seed)) &
			    0x7fffffff);
	}
	return sum;
}

/* Whether the table is still what the plan was compiled for; see
 * audit.holds(). */
static bool
holds(struct plan *p, Relation table, const struct row *row)
{
	Oid root = InvalidOid, named = RelationGetRelid(table), schema;
	char *name, *schema_name;
	List *ancestors = NIL;
	ListCell *cell;

	if (table->rd_rel->relispartition)
		ancestors = get_partition_ancestors(named);
	p->watched = palloc(sizeof(Oid) * (list_length(ancestors) + 1));
	p->watched[p->nwatched++] = named;
	foreach(cell, ancestors)
		root = p->watched[p->nwatched++] = lfirst_oid(cell);
	if (OidIsValid(root))
		named = root;
	schema = get_rel_namespace(named);
	name = get_rel_name(named);
	schema_name = get_namespace_name(schema);
	return root == DatumGetObjectId(row->values[PLAN_ROOT]) &&
	    name != NULL && schema_name != NULL &&
	    strcmp(name, TextDatumGetCString(row->values[PLAN_TABLE])) == 0 &&
	    strcmp(schema_name,
		TextDatumGetCString(row->values[PLAN_SCHEMA])) == 0 &&
	    compat_primary_key(table) ==
	    DatumGetObjectId(row->values[PLAN_PKEY]) &&
	    shape(RelationGetDescr(table)) ==
	    DatumGetInt64(row->values[PLAN_SHAPE]);
}

/* The order in which jsonb has its keys: what comes in it is soon sorted. */
static int
by_name(const void *one, const void *other)
{
	const struct column *a = one, *b = other;

	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(a->name, b->name, a->len);
}

static void
read_columns(struct plan *p, TupleDesc desc, const struct row *row)
{
	struct names bytes = read_names(row->values[PLAN_BYTES]);
	struct names exclude = read_names(row->values[PLAN_EXCLUDE]);
	struct names mask = read_names(row->values[PLAN_MASK]);
	int i;

	p->natts = desc->natts;
	p->columns = palloc0(sizeof(*p->columns) * Max(desc->natts, 1));
	for (i = 0; i < desc->natts; i++) {
		Form_pg_attribute a = TupleDescAttr(desc, i);
		struct column *c = &p->columns[p->ncolumns];

		if (a->attisdropped)
			continue;
		p->ncolumns++;
		c->name = pstrdup(NameStr(a->attname));
		c->len = (int)strlen(c->name);
		c->att = i;
		c->digest = has_name(&bytes, c->name);
		c->exclude = has_name(&exclude, c->name);
		c->mask = has_name(&mask, c->name);
	}
	qsort(p->columns, p->ncolumns, sizeof(*p->columns), by_name);
	for (i = 0; i < p->ncolumns; i++) {
		struct column *c = &p->columns[i];

		value_find(c, TupleDescAttr(desc, c->att)->atttypid, p->memory);
		/* what a digest of that is the portable engine may know */
		if (c->digest && c->kind != KIND_BYTEA)
			c->kind = KIND_OTHER;
	}
}

/* The place of a column, -1 if there is none */
static int
column_named(const struct plan *p, const char *name)
{
	int i;

	for (i = 0; i < p->ncolumns; i++)
		if (strcmp(p->columns[i].name, name) == 0)
			return i;
	return -1;
}

/* The places of columns; NULL if one of them is not there. */
static int *
columns_named(const struct plan *p, const struct names *names)
{
	int *places = palloc(sizeof(*places) * Max(names->n, 1));
	int i;

	for (i = 0; i < names->n; i++)
		if ((places[i] = column_named(p, names->name[i])) == -1)
			return NULL;
	return places;
}

static void
name_columns(struct plan *p, const int *places, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (places[i] >= 0)
			p->columns[places[i]].named = true;
}

static bool
read_column(struct plan *p, const struct row *row, enum plan_field field,
    int *place)
{
	*place = -1;
	if (row->nulls[field])
		return true;
	*place = column_named(p, TextDatumGetCString(row->values[field]));
	name_columns(p, place, 1);
	return *place != -1;
}

static bool
read_parents(struct plan *p, const struct row *row)
{
	Datum *rows;
	int i;

	if (row->nulls[PLAN_PARENTS])
		return true;
	rows = read_rows(row->values[PLAN_PARENTS], &p->nparents);
	p->parents = palloc0(sizeof(*p->parents) * Max(p->nparents, 1));
	for (i = 0; i < p->nparents; i++) {
		HeapTupleHeader h = DatumGetHeapTupleHeader(rows[i]);
		bool no_rel, no_cols;
		Datum rel = row_field(h, "rel", INT4OID, &no_rel);
		Datum cols = row_field(h, "cols", TEXTARRAYOID, &no_cols);
		struct names names;

		if (no_rel || no_cols)
			return false;
		names = read_names(cols);
		p->parents[i].rel = DatumGetInt32(rel);
		p->parents[i].n = names.n;
		p->parents[i].cols = columns_named(p, &names);
		if (names.n == 0 || p->parents[i].cols == NULL)
			return false;
		name_columns(p, p->parents[i].cols, names.n);
	}
	return true;
}

/* NULL: it is not asked */
static struct names *
read_asked(HeapTupleHeader rule, const char *field)
{
	struct names *names;
	bool null;
	Datum value = row_field(rule, field, TEXTARRAYOID, &null);

	if (null)
		return NULL;
	names = palloc(sizeof(*names));
	*names = read_names(value);
	return names;
}

/* Returns false if the predicate is for the portable engine. */
static bool
read_when(struct plan *p, HeapTupleHeader h, struct rule *r)
{
	struct names *names;
	bool null;
	Datum query = row_field(h, "when", TEXTOID, &null);
	int *cols, i;

	if (null)
		return true;
	names = read_asked(h, "when_columns");
	cols = names != NULL ? columns_named(p, names) : NULL;
	if (cols == NULL)
		return false;
	for (i = 0; i < names->n; i++)
		if (p->columns[cols[i]].kind == KIND_OTHER)
			return false;
	name_columns(p, cols, names->n);
	r->when = when_new(TextDatumGetCString(query), names->n, cols);
	return r->when != NULL;
}

/* Whether it asks for all changes of its ops */
static bool
is_plain(const struct rule *r)
{
	return r->groups == NULL && r->actors == NULL &&
	    r->except_actors == NULL && r->ignore == NULL && r->when == NULL;
}

/* One rule. Returns false if it is for the portable engine. */
static bool
read_rule(struct plan *p, HeapTupleHeader h, struct rule *r)
{
	static const char *const ops[NOPS] = { "insert", "update", "delete" };
	struct names *names, *ignore;
	bool null;
	Datum name = row_field(h, "name", TEXTOID, &null);
	int i;

	if (null)
		return false;
	r->name = TextDatumGetCString(name);
	names = read_asked(h, "ops");
	for (i = 0; names != NULL && i < NOPS; i++)
		r->ops[i] = has_name(names, ops[i]);
	r->groups = read_asked(h, "groups");
	r->actors = read_asked(h, "actors");
	r->except_actors = read_asked(h, "except_actors");
	ignore = read_asked(h, "ignore");
	if (names == NULL || ignore == NULL)
		return false;
	if (ignore->n > 0) {
		r->ignore = palloc(sizeof(*r->ignore) * Max(p->ncolumns, 1));
		for (i = 0; i < p->ncolumns; i++)
			r->ignore[i] = has_name(ignore, p->columns[i].name);
	}
	return read_when(p, h, r);
}

static bool
read_rules(struct plan *p, const struct row *row)
{
	static const enum plan_field asked[NOPS] = { PLAN_ON_INSERT,
		PLAN_ON_UPDATE, PLAN_ON_DELETE };
	bool plain = true;
	Datum *rows;
	int i;

	for (i = 0; i < NOPS; i++)
		if (!row->nulls[asked[i]])
			p->asked[i] = read_text(row->values[asked[i]]);
	rows = read_rows(row->values[PLAN_RULES], &p->nrules);
	p->rules = palloc0(sizeof(*p->rules) * Max(p->nrules, 1));
	for (i = 0; i < p->nrules; i++) {
		if (!read_rule(p, DatumGetHeapTupleHeader(rows[i]),
			&p->rules[i]))
			return false;
		plain = plain && is_plain(&p->rules[i]);
	}
	if (plain)
		p->nrules = 0;
	return true;
}

/* Returns false if the portable engine is to do it. */
static bool
understand(struct plan *p, Relation table, const struct row *row)
{
	struct names key;

	if (!holds(p, table, row))
		return false;
	if (DatumGetBool(row->values[PLAN_CONTENDED]) ||
	    DatumGetBool(row->values[PLAN_WARN]))
		return false;
	read_columns(p, RelationGetDescr(table), row);
	key = read_names(row->values[PLAN_KEY]);
	p->nkey = key.n;
	p->keys = columns_named(p, &key);
	if (p->keys != NULL)
		name_columns(p, p->keys, p->nkey);
	p->require_session = DatumGetBool(row->values[PLAN_SESSION]);
	p->schema = read_text(row->values[PLAN_SCHEMA]);
	p->table = read_text(row->values[PLAN_TABLE]);
	return p->ncolumns > 0 && p->keys != NULL &&
	    read_column(p, row, PLAN_LABEL, &p->label) &&
	    read_column(p, row, PLAN_ACTOR_COLUMN, &p->actor_column) &&
	    read_parents(p, row) && read_rules(p, row);
}

/* Forgets what is known, as it is another version. Nobody holds on to it: who
 * asks again asks for the serial. */
static void
forget(struct plan *p)
{
	MemoryContext memory = p->memory;
	int i;

	for (i = 0; p->rules != NULL && i < p->nrules; i++)
		when_free(p->rules[i].when);
	if (memory == NULL)
		memory = AllocSetContextCreate(CacheMemoryContext, "audit plan",
		    ALLOCSET_SMALL_SIZES);
	else
		MemoryContextReset(memory);
	memset((char *)p + sizeof(p->key), 0, sizeof(*p) - sizeof(p->key));
	p->memory = memory;
	p->serial = ++serial;
	p->how = PLAN_OTHER;
}

static void
read_plan(struct plan *p, Relation plan, Relation table, HeapTuple tuple)
{
	MemoryContext before;
	struct row row;

	forget(p);
	before = MemoryContextSwitchTo(p->memory);
	/* what changes while it is read counts */
	p->valid = true;
	if (read_row(plan, tuple, &row) && understand(p, table, &row))
		p->how = PLAN_NATIVE;
	MemoryContextSwitchTo(before);
	p->xmin = HeapTupleHeaderGetRawXmin(tuple->t_data);
	p->tid = tuple->t_self;
}

/* The row of this table and identity, or with no table some row of the
 * identity */
static SysScanDesc
begin_scan(const struct trail *trail, Relation plan, Oid relid, int rel,
    Snapshot snapshot)
{
	Oid index = OidIsValid(relid) ? trail->by_relid : trail->by_rel;
	ScanKeyData keys[2];
	int n = 0;

	/* in the order of the index */
	if (OidIsValid(relid))
		ScanKeyInit(&keys[n++], trail->relid_num, BTEqualStrategyNumber,
		    F_OIDEQ, ObjectIdGetDatum(relid));
	ScanKeyInit(&keys[n++], trail->rel_num, BTEqualStrategyNumber, F_INT4EQ,
	    Int32GetDatum(rel));
	return systable_beginscan(plan, index, OidIsValid(index), snapshot, n,
	    keys);
}

static bool
has_plan(const struct trail *trail, Relation plan, int rel, Snapshot snapshot)
{
	SysScanDesc scan = begin_scan(trail, plan, InvalidOid, rel, snapshot);
	bool found = HeapTupleIsValid(systable_getnext(scan));

	systable_endscan(scan);
	return found;
}

static struct plan *
known_plan(Oid relid, int rel)
{
	struct plan key, *p;
	bool found;

	key.key.relid = relid;
	key.key.rel = rel;
	p = hash_search(plans, &key.key, HASH_ENTER, &found);
	if (!found)
		memset((char *)p + sizeof(p->key), 0,
		    sizeof(*p) - sizeof(p->key));
	return p;
}

/* Whether the row that was read is still the one: of the versions of a row a
 * snapshot sees one, and here it is. */
static bool
still_there(Relation plan, const struct plan *p, Snapshot snapshot)
{
	HeapTupleData row = { .t_self = p->tid };
	Buffer buffer;
	bool same;

	/* the end of the table may have been cut off */
	if (!p->valid || !ItemPointerIsValid(&p->tid) ||
	    plan->rd_rel->relam != HEAP_TABLE_AM_OID ||
	    ItemPointerGetBlockNumber(&p->tid) >=
		RelationGetNumberOfBlocks(plan) ||
	    !compat_heap_fetch(plan, snapshot, &row, &buffer))
		return false;
	same = p->xmin == HeapTupleHeaderGetRawXmin(row.t_data);
	ReleaseBuffer(buffer);
	return same;
}

struct plan *
plan_find(const struct trail *trail, Relation table, int rel, Snapshot snapshot)
{
	Oid relid = RelationGetRelid(table);
	Relation plan = table_open(trail->plan, AccessShareLock);
	SysScanDesc scan;
	HeapTuple tuple;
	struct plan *p;

	p = known_plan(relid, rel);
	if (still_there(plan, p, snapshot)) {
		table_close(plan, AccessShareLock);
		return p;
	}
	snapshot = RegisterSnapshot(snapshot);
	scan = begin_scan(trail, plan, relid, rel, snapshot);
	tuple = systable_getnext(scan);
	if (!HeapTupleIsValid(tuple)) {
		forget(p);
		p->valid = true;
		if (!has_plan(trail, plan, rel, snapshot))
			p->how = PLAN_NONE;
	} else if (!p->valid ||
	    /* none if there was no row: then there is no tid to compare */
	    p->xmin != HeapTupleHeaderGetRawXmin(tuple->t_data) ||
	    !ItemPointerEquals(&p->tid, &tuple->t_self))
		read_plan(p, plan, table, tuple);
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(plan, AccessShareLock);
	return p;
}
