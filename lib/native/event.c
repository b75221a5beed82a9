/* event - the row of audit.event for a change: its id, its time and who did it
 */

#include "native.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* Random bytes, asked of the system for many events at once, which is most of
 * what they cost. What was used is wiped: it hides values from whoever knows
 * only hashes. */
#define EVENT_RANDOM 24 /* 8 of the id, 16 of the salt */

static void
take_random(uint8 some[EVENT_RANDOM])
{
	static uint8 pool[128 * EVENT_RANDOM];
	static Size left;

	if (left == 0) {
		if (!pg_strong_random(pool, sizeof(pool)))
			ereport(ERROR, errcode(ERRCODE_INTERNAL_ERROR),
			    errmsg("could not generate random values"));
		left = sizeof(pool);
	}
	left -= EVENT_RANDOM;
	memcpy(some, pool + left, EVENT_RANDOM);
	memset(pool + left, 0, EVENT_RANDOM);
}

/* The time of an event. Events of one backend are a microsecond apart at
 * least, so that their ids sort as they happened; who sets the clock back sets
 * it back. */
static TimestampTz
event_time(void)
{
	static TimestampTz last;
	TimestampTz now = GetCurrentTimestamp();

	if (now <= last && last - now < 1000)
		now = last + 1;
	last = now;
	return now;
}

/* audit.new_id(): UUIDv7 (RFC 9562, section 6.2, method 3), 60 bits of time in
 * 1/4096 of a millisecond since 1970. */
static void
make_id(pg_uuid_t *id, TimestampTz at, const uint8 *some)
{
	const int64 epoch =
	    (int64)(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY;
	uint64 ticks = 0;
	int i;

	if (at > -epoch)
		ticks = (uint64)(at + epoch) * 512 / 125;
	for (i = 0; i < 6; i++)
		id->data[i] = (uint8)(ticks >> (52 - 8 * i));
	id->data[6] = (uint8)(0x70 | ((ticks >> 8) & 0x0f));
	id->data[7] = (uint8)ticks;
	memcpy(id->data + 8, some, 8);
	id->data[8] = (uint8)(0x80 | (id->data[8] & 0x3f));
}

static void
make_salt(pg_uuid_t *salt, const uint8 *some)
{
	memcpy(salt->data, some, UUID_LEN);
	salt->data[6] = (uint8)(0x40 | (salt->data[6] & 0x0f));
	salt->data[8] = (uint8)(0x80 | (salt->data[8] & 0x3f));
}

/* The client's address as text, 0 for none. A backend has one client. */
static Datum
address(void)
{
	static Datum text;
	static bool known;
	LOCAL_FCINFO(call, 0);
	FmgrInfo function = { .fn_addr = NULL };
	MemoryContext before;
	Datum addr;

	if (known)
		return text;
	InitFunctionCallInfoData(*call, &function, 0, InvalidOid, NULL, NULL);
	addr = inet_client_addr(call);
	if (!call->isnull) {
		before = MemoryContextSwitchTo(TopMemoryContext);
		text = DirectFunctionCall1(network_host, addr);
		MemoryContextSwitchTo(before);
	}
	known = true;
	return text;
}

struct fields {
	Datum values[NFIELDS];
	bool nulls[NFIELDS];
};

static void
set(struct fields *f, enum field field, Datum value)
{
	f->values[field] = value;
	f->nulls[field] = false;
}

/* What is null if it is 0 */
static void
set_some(struct fields *f, enum field field, Datum value)
{
	if (value != 0)
		set(f, field, value);
}

static void
set_text(struct fields *f, enum field field, const char *text)
{
	if (text != NULL)
		set(f, field, CStringGetTextDatum(text));
}

static void
set_who(struct fields *f, const struct who *who, const char *actor)
{
	set_text(f, FIELD_ACTOR, actor);
	set_text(f, FIELD_SESSION, who->session);
	set_text(f, FIELD_ROLE, GetUserNameFromId(GetSessionUserId(), false));
	set_text(f, FIELD_AS_ROLE, who_taken_role());
	set_text(f, FIELD_APP, who_setting("application_name"));
	set_text(f, FIELD_REASON, who_said("audit.reason"));
	set_some(f, FIELD_ADDR, address());
}

bool
event_write(const struct plan *p, const struct change *c,
    const struct image *image, const struct who *who, const char *actor,
    Datum rules)
{
	static const char *const ops[NOPS] = { "insert", "update", "delete" };
	uint8 some[EVENT_RANDOM];
	TimestampTz at = event_time();
	struct fields f;
	pg_uuid_t id, salt;

	take_random(some);
	memset(f.values, 0, sizeof(f.values));
	memset(f.nulls, true, sizeof(f.nulls));
	make_id(&id, at, some);
	make_salt(&salt, some + 8);
	set(&f, FIELD_ID, UUIDPGetDatum(&id));
	set(&f, FIELD_AT, TimestampTzGetDatum(at));
	set(&f, FIELD_TXID,
	    Int64GetDatum(
		(int64)U64FromFullTransactionId(GetTopFullTransactionId())));
	set(&f, FIELD_RECORD, Int64GetDatum(image->record));
	if (image->moved)
		set(&f, FIELD_RECORD_TO, Int64GetDatum(image->record_to));
	set(&f, FIELD_SALT, UUIDPGetDatum(&salt));
	set(&f, FIELD_OP, CStringGetTextDatum(ops[c->op]));
	set(&f, FIELD_SCHEMA, p->schema);
	set(&f, FIELD_TABLE, p->table);
	set_some(&f, FIELD_KEY, image->key);
	set_some(&f, FIELD_LABEL, image->label);
	set_some(&f, FIELD_OLD, image->old);
	set_some(&f, FIELD_NEW, image->new);
	set_some(&f, FIELD_PARENTS, image->parents);
	set(&f, FIELD_RULES, rules);
	set_who(&f, who, actor);
	return store_event(c->trail, f.values, f.nulls);
}
