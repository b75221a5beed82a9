/* plan - the rules as they were compiled for a table, read from audit.plan once
 * a statement and understood once a version of its row */

#include "native.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/skey.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "catalog/pg_am.h"
#include "storage/bufmgr.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

static HTAB *plans;
static uint64 serial;

void
plan_invalidate(Oid relid)
{
	HASH_SEQ_STATUS all;
	struct plan *p;
	int i;

	if (plans == NULL)
		return;
	hash_seq_init(&all, plans);
	while ((p = hash_seq_search(&all)) != NULL) {
		if (relid == InvalidOid)
			p->valid = false;
		for (i = 0; i < p->nwatched; i++)
			if (p->watched[i] == relid)
				p->valid = false;
	}
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
learn(struct plan *p, Relation plan, Relation table, HeapTuple tuple)
{
	MemoryContext before;

	forget(p);
	before = MemoryContextSwitchTo(p->memory);
	/* what changes while it is read counts */
	p->valid = true;
	if (plan_read(p, plan, table, tuple))
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
	HASHCTL ctl = { .keysize = sizeof(((struct plan *)NULL)->key),
		.entrysize = sizeof(struct plan),
		.hcxt = CacheMemoryContext };
	struct plan key, *p;
	bool found;

	if (plans == NULL)
		plans = hash_create("audit plans", 64, &ctl,
		    HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
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

static Relation
open_plan(const struct trail **trail)
{
	for (;;) {
		Relation plan = table_open((*trail)->plan, AccessShareLock);

		/* in opening it we may have heard that its indexes, or it, are
		 * other ones */
		*trail = trail_find((*trail)->function);
		if ((*trail)->plan == RelationGetRelid(plan))
			return plan;
		table_close(plan, AccessShareLock);
	}
}

struct plan *
plan_find(const struct trail *trail, Relation table, int rel, Snapshot snapshot)
{
	Oid relid = RelationGetRelid(table);
	Relation plan = open_plan(&trail);
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
		learn(p, plan, table, tuple);
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(plan, AccessShareLock);
	return p;
}
