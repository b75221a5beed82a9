/* plan-read - a row of audit.plan, and whether we can do what it says */

#include "native.h"

#include "access/htup_details.h"
#include "catalog/partition.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* The columns of audit.plan that are read here, and of what type they are;
 * 0: an array of rows of a type in schema audit. */
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

/* The index of the primary key, deferrable or not; 0: none */
static Oid
primary_key(Relation table)
{
	List *indexes = RelationGetIndexList(table);
	Oid found = InvalidOid;
	ListCell *cell;
	HeapTuple index;

	foreach(cell, indexes) {
		index = SearchSysCache1(INDEXRELID,
		    ObjectIdGetDatum(lfirst_oid(cell)));
		if (!HeapTupleIsValid(index))
			continue;
		if (((Form_pg_index)GETSTRUCT(index))->indisprimary)
			found = lfirst_oid(cell);
		ReleaseSysCache(index);
	}
	list_free(indexes);
	return found;
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
	    primary_key(table) == DatumGetObjectId(row->values[PLAN_PKEY]) &&
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

static bool
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
		if (c->digest && c->kind != KIND_BYTEA)
			return false;
	}
	return p->ncolumns > 0;
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
		Datum rel, cols;
		struct names names;

		if (!row_field(h, "rel", INT4OID, &rel, &no_rel) ||
		    !row_field(h, "cols", TEXTARRAYOID, &cols, &no_cols) ||
		    no_rel || no_cols)
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

/* NULL: it is not asked. Returns false if the rule does not say. */
static bool
read_asked(HeapTupleHeader rule, const char *field, struct names **names)
{
	Datum value;
	bool null;

	*names = NULL;
	if (!row_field(rule, field, TEXTARRAYOID, &value, &null))
		return false;
	if (!null) {
		*names = palloc(sizeof(**names));
		**names = read_names(value);
	}
	return true;
}

/* Returns false if the predicate is for the portable engine. */
static bool
read_when(struct plan *p, HeapTupleHeader h, struct rule *r)
{
	struct names *names;
	Datum query;
	bool null;
	int *cols, i;

	if (!row_field(h, "when", TEXTOID, &query, &null) ||
	    !read_asked(h, "when_columns", &names))
		return false;
	if (null)
		return true;
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
	Datum name;
	int i;

	if (!row_field(h, "name", TEXTOID, &name, &null) || null ||
	    !read_asked(h, "ops", &names) || names == NULL ||
	    !read_asked(h, "groups", &r->groups) ||
	    !read_asked(h, "actors", &r->actors) ||
	    !read_asked(h, "except_actors", &r->except_actors) ||
	    !read_asked(h, "ignore", &ignore) || ignore == NULL)
		return false;
	r->name = TextDatumGetCString(name);
	for (i = 0; i < NOPS; i++)
		r->ops[i] = has_name(names, ops[i]);
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
	if (!read_columns(p, RelationGetDescr(table), row))
		return false;
	key = read_names(row->values[PLAN_KEY]);
	p->nkey = key.n;
	p->keys = columns_named(p, &key);
	if (p->keys != NULL)
		name_columns(p, p->keys, p->nkey);
	p->require_session = DatumGetBool(row->values[PLAN_SESSION]);
	p->schema = read_text(row->values[PLAN_SCHEMA]);
	p->table = read_text(row->values[PLAN_TABLE]);
	return p->keys != NULL && read_column(p, row, PLAN_LABEL, &p->label) &&
	    read_column(p, row, PLAN_ACTOR_COLUMN, &p->actor_column) &&
	    read_parents(p, row) && read_rules(p, row);
}

bool
plan_read(struct plan *p, Relation plan, Relation table, HeapTuple tuple)
{
	struct row row;

	return read_row(plan, tuple, &row) && understand(p, table, &row);
}
