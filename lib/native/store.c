/* store - puts an event where INSERT INTO audit.event would put it: into its
 * month and all indexes of that. Where audit.event has something that init did
 * not make and that INSERT would heed (a trigger, a constraint, another kind of
 * table or index), it says no. */

#include "native.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "nodes/execnodes.h"
#include "nodes/primnodes.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/partcache.h"
#include "utils/rel.h"
#include "utils/uuid.h"

/* The columns of audit.event: all must be there, and no other. */
static const struct {
	const char *name;
	Oid type;
	bool always; /* never null */
} fields[NFIELDS] = {
	[FIELD_ID] = { "id", UUIDOID, true },
	[FIELD_AT] = { "at", TIMESTAMPTZOID, true },
	[FIELD_TXID] = { "txid", INT8OID, true },
	[FIELD_RECORD] = { "record", INT8OID, true },
	[FIELD_RECORD_TO] = { "record_to", INT8OID, false },
	[FIELD_SALT] = { "salt", UUIDOID, true },
	[FIELD_OP] = { "op", TEXTOID, true },
	[FIELD_SCHEMA] = { "schema", TEXTOID, true },
	[FIELD_TABLE] = { "table", TEXTOID, true },
	[FIELD_KEY] = { "key", JSONBOID, false },
	[FIELD_LABEL] = { "label", TEXTOID, false },
	[FIELD_ACTOR] = { "actor", TEXTOID, false },
	[FIELD_ROLE] = { "role", TEXTOID, true },
	[FIELD_AS_ROLE] = { "as_role", TEXTOID, false },
	[FIELD_SESSION] = { "session", TEXTOID, false },
	[FIELD_APP] = { "app", TEXTOID, false },
	[FIELD_ADDR] = { "addr", TEXTOID, false },
	[FIELD_REASON] = { "reason", TEXTOID, false },
	[FIELD_RULES] = { "rules", TEXTOID, true },
	[FIELD_OLD] = { "old", JSONBOID, false },
	[FIELD_NEW] = { "new", JSONBOID, false },
	[FIELD_REDACTED] = { "redacted", TEXTARRAYOID, false },
	[FIELD_PARENTS] = { "parents", INT8ARRAYOID, false },
	[FIELD_PARTS] = { "parts", BYTEAOID, false },
};

/* An index, and of which events it is */
struct store_index {
	Oid oid;
	IndexInfo *info;
	int ntests;
	struct test {
		int num; /* column, from 1 */
		bool null;
	} * tests; /* columns that must, or must not, be null */
};

/* The table that got the last event: a month, mostly the same one. */
static struct {
	Oid event; /* audit.event; 0: nothing is known */
	Oid leaf;
	bool ranged;   /* events from low, less than high, belong here */
	bool isolated; /* which partitions there are depends on that */
	pg_uuid_t low, high;
	int num[NFIELDS]; /* which column of it is which, from 1 */
	int nindexes;
	struct store_index *indexes;
	bool ready; /* it is as init made it */
	MemoryContext memory;
} store;

void
store_invalidate(Oid relid)
{
	if (relid == InvalidOid || relid == store.event || relid == store.leaf)
		store.event = InvalidOid;
}

/* Whether INSERT would fire a trigger other than the guard's, which lets the
 * trail's owner pass */
static bool
has_triggers(Relation table)
{
	TriggerDesc *d = table->trigdesc;
	int i;

	for (i = 0; d != NULL && i < d->numtriggers; i++)
		if (TRIGGER_FOR_INSERT(d->triggers[i].tgtype) &&
		    strcmp(d->triggers[i].tgname, "!audit_guard_insert") != 0)
			return true;
	return false;
}

static bool
find_fields(Relation table)
{
	TupleDesc desc = RelationGetDescr(table);
	int found = 0, i, k;

	for (i = 0; i < desc->natts; i++) {
		Form_pg_attribute a = TupleDescAttr(desc, i);

		if (a->attisdropped)
			continue;
		for (k = 0; k < NFIELDS; k++)
			if (strcmp(NameStr(a->attname), fields[k].name) == 0)
				break;
		if (k == NFIELDS || a->atttypid != fields[k].type ||
		    a->atttypmod != -1 || a->attgenerated != '\0' ||
		    (a->attnotnull && !fields[k].always))
			return false;
		store.num[k] = a->attnum;
		found++;
	}
	return found == NFIELDS;
}

/* A table as init makes it, but for its indexes */
static bool
is_plain(Relation table)
{
	TupleConstr *c = RelationGetDescr(table)->constr;

	return table->rd_rel->relkind == RELKIND_RELATION &&
	    table->rd_rel->relam == HEAP_TABLE_AM_OID &&
	    !table->rd_rel->relforcerowsecurity && !has_triggers(table) &&
	    (c == NULL || c->num_check == 0) && find_fields(table);
}

/* WHERE column IS [NOT] NULL AND ... */
static bool
read_predicate(List *predicate, struct store_index *x)
{
	ListCell *cell;

	x->tests = palloc(sizeof(*x->tests) * (list_length(predicate) + 1));
	foreach(cell, predicate) {
		const NullTest *test = lfirst(cell);
		struct test *t = &x->tests[x->ntests++];

		if (!IsA(test, NullTest) || !IsA(test->arg, Var) ||
		    test->argisrow)
			return false;
		t->num = ((const Var *)test->arg)->varattno;
		t->null = test->nulltesttype == IS_NULL;
		if (t->num <= 0)
			return false;
	}
	return true;
}

/* Returns false for an index that is not what it should be. */
static bool
read_index(Oid oid)
{
	struct store_index *x = &store.indexes[store.nindexes];
	Relation index = index_open(oid, RowExclusiveLock);
	bool known = true;

	memset(x, 0, sizeof(*x));
	x->oid = oid;
	x->info = BuildIndexInfo(index);
	/* one that is being made may not be ready for what is new */
	if (x->info->ii_ReadyForInserts) {
		store.nindexes++;
		known = x->info->ii_Expressions == NIL &&
		    x->info->ii_ExclusionOps == NULL &&
		    index->rd_index->indimmediate &&
		    read_predicate(x->info->ii_Predicate, x);
	}
	index_close(index, RowExclusiveLock);
	return known;
}

static bool
read_indexes(Relation table)
{
	List *indexes = RelationGetIndexList(table);
	ListCell *cell;

	store.indexes =
	    palloc(sizeof(*store.indexes) * (list_length(indexes) + 1));
	foreach(cell, indexes)
		if (!read_index(lfirst_oid(cell)))
			return false;
	return true;
}

/* A bound of partitions; beyond the last one all bytes are the same. */
static bool
read_bound(PartitionBoundInfo bounds, int at, int beyond, pg_uuid_t *id)
{
	memset(id->data, beyond, UUID_LEN);
	if (at < 0 || at >= bounds->ndatums)
		return true;
	if (bounds->kind[at][0] == PARTITION_RANGE_DATUM_VALUE)
		*id = *DatumGetUUIDP(bounds->datums[at][0]);
	return bounds->kind[at][0] == PARTITION_RANGE_DATUM_VALUE;
}

/* The partition for an id, and the bounds between which it is that for others,
 * too; 0: there is none. */
static Oid
route(Relation event, const pg_uuid_t *id, bool *ranged)
{
	PartitionKey key = RelationGetPartitionKey(event);
	PartitionDesc parts;
	PartitionBoundInfo bounds;
	TupleDesc desc = RelationGetDescr(event);
	Datum value = UUIDPGetDatum(id);
	bool equal;
	int at, part;

	*ranged = false;
	if (key == NULL || key->strategy != PARTITION_STRATEGY_RANGE ||
	    key->partnatts != 1 || key->partattrs[0] <= 0 ||
	    key->parttypid[0] != UUIDOID ||
	    strcmp(NameStr(TupleDescAttr(desc, key->partattrs[0] - 1)->attname),
		"id") != 0)
		return InvalidOid;
	store.isolated = IsolationUsesXactSnapshot();
	parts = compat_partitions(event, !store.isolated);
	bounds = parts->boundinfo;
	if (parts->nparts == 0 || bounds == NULL)
		return InvalidOid;
	at = partition_range_datum_bsearch(key->partsupfunc, key->partcollation,
	    bounds, 1, &value, &equal);
	*ranged = read_bound(bounds, at, 0x00, &store.low) &&
	    read_bound(bounds, at + 1, 0xff, &store.high);
	part = bounds->indexes[at + 1];
	if (part < 0)
		part = bounds->default_index;
	return part >= 0 && parts->is_leaf[part] ? parts->oids[part]
						 : InvalidOid;
}

static bool
fits(Oid event, const pg_uuid_t *id)
{
	return store.event == event && store.ranged &&
	    store.isolated == IsolationUsesXactSnapshot() &&
	    memcmp(id->data, store.low.data, UUID_LEN) >= 0 &&
	    memcmp(id->data, store.high.data, UUID_LEN) < 0;
}

/* Learns where an event goes. event is open. Returns the table, open, or NULL
 * if it went meanwhile. */
static Relation
learn(Relation event, const pg_uuid_t *id)
{
	MemoryContext before;
	Relation leaf = NULL;
	bool ranged = false;

	if (store.memory == NULL)
		store.memory = AllocSetContextCreate(CacheMemoryContext,
		    "audit store", ALLOCSET_SMALL_SIZES);
	MemoryContextReset(store.memory);
	store.event = RelationGetRelid(event);
	store.ready = false;
	store.ranged = false;
	store.nindexes = 0;
	store.leaf = InvalidOid;
	if (event->rd_rel->relkind == RELKIND_PARTITIONED_TABLE &&
	    !event->rd_rel->relhasrules &&
	    !event->rd_rel->relforcerowsecurity && !has_triggers(event))
		store.leaf = route(event, id, &ranged);
	if (!OidIsValid(store.leaf))
		return NULL;
	leaf = try_relation_open(store.leaf, RowExclusiveLock);
	if (leaf == NULL)
		return NULL;
	before = MemoryContextSwitchTo(store.memory);
	store.ready = is_plain(leaf) && read_indexes(leaf);
	/* only now, so that after an error nobody believes it */
	store.ranged = ranged;
	MemoryContextSwitchTo(before);
	return leaf;
}

/* The table for an event, open, or NULL. What is known of it holds, as it is
 * locked: nothing that matters can change from here on. */
static Relation
open_leaf(Relation event, const pg_uuid_t *id)
{
	Relation leaf;
	int tries;

	for (tries = 0; tries < 5; tries++) {
		if (fits(RelationGetRelid(event), id))
			leaf = try_relation_open(store.leaf, RowExclusiveLock);
		else
			leaf = learn(event, id);
		/* in opening it we may have heard that it was changed */
		if (leaf != NULL && store.event == RelationGetRelid(event)) {
			if (store.ready)
				return leaf;
			relation_close(leaf, NoLock);
			return NULL;
		}
		if (leaf != NULL)
			relation_close(leaf, NoLock);
		else if (store.event == RelationGetRelid(event) &&
		    !OidIsValid(store.leaf))
			return NULL;
		store.event = InvalidOid;
	}
	return NULL;
}

static bool
is_of(const struct store_index *x, const bool *nulls)
{
	int i;

	for (i = 0; i < x->ntests; i++)
		if (nulls[x->tests[i].num - 1] != x->tests[i].null)
			return false;
	return true;
}

static void
insert_index(Relation table, const struct store_index *x, HeapTuple row,
    const Datum *values, const bool *nulls)
{
	IndexInfo info = *x->info;
	Datum keys[INDEX_MAX_KEYS];
	bool none[INDEX_MAX_KEYS];
	Relation index = index_open(x->oid, RowExclusiveLock);
	int i;

	for (i = 0; i < info.ii_NumIndexAttrs; i++) {
		keys[i] = values[info.ii_IndexAttrNumbers[i] - 1];
		none[i] = nulls[info.ii_IndexAttrNumbers[i] - 1];
	}
	info.ii_Context = CurrentMemoryContext;
	info.ii_AmCache = NULL;
	compat_index_insert(index, keys, none, &row->t_self, table,
	    info.ii_Unique ? UNIQUE_CHECK_YES : UNIQUE_CHECK_NO, &info);
	compat_index_end(index, &info);
	index_close(index, NoLock);
}

bool
store_event(const struct trail *trail, Datum *values, bool *nulls)
{
	Datum row_values[MaxHeapAttributeNumber];
	bool row_nulls[MaxHeapAttributeNumber];
	Relation event = table_open(trail->event, RowExclusiveLock);
	Relation leaf = open_leaf(event, DatumGetUUIDP(values[FIELD_ID]));
	HeapTuple row;
	int i;

	if (leaf == NULL) {
		table_close(event, NoLock);
		return false;
	}
	memset(row_nulls, true, sizeof(bool) * RelationGetDescr(leaf)->natts);
	for (i = 0; i < NFIELDS; i++) {
		row_values[store.num[i] - 1] = values[i];
		row_nulls[store.num[i] - 1] = nulls[i];
	}
	row = heap_form_tuple(RelationGetDescr(leaf), row_values, row_nulls);
	heap_insert(leaf, row, GetCurrentCommandId(true), 0, NULL);
	for (i = 0; i < store.nindexes; i++)
		if (is_of(&store.indexes[i], row_nulls))
			insert_index(leaf, &store.indexes[i], row, row_values,
			    row_nulls);
	relation_close(leaf, NoLock);
	table_close(event, NoLock);
	return true;
}
