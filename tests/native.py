#!/usr/bin/python3
"""native.py SINCE PORTABLE NATIVE - do both engines write the same events?

The same was done in both databases, one with either engine. The events of rows,
truncates and gaps since this id must be the same ones in the same order: every column has the same
value, to the letter, but for those that are by chance or of the clock: id, at,
txid, salt, the session. Transactions and sessions must be as many, each with
the same events. Of each event by itself: its id is made of its time and unique,
its salt is random, its jsonb is as PostgreSQL would have made it.
Prints how many there are; exit 0 when all this holds, 1 when not.
"""

import sys

import psycopg2

# to be read as text, to the letter
COLUMNS = """select attname from pg_attribute
    where attrelid = 'audit.event'::regclass and attnum > 0
    and not attisdropped order by attnum"""

# what is wrong with an event by itself
FAULT = """concat_ws(', ',
    case when e.id < audit.first_id(e.at)
	or e.id >= audit.first_id(e.at + interval '1 microsecond')
	then 'an id of another time' end,
    case when e.id::text !~ '^.{14}7.{4}[89ab]' then 'an id of no UUIDv7' end,
    case when e.salt::text !~ '^.{14}4.{4}[89ab]' then 'a salt of no UUIDv4' end,
    case when e.old <> e.old::text::jsonb
	or jsonb_hash(e.old) <> jsonb_hash(e.old::text::jsonb)
	or jsonb_send(e.old) <> jsonb_send(e.old::text::jsonb)
	then 'an old that is no proper jsonb' end,
    case when e.new <> e.new::text::jsonb
	or jsonb_hash(e.new) <> jsonb_hash(e.new::text::jsonb)
	or jsonb_send(e.new) <> jsonb_send(e.new::text::jsonb)
	then 'a new that is no proper jsonb' end,
    case when e.key <> e.key::text::jsonb
	or jsonb_hash(e.key) <> jsonb_hash(e.key::text::jsonb)
	then 'a key that is no proper jsonb' end,
    case when (e.xmin::text::bigint - (e.txid & 4294967295)) not between 0
	and 1000000 then 'a txid of another transaction' end)"""

OPS = ['insert', 'update', 'delete', 'truncate', 'gap']
CHANCE = {'id', 'at', 'txid', 'salt', 'session'}


def connect(database):
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("set timezone = 'UTC'; set extra_float_digits = 1;"
                       "set search_path = pg_catalog")
    return connection


def events(connection, since):
    """Each event as a dict, what is by chance made plain, and its fault."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        columns = [name for name, in cursor]
        cursor.execute('select %s, %s from audit.event e where e.id >= %%s and '
                       'e.op = any(%%s) order by e.id' %
                       (', '.join(f'e."{c}"::text' for c in columns), FAULT),
                       [since, OPS])
        rows = [(dict(zip(columns, row)), row[-1]) for row in cursor]
    ids = [event['id'] for event, _ in rows]
    txids, sessions, plain = {None: None}, {None: None}, []
    for event, fault in rows:
        told = {c: v for c, v in event.items() if c not in CHANCE}
        told['txid'] = txids.setdefault(event['txid'], len(txids))
        told['session'] = sessions.setdefault(event['session'], len(sessions))
        plain.append((told, fault, event['id']))
    if len(set(ids)) < len(ids):
        plain.append(({}, 'an id twice', None))
    return plain


def differences(portable, native):
    """What is wrong, line by line; nothing if all is well."""
    for name, side in (('portable', portable), ('native', native)):
        for _, fault, key in side:
            if fault:
                yield f'{name}: {key}: {fault}'
    for n, ((p, _, _), (q, _, _)) in enumerate(zip(portable, native), 1):
        for column in p.keys() | q.keys():
            if p.get(column) != q.get(column):
                yield (f'event {n}: {p.get("op")} of {p.get("table")} '
                       f'{p.get("key")}: {column}\n'
                       f'  portable: {str(p.get(column))[:600]}\n'
                       f'  native:   {str(q.get(column))[:600]}')
    if len(portable) != len(native):
        yield f'portable: {len(portable)} events, native: {len(native)}'
        for side in portable, native:
            yield ' '.join(str(told.get('op')) for told, _, _ in side)[:600]


def main():
    since, *databases = sys.argv[1:]
    portable, native = (events(connect(d), since) for d in databases)
    wrong = 0
    for wrong, line in enumerate(differences(portable, native), 1):
        if wrong <= 10:
            print('native:', line, file=sys.stderr)
    print(len(portable))
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
