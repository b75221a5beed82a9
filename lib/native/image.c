/* image - what an event says of a change: the values, the key, the label */

#include "native.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"

/* The values of one side of a change; NULL where it has none */
struct side {
	Datum *values;
	bool *nulls;
};

/* One column of it as JSON, whatever the rules hide */
static void
get(const struct plan *p, const struct side *s, int column, JsonbValue *v)
{
	struct column *c = &p->columns[column];

	value_json(c, s->values[c->att], s->nulls[c->att], v);
}

static char *
get_text(const struct plan *p, const struct side *s, int column)
{
	JsonbValue v;

	get(p, s, column, &v);
	return value_text(&v);
}

static void
begin(JsonbParseState **state)
{
	*state = NULL;
	pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
}

static void
put(JsonbParseState **state, const struct column *c, JsonbValue *v)
{
	JsonbValue name;

	name.type = jbvString;
	name.val.string.val = c->name;
	name.val.string.len = c->len;
	pushJsonbValue(state, WJB_KEY, &name);
	pushJsonbValue(state, WJB_VALUE, v);
}

static Datum
end(JsonbParseState **state)
{
	return JsonbPGetDatum(
	    JsonbValueToJsonb(pushJsonbValue(state, WJB_END_OBJECT, NULL)));
}

static void
put_stored(JsonbParseState **state, const struct plan *p, const struct side *s,
    int column)
{
	struct column *c = &p->columns[column];
	JsonbValue v;

	value_stored(c, s->values[c->att], s->nulls[c->att], &v);
	put(state, c, &v);
}

/* The whole row, as far as it is kept */
static Datum
whole(const struct plan *p, const struct side *s)
{
	JsonbParseState *state;
	int i;

	begin(&state);
	for (i = 0; i < p->ncolumns; i++)
		if (!p->columns[i].exclude)
			put_stored(&state, p, s, i);
	return end(&state);
}

Datum
image_columns(const struct plan *p, Datum *values, bool *nulls, int n,
    const int *cols)
{
	struct side s = { values, nulls };
	JsonbParseState *state;
	JsonbValue v;
	int i;

	begin(&state);
	for (i = 0; i < n; i++) {
		get(p, &s, cols[i], &v);
		put(&state, &p->columns[cols[i]], &v);
	}
	return end(&state);
}

static bool
same_text(const JsonbValue *a, const JsonbValue *b)
{
	char *x = value_text(a), *y = value_text(b);

	return x == NULL || y == NULL ? x == y : strcmp(x, y) == 0;
}

/* Which of the columns have changed: those that do not read the same. */
static bool
find_changed(const struct plan *p, const struct change *c,
    const struct side *old, const struct side *new, struct image *image)
{
	bool any = false;
	int i;

	image->changed = palloc0(sizeof(bool) * p->ncolumns);
	for (i = 0; i < p->ncolumns; i++) {
		const struct column *col = &p->columns[i];
		JsonbValue a, b;

		if (!c->changed[col->att] || col->exclude)
			continue;
		if (!value_sure(col)) {
			get(p, old, i, &a);
			get(p, new, i, &b);
			if (same_text(&a, &b))
				continue;
		}
		image->changed[i] = any = true;
	}
	return any;
}

static Datum
changed_only(const struct plan *p, const struct side *s, const bool *changed)
{
	JsonbParseState *state;
	int i;

	begin(&state);
	for (i = 0; i < p->ncolumns; i++)
		if (changed[i])
			put_stored(&state, p, s, i);
	return end(&state);
}

/* audit.record() of a table and the values of a key as text; "" is no NULL. */
static int64
record_of(int rel, char *const *texts, int n)
{
	StringInfoData all;
	uint64 hash = 0;
	int i;

	initStringInfo(&all);
	if (n == 1 && texts[0] != NULL)
		appendStringInfoString(&all, texts[0]);
	for (i = 0; n > 1 && i < n; i++) {
		appendStringInfoString(&all, i == 0 ? "[" : ", ");
		if (texts[i] == NULL)
			appendStringInfoString(&all, "null");
		else
			escape_json(&all, texts[i]);
	}
	if (n > 1)
		appendStringInfoChar(&all, ']');
	if (n > 1 || (n == 1 && texts[0] != NULL))
		hash = DatumGetUInt64(
		    hash_any_extended((unsigned char *)all.data, all.len, 0));
	return (int64)(((uint64)rel << 32) | (hash & 0xffffffff));
}

static int64
record_by(const struct plan *p, const struct side *s, int rel, const int *cols,
    int n, bool *has_null)
{
	char **texts = palloc(sizeof(*texts) * Max(n, 1));
	int i;

	*has_null = false;
	for (i = 0; i < n; i++)
		if ((texts[i] = get_text(p, s, cols[i])) == NULL)
			*has_null = true;
	return record_of(rel, texts, n);
}

static void
make_key(const struct plan *p, const struct side *s, struct image *image)
{
	bool has_null;

	image->record =
	    record_by(p, s, p->key.rel, p->keys, p->nkey, &has_null);
	if (p->nkey > 0)
		image->key =
		    image_columns(p, s->values, s->nulls, p->nkey, p->keys);
}

static bool
any_of(const bool *changed, const int *cols, int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (changed[cols[i]])
			return true;
	return false;
}

static void
add_record(Datum *records, int *n, int64 record)
{
	int i;

	for (i = 0; i < *n; i++)
		if (DatumGetInt64(records[i]) == record)
			return;
	records[(*n)++] = Int64GetDatum(record);
}

/* audit.parents() */
static void
make_parents(const struct plan *p, const struct side *old,
    const struct side *new, struct image *image)
{
	const struct side *sides[2] = { old, new };
	Datum *records = palloc(sizeof(Datum) * 2 * Max(p->nparents, 1));
	int i, k, n = 0;

	for (i = 0; i < p->nparents; i++) {
		const struct parent *f = &p->parents[i];

		if (image->changed != NULL &&
		    !any_of(image->changed, f->cols, f->n))
			continue;
		for (k = 0; k < 2; k++) {
			bool has_null;
			int64 r;

			if (sides[k]->values == NULL)
				continue;
			r = record_by(p, sides[k], f->rel, f->cols, f->n,
			    &has_null);
			if (!has_null)
				add_record(records, &n, r);
		}
	}
	if (n > 0)
		image->parents = PointerGetDatum(construct_array(records, n,
		    INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

static void
make(const struct plan *p, const struct change *c, const struct side *old,
    const struct side *new, struct image *image)
{
	const struct side *before = c->op == OP_INSERT ? new : old;
	bool has_null;
	char *label;

	if (c->op == OP_UPDATE) {
		image->nothing = !find_changed(p, c, old, new, image);
		if (image->nothing)
			return;
		image->old = p->nkey == 0
		    ? whole(p, old)
		    : changed_only(p, old, image->changed);
		image->new = changed_only(p, new, image->changed);
		image->moved = any_of(image->changed, p->keys, p->nkey);
	} else if (c->op == OP_INSERT)
		image->new = whole(p, new);
	else
		image->old = whole(p, old);
	make_key(p, before, image);
	if (image->moved)
		image->record_to =
		    record_by(p, new, p->key.rel, p->keys, p->nkey, &has_null);
	if (p->label != -1 && (label = get_text(p, before, p->label)) != NULL)
		image->label = CStringGetTextDatum(label);
	if (p->actor_column != -1 && c->op != OP_DELETE)
		image->actor = get_text(p, new, p->actor_column);
	if (p->nparents > 0)
		make_parents(p, old, new, image);
}

struct making {
	const struct plan *plan;
	const struct change *change;
	struct image *image;
};

static void
make_this(void *arg)
{
	const struct making *m = arg;
	const struct change *c = m->change;
	struct side old = { c->olds, c->old_nulls };
	struct side new = { c->news, c->new_nulls };

	make(m->plan, c, &old, &new, m->image);
}

static void
make_fixed(void *arg)
{
	settings_run(make_this, arg);
}

/* Whether all values that are needed fit, and whether one is risky */
static bool
look(const struct plan *p, const struct change *c, bool *risky)
{
	Size size = 0;
	int i;

	*risky = false;
	if (p->natts != RelationGetDescr(c->table)->natts)
		return false;
	for (i = 0; i < p->ncolumns; i++) {
		const struct column *col = &p->columns[i];

		if (!col->named &&
		    (col->exclude ||
			(c->op == OP_UPDATE && p->nkey > 0 &&
			    !c->changed[col->att])))
			continue;
		if (c->old != NULL &&
		    !value_fits(col, c->olds[col->att], c->old_nulls[col->att],
			&size))
			return false;
		if (c->new != NULL &&
		    !value_fits(col, c->news[col->att], c->new_nulls[col->att],
			&size))
			return false;
		*risky = *risky || value_risky(col);
	}
	return true;
}

bool
image_make(const struct plan *p, const struct change *c, struct image *image)
{
	struct making making = { p, c, image };
	bool risky;

	if (!look(p, c, &risky))
		return false;
	if (risky)
		return guard(make_fixed, &making);
	make_fixed(&making);
	return true;
}
