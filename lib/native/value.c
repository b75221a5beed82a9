/* value - a value of a column as JSON, as to_jsonb() makes it under fixed
 * settings */

#include "native.h"

#include "access/detoast.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

/* A text of up to so many bytes goes the quick way, and a value of any other
 * type of up to that many: how long its text gets is another matter. */
#define LONG_TEXT ((Size)16 * 1024 * 1024)
#define LONG_VALUE 32768
/* jsonb is copied by a function that calls itself at each level */
#define DEEP_JSON 100
#define LONG_JSON 800 /* no shorter one can be that deep */

/* The kinds of types that come with the server. What is not here is a number,
 * an array or goes by its output function. */
static const struct {
	Oid type;
	enum kind kind;
} kinds[] = {
	{ BOOLOID, KIND_BOOL },
	{ INT2OID, KIND_INT2 },
	{ INT4OID, KIND_INT4 },
	{ INT8OID, KIND_INT8 },
	{ FLOAT4OID, KIND_FLOAT },
	{ FLOAT8OID, KIND_FLOAT },
	{ NUMERICOID, KIND_NUMERIC },
	{ TEXTOID, KIND_TEXT },
	{ VARCHAROID, KIND_TEXT },
	{ BPCHAROID, KIND_TEXT },
	{ BYTEAOID, KIND_BYTEA },
	{ DATEOID, KIND_TIME },
	{ TIMESTAMPOID, KIND_TIME },
	{ TIMESTAMPTZOID, KIND_TIME },
	{ JSONBOID, KIND_JSONB },
	{ UUIDOID, KIND_PLAIN },
	{ TIMEOID, KIND_PLAIN },
	{ TIMETZOID, KIND_PLAIN },
	{ INTERVALOID, KIND_PLAIN },
	{ INETOID, KIND_PLAIN },
	{ CIDROID, KIND_PLAIN },
	{ MACADDROID, KIND_PLAIN },
	{ MACADDR8OID, KIND_PLAIN },
	{ OIDOID, KIND_PLAIN },
	{ NAMEOID, KIND_PLAIN },
	{ CHAROID, KIND_PLAIN },
	{ BITOID, KIND_PLAIN },
	{ VARBITOID, KIND_PLAIN },
	{ TSVECTOROID, KIND_PLAIN },
	{ XMLOID, KIND_PLAIN },
	{ POINTOID, KIND_PLAIN },
	{ INT4RANGEOID, KIND_PLAIN },
	/* json may hold what jsonb cannot */
	{ JSONOID, KIND_OTHER },
	/* what these look like depends on lc_monetary */
	{ CASHOID, KIND_OTHER },
	/* and these on search_path */
	{ REGPROCOID, KIND_OTHER },
	{ REGPROCEDUREOID, KIND_OTHER },
	{ REGOPEROID, KIND_OTHER },
	{ REGOPERATOROID, KIND_OTHER },
	{ REGCLASSOID, KIND_OTHER },
	{ REGCOLLATIONOID, KIND_OTHER },
	{ REGTYPEOID, KIND_OTHER },
	{ REGCONFIGOID, KIND_OTHER },
	{ REGDICTIONARYOID, KIND_OTHER },
	{ REGNAMESPACEOID, KIND_OTHER },
	{ REGROLEOID, KIND_OTHER },
};

/* Whether to_jsonb() would call a function for it that somebody made */
static bool
has_cast(Oid type)
{
	return SearchSysCacheExists2(CASTSOURCETARGET, ObjectIdGetDatum(type),
	    ObjectIdGetDatum(JSONOID));
}

static enum kind kind_of(Oid type);

/* Whether it is a range of what only the portable engine does; that of a
 * multirange is not asked. */
static bool
is_odd_range(Oid type)
{
	char typtype = get_typtype(type);
	Oid of;

	if (typtype != TYPTYPE_RANGE)
		return typtype == 'm'; /* PostgreSQL 13 has none */
	of = get_range_subtype(type);
	return kind_of(getBaseType(of)) == KIND_OTHER;
}

static enum kind
kind_of(Oid type)
{
	char typtype = get_typtype(type);
	Oid element = get_element_type(type);
	size_t i;

	for (i = 0; i < lengthof(kinds); i++)
		if (kinds[i].type == type)
			return kinds[i].kind;
	if (typtype == TYPTYPE_COMPOSITE || typtype == TYPTYPE_PSEUDO)
		return KIND_OTHER;
	if (OidIsValid(element)) {
		enum kind kind = kind_of(getBaseType(element));

		/* what somebody made is looked into by audit.value_sql() */
		if (type >= FirstNormalObjectId ||
		    element >= FirstNormalObjectId || kind == KIND_OTHER)
			return KIND_OTHER;
		return kind == KIND_OUT || kind == KIND_JSONB ? KIND_RISKY_ARRAY
							      : KIND_ARRAY;
	}
	if (type >= FirstNormalObjectId &&
	    (has_cast(type) || is_odd_range(type)))
		return KIND_OTHER;
	return typtype == TYPTYPE_ENUM ? KIND_PLAIN : KIND_OUT;
}

/* Finds out how values of a column become JSON; c->kind says it. */
void
value_find(struct column *c, Oid type, MemoryContext memory)
{
	Oid out;
	bool varlena;

	c->type = getBaseType(type);
	c->kind = kind_of(c->type);
	c->varlena = get_typlen(c->type) == -1;
	if (c->kind == KIND_ARRAY || c->kind == KIND_RISKY_ARRAY) {
		fmgr_info_cxt(F_TO_JSONB, &c->out, memory);
		/* which says to it of what type its argument is */
		fmgr_info_set_expr((Node *)makeFuncExpr(F_TO_JSONB, JSONBOID,
				       list_make1(makeNullConst(c->type, -1,
					   InvalidOid)),
				       InvalidOid, InvalidOid,
				       COERCE_EXPLICIT_CALL),
		    &c->out);
	} else if (c->kind == KIND_FLOAT || c->kind == KIND_PLAIN ||
	    c->kind == KIND_OUT) {
		getTypeOutputInfo(c->type, &out, &varlena);
		fmgr_info_cxt(out, &c->out, memory);
	}
}

/* Compares what is stored; what is out of line, and the same, is not read. */
bool
value_same(Datum a, Datum b, bool byval, int len)
{
	if (len == -1) {
		const void *x = DatumGetPointer(a), *y = DatumGetPointer(b);

		if (x == y)
			return true;
		if (VARSIZE_ANY(x) == VARSIZE_ANY(y) &&
		    memcmp(x, y, VARSIZE_ANY(x)) == 0)
			return true;
	}
	return datum_image_eq(a, b, byval, len);
}

/* How deep JSON goes is asked where it is long enough to be deep. */
static bool
too_deep(Jsonb *j)
{
	JsonbIterator *it = JsonbIteratorInit(&j->root);
	JsonbIteratorToken token;
	JsonbValue v;
	int depth = 0;

	while ((token = JsonbIteratorNext(&it, &v, false)) != WJB_DONE) {
		if (token == WJB_BEGIN_ARRAY || token == WJB_BEGIN_OBJECT)
			depth++;
		else if (token == WJB_END_ARRAY || token == WJB_END_OBJECT)
			depth--;
		if (depth > DEEP_JSON)
			return true;
	}
	return false;
}

bool
value_fits(const struct column *c, Datum value, bool is_null, Size *size)
{
	Size n;

	if (is_null)
		return true;
	if (c->kind == KIND_OTHER)
		return false;
	if (!c->varlena)
		return true;
	n = toast_raw_datum_size(value);
	*size += n;
	if (*size > LONG_TEXT)
		return false;
	if (c->kind == KIND_JSONB)
		return n < LONG_JSON || !too_deep(DatumGetJsonbP(value));
	return n <= LONG_VALUE || c->kind == KIND_TEXT || c->kind == KIND_BYTEA;
}

bool
value_sure(const struct column *c)
{
	return c->kind == KIND_BOOL || c->kind == KIND_INT2 ||
	    c->kind == KIND_INT4 || c->kind == KIND_INT8 ||
	    c->kind == KIND_TEXT || c->kind == KIND_BYTEA ||
	    c->kind == KIND_TIME;
}

bool
value_risky(const struct column *c)
{
	return c->kind == KIND_OUT || c->kind == KIND_RISKY_ARRAY;
}

static void
put_string(JsonbValue *v, char *s, int len)
{
	v->type = jbvString;
	v->val.string.val = s;
	v->val.string.len = len;
}

static void
put_int(JsonbValue *v, int64 i)
{
	v->type = jbvNumeric;
	v->val.numeric = compat_numeric(i);
}

/* A number where JSON has it, else (NaN, infinity) a string */
static void
put_number(JsonbValue *v, char *s)
{
	if (strpbrk(s, "Nn") != NULL) {
		put_string(v, s, (int)strlen(s));
		return;
	}
	v->type = jbvNumeric;
	v->val.numeric =
	    DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(s),
		ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

static void
put_jsonb(JsonbValue *v, Jsonb *j)
{
	if (JB_ROOT_IS_SCALAR(j)) {
		JsonbExtractScalar(&j->root, v);
		return;
	}
	v->type = jbvBinary;
	v->val.binary.data = &j->root;
	v->val.binary.len = (int)(VARSIZE(j) - VARHDRSZ);
}

static void
put_hex(JsonbValue *v, const struct varlena *bytes)
{
	Size n = VARSIZE_ANY_EXHDR(bytes);
	char *hex = palloc(2 + 2 * n);

	hex[0] = '\\';
	hex[1] = 'x';
	hex_encode(VARDATA_ANY(bytes), n, hex + 2);
	put_string(v, hex, (int)(2 + 2 * n));
}

void
value_json(struct column *c, Datum d, bool is_null, JsonbValue *v)
{
	struct varlena *text;
	char *s;

	v->type = jbvNull;
	if (is_null)
		return;
	switch (c->kind) {
	case KIND_BOOL:
		v->type = jbvBool;
		v->val.boolean = DatumGetBool(d);
		break;
	case KIND_INT2: put_int(v, DatumGetInt16(d)); break;
	case KIND_INT4: put_int(v, DatumGetInt32(d)); break;
	case KIND_INT8: put_int(v, DatumGetInt64(d)); break;
	case KIND_FLOAT: put_number(v, OutputFunctionCall(&c->out, d)); break;
	case KIND_NUMERIC:
		v->type = jbvNumeric;
		v->val.numeric = DatumGetNumeric(d);
		if (numeric_is_nan(v->val.numeric) ||
		    compat_is_inf(v->val.numeric))
			put_number(v,
			    DatumGetCString(
				DirectFunctionCall1(numeric_out, d)));
		break;
	case KIND_TEXT:
		text = PG_DETOAST_DATUM_PACKED(d);
		put_string(v, VARDATA_ANY(text), (int)VARSIZE_ANY_EXHDR(text));
		break;
	case KIND_BYTEA: put_hex(v, PG_DETOAST_DATUM_PACKED(d)); break;
	case KIND_TIME:
		s = palloc(MAXDATELEN + 1);
		JsonEncodeDateTime(s, d, c->type, NULL);
		put_string(v, s, (int)strlen(s));
		break;
	case KIND_JSONB: put_jsonb(v, DatumGetJsonbP(d)); break;
	case KIND_ARRAY:
	case KIND_RISKY_ARRAY:
		put_jsonb(v, DatumGetJsonbP(FunctionCall1(&c->out, d)));
		break;
	case KIND_PLAIN:
	case KIND_OUT:
		s = OutputFunctionCall(&c->out, d);
		put_string(v, s, (int)strlen(s));
		break;
	case KIND_OTHER: elog(ERROR, "a value of an unknown kind");
	}
}

static void
put_member(JsonbParseState **state, const char *name, JsonbValue *value)
{
	JsonbValue key;

	key.type = jbvString;
	key.val.string.val = (char *)name;
	key.val.string.len = (int)strlen(name);
	pushJsonbValue(state, WJB_KEY, &key);
	pushJsonbValue(state, WJB_VALUE, value);
}

static void
put_masked(JsonbValue *v)
{
	JsonbParseState *state = NULL;
	JsonbValue yes = { .type = jbvBool, .val.boolean = true };

	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	put_member(&state, "masked", &yes);
	put_jsonb(v,
	    JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL)));
}

static void
put_digest(JsonbValue *v, const struct varlena *bytes)
{
	JsonbParseState *state = NULL;
	JsonbValue size, digest;
	struct varlena *hash;

	hash = DatumGetByteaPP(
	    DirectFunctionCall1(sha256_bytea, PointerGetDatum(bytes)));
	put_hex(&digest, hash);
	digest.val.string.val += 2; /* without \x */
	digest.val.string.len -= 2;
	put_int(&size, (int64)VARSIZE_ANY_EXHDR(bytes));
	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	put_member(&state, "bytes", &size);
	put_member(&state, "sha256", &digest);
	put_jsonb(v,
	    JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL)));
}

void
value_stored(struct column *c, Datum d, bool is_null, JsonbValue *v)
{
	if (c->mask)
		put_masked(v);
	else if (c->digest && !is_null)
		put_digest(v, PG_DETOAST_DATUM_PACKED(d));
	else
		value_json(c, d, is_null, v);
}

char *
value_text(const JsonbValue *v)
{
	switch (v->type) {
	case jbvBool: return pstrdup(v->val.boolean ? "true" : "false");
	case jbvNumeric:
		return DatumGetCString(DirectFunctionCall1(numeric_out,
		    NumericGetDatum(v->val.numeric)));
	case jbvString: return pnstrdup(v->val.string.val, v->val.string.len);
	case jbvBinary:
		return JsonbToCString(NULL, v->val.binary.data,
		    v->val.binary.len);
	default: return NULL;
	}
}
