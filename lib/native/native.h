/* native - the capture trigger in C, what its parts share
 *
 * It makes the same events as audit.capture() in PL/pgSQL does, from the same
 * plans (audit.plan). What is seldom goes to audit.change(), so that there is
 * one meaning of the rules. Each part says "no" where it does not know what to
 * do, and then audit.change() is asked: never is an event lost or made
 * up.
 *
 * Memory: what is made for one event is in the memory context of the caller,
 * which the server empties after each row.
 */

#ifndef AUDIT_NATIVE_H
#define AUDIT_NATIVE_H

#include "postgres.h"

#include "access/htup.h"
#include "access/tupdesc.h"
#include "fmgr.h"
#include "storage/itemptr.h"
#include "utils/jsonb.h"
#include "utils/rel.h"
#include "utils/snapshot.h"

#include "compat.h"

/* Where the trail is: found by the schema of the trigger's function. Borrowed
 * by all until the next trail_find(). */
struct trail {
	Oid function; /* audit.capture() */
	Oid schema;
	Oid plan;		       /* the table audit.plan */
	AttrNumber rel_num, relid_num; /* its columns of this name */
	Oid by_rel, by_relid;	       /* and its indexes on them; 0: none */
	Oid event;		       /* the table audit.event */
	Oid change;		       /* the function audit.capture_change() */
	Oid who;		       /* the function audit.capture_who() */
};

const struct trail *trail_find(Oid function);
/* A field of a row of the trail. Returns false if that has none of this name
 * and type. */
bool row_field(HeapTupleHeader, const char *name, Oid type, Datum *value,
    bool *null);

/* How the value of a column becomes JSON */
enum kind {
	KIND_OTHER, /* only the portable engine does it */
	KIND_BOOL,
	KIND_INT2,
	KIND_INT4,
	KIND_INT8,
	KIND_FLOAT,
	KIND_NUMERIC,
	KIND_TEXT,
	KIND_BYTEA,
	KIND_TIME, /* date, timestamp and timestamptz */
	KIND_JSONB,
	KIND_PLAIN, /* by its output function, which does not fail */
	KIND_OUT,   /* by its output function */
	KIND_ARRAY, /* by to_jsonb() */
	KIND_RISKY_ARRAY,
};

struct column {
	char *name;
	int len; /* of the name, in bytes */
	int att; /* its place in a row, from 0 */
	enum kind kind;
	Oid type; /* of a domain its base type */
	bool varlena;
	FmgrInfo out; /* KIND_FLOAT, KIND_PLAIN, KIND_OUT, KIND_ARRAY */
	bool named;   /* in the key, the label or the like */
	bool digest;  /* keep size and digest */
	bool exclude;
	bool mask;
};

/* A foreign key to a table whose rule has --related */
struct parent {
	int rel;
	int n;
	int *cols; /* here, as places in plan.columns */
};

enum op { OP_INSERT, OP_UPDATE, OP_DELETE, NOPS };

struct names {
	int n;
	char **name;
};

/* A rule that not everybody's change meets */
struct rule {
	char *name;
	bool ops[NOPS];
	bool *ignore; /* for each of plan.columns; NULL: none */
	struct names *groups, *actors, *except_actors; /* NULL: not asked */
	struct when *when;			       /* NULL: likewise */
};

/* What is to be done for one table under one identity. */
struct plan {
	struct {
		Oid relid;
		int rel;
	} key;		    /* of the hash table */
	bool valid;	    /* nothing has changed on which it depends */
	uint64 serial;	    /* another one: it was read anew */
	TransactionId xmin; /* with tid the version of its row */
	ItemPointerData tid;
	MemoryContext memory; /* of all below */
	enum plan_how {
		PLAN_NONE,  /* no rule */
		PLAN_OTHER, /* is for the portable engine */
		PLAN_NATIVE
	} how;
	int nwatched;
	Oid *watched; /* the table, and the partitioned ones that it is of */
	int natts;
	int ncolumns;
	struct column *columns; /* those that are there, in jsonb's order */
	int nkey;
	int *keys; /* places in columns, in the order of the index */
	int label; /* likewise, -1: none */
	int actor_column;
	int nparents;
	struct parent *parents;
	int nrules;
	struct rule *rules; /* none: what is in "asked" holds for everybody */
	Datum asked[NOPS];  /* text, the rules that ask; 0: none */
	bool require_session;
	Datum schema, table; /* text */
};

/* The plan of a table as this snapshot has it; borrowed until the next call. */
struct plan *plan_find(const struct trail *, Relation table, int rel, Snapshot);

/* Understands a row of audit.plan, tuple, for this table; what it makes is in
 * CurrentMemoryContext. Returns false if the portable engine is to do it. */
bool plan_read(struct plan *, Relation plan, Relation table, HeapTuple tuple);

/* One change of a row */
struct change {
	const struct trail *trail;
	Relation table;
	int rel;
	enum op op;
	HeapTuple old, new; /* NULL where there is none */
	Datum *olds, *news; /* their values */
	bool *old_nulls, *new_nulls;
	bool *changed; /* update: for each place in a row, the bytes differ */
};

/* Who acts, as audit.use_session() has said; of a statement. */
struct who {
	char *ticket;  /* for which this holds; NULL: for none */
	char *session; /* NULL: in no session */
	char *actor;   /* may be NULL */
	struct names groups;
};

/* Asks audit.capture_who(), once for a ticket; memory is for what it says. */
void who_find(struct who *, const struct trail *, MemoryContext memory);
/* The setting, NULL if it is not there or empty; borrowed until it changes */
const char *who_setting(const char *name);
/* audit.said(): likewise; what is no text is an error. */
const char *who_said(const char *name);
/* What SET ROLE said, NULL if nothing; likewise */
const char *who_taken_role(void);

/* The rules that ask for a change, as text, or 0. changed: for each of
 * plan.columns, or NULL where all are new or gone. actor may be NULL. */
Datum rule_asked(const struct plan *, const struct change *,
    const bool *changed, const char *actor, const struct who *);

/* A predicate: a query on the row as jsonb, prepared. cols are the columns that
 * it names, as places in plan.columns. Memory is CurrentMemoryContext, but for
 * what when_free() frees. NULL: the server does not take it. */
struct when *when_new(const char *query, int n, const int *cols);
void when_free(struct when *);
/* Whether it holds for the row as it is after the change, or was; if that
 * cannot be told, it does. */
bool when_met(const struct when *, const struct plan *, const struct change *);

/* Runs a function that may fail; what it did in the server is undone then, as
 * it is for EXCEPTION in PL/pgSQL. Returns whether it did not fail. */
bool guard(void (*function)(void *), void *arg);

/* Values. size counts the bytes that were taken; see value_fits(). */
void value_find(struct column *, Oid type, MemoryContext memory);
bool value_same(Datum, Datum, bool byval, int len);
bool value_fits(const struct column *, Datum, bool is_null, Size *size);
/* Whether different bytes of it always are different values */
bool value_sure(const struct column *);
/* Whether making JSON of it may fail */
bool value_risky(const struct column *);
/* as to_jsonb() makes it */
void value_json(struct column *, Datum, bool is_null, JsonbValue *);
/* what an event keeps of it */
void value_stored(struct column *, Datum, bool is_null, JsonbValue *);
/* as ->> makes text of it; NULL of a null. */
char *value_text(const JsonbValue *);

/* Runs a function with the settings by which values are written and predicates
 * read, whatever the session's are; these are back afterwards, also when there
 * was an error. */
void settings_run(void (*function)(void *), void *arg);

/* What an event says of a change. 0: null. */
struct image {
	bool nothing;	     /* nothing that is kept has changed */
	bool *changed;	     /* update: for each of plan.columns */
	Datum old, new, key; /* jsonb */
	Datum label;	     /* text */
	char *actor;	     /* of the actor column */
	int64 record, record_to;
	bool moved;    /* there is a record_to */
	Datum parents; /* bigint[] */
};

/* These columns of a row as one jsonb, whatever the rules hide. */
Datum image_columns(const struct plan *, Datum *values, bool *nulls, int n,
    const int *cols);

/* Returns false where only the portable engine can do it. */
bool image_make(const struct plan *, const struct change *, struct image *);

/* Writes the event; rules is text. Returns false where audit.event is not as
 * we made it: then nothing was done. */
bool event_write(const struct plan *, const struct change *,
    const struct image *, const struct who *, const char *actor, Datum rules);

/* Where events go: heap, index and all. Values in the order of enum field. */
enum field {
	FIELD_ID,
	FIELD_AT,
	FIELD_TXID,
	FIELD_RECORD,
	FIELD_RECORD_TO,
	FIELD_SALT,
	FIELD_OP,
	FIELD_SCHEMA,
	FIELD_TABLE,
	FIELD_KEY,
	FIELD_LABEL,
	FIELD_ACTOR,
	FIELD_ROLE,
	FIELD_AS_ROLE,
	FIELD_SESSION,
	FIELD_APP,
	FIELD_ADDR,
	FIELD_REASON,
	FIELD_RULES,
	FIELD_OLD,
	FIELD_NEW,
	FIELD_REDACTED,
	FIELD_PARENTS,
	FIELD_PARTS,
	NFIELDS
};
bool store_event(const struct trail *, Datum *values, bool *nulls);

/* Invalidations: whichever table is meant, InvalidOid for all of them */
void plan_invalidate(Oid relid);
void store_invalidate(Oid relid);

#endif
