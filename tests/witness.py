#!/usr/bin/env python3
"""witness.py CHANGES EVENTS TABLE[=SHOWN]... - does the trail tell what happened?

CHANGES is what PostgreSQL itself decoded from its log with test_decoding, each
row of pg_logical_slot_get_changes() as a JSON line; EVENTS is the trail, a JSON
line an event. The tables, named as test_decoding names them, have REPLICA
IDENTITY FULL, were empty when the slot was made and have columns of built-in
types, enums and domains, no composites; SHOWN is the name in the trail of a
partition's topmost parent.

Every decoded change of these tables must be an event once, with the same
transaction, columns and values, and there must be no other event; the events of
one record must come in the order of its changes. A TRUNCATE must be a delete for
each row that the changes before it left, and a truncate.
Exit 0 when all this holds, 1 when not.
"""

import collections
import hashlib
import json
import re
import sys
from decimal import Decimal

INTEGERS = {'smallint', 'integer', 'bigint', 'oid'}
FLOATS = {'real', 'double precision'}
NAME = r'(?:"(?:[^"]|"")*"|[^ ".,:\[\]]+)'
TABLES = re.compile(rf'table ({NAME}\.{NAME}(?:, {NAME}\.{NAME})*): '
                    r'(INSERT|UPDATE|DELETE|TRUNCATE):')
TOKEN = re.compile(
    rf" (?:(old-key|new-tuple):|({NAME})\[(.*?)\]:(B?'(?:[^']|'')*'|[^ ]+))", re.S)

complaints = 0


def wrong(what):
    global complaints
    complaints += 1
    if complaints <= 10:
        print('witness:', what, file=sys.stderr)


class Number(str):
    """A number as it is written, so that no digit is lost."""


def plain(number):
    text = format(Decimal(number), 'f')
    return Number('0' if text == '-0' else text)


def read_json(text):
    return json.loads(text, parse_int=Number, parse_float=Number)


def read_json_value(text):
    return json.loads(text, parse_int=plain, parse_float=plain)


def text_of(value):
    """One text for equal values; a number is no string of digits."""
    if isinstance(value, Number):
        return '#' + value
    if isinstance(value, dict):
        return '{%s}' % ','.join(
            json.dumps(k) + text_of(v) for k, v in sorted(value.items()))
    if isinstance(value, list):
        return '[%s]' % ','.join(map(text_of, value))
    return json.dumps(value)


# What a value of the log should be in an event

def expected(kind, text):
    if text is None:
        return None
    if kind.endswith('[]'):
        return expected_array(kind[:-2], text)
    if kind in INTEGERS:
        return Number(text)
    if kind in FLOATS or kind == 'numeric':
        if text in ('NaN', 'Infinity', '-Infinity'):
            return text
        return plain(text) if kind in FLOATS else Number(text)
    if kind == 'boolean':
        return text in ('t', 'true')
    if kind in ('json', 'jsonb'):
        return read_json_value(text)
    if kind == 'bytea':
        value = bytes.fromhex(text[2:])
        return {'bytes': Number(len(value)),
                'sha256': hashlib.sha256(value).hexdigest()}
    if kind.startswith('timestamp'):
        text = re.sub(r'^(\S+) (\d)', r'\1T\2', text)
        return re.sub(r'\+00(?= BC|$)', '+00:00', text)
    return text


def expected_array(kind, text):
    stack = [[]]
    text = re.sub(r'^[^{"]*=', '', text)  # bounds
    for quoted, bare, mark in re.findall(
            r'"((?:[^"\\]|\\.)*)"|([^{},"]+)|([{},])', text, re.S):
        if mark == '{':
            stack.append([])
        elif mark == '}':
            done = stack.pop()
            stack[-1].append(done)
        elif bare:
            stack[-1].append(
                None if bare == 'NULL' else element(kind, bare))
        elif not mark:
            stack[-1].append(element(kind, re.sub(r'\\(.)', r'\1', quoted,
                                                  flags=re.S)))
    return stack[0][0]


def element(kind, text):
    return text if kind == 'bytea' else expected(kind, text)


# What PostgreSQL decoded

def rows_of(text):
    """The row, or both; a null of an old row is not in the log."""
    rows = [{}]
    for mark, name, kind, value in TOKEN.findall(text):
        name = unquoted(name)
        if mark == 'new-tuple':
            rows.append({})
        elif value == 'unchanged-toast-datum':
            rows[1][name] = rows[0][name]
        elif value == 'null':
            rows[-1][name] = None
        elif not mark:
            if value[-1] == "'":
                value = value[value.index("'") + 1:-1].replace("''", "'")
            rows[-1][name] = expected(kind, value)
    return rows


def unquoted(name):
    return name[1:-1].replace('""', '"') if name[:1] == '"' else name


def without_nulls(row):
    return {k: v for k, v in row.items() if v is not None}


class Place:
    """Where a change is in the order of the commits; its row beforehand;
    whether it must have an event, whether it has one."""

    def __init__(self, number, row, needed):
        self.number = number
        self.row = row
        self.needed = needed
        self.taken = False


class Log:
    """The changes in the order of their commits, each as what its event
    should say; and the rows that they left."""

    def __init__(self, shown):
        self.shown = shown
        self.rows = collections.defaultdict(collections.Counter)
        self.wanted = collections.defaultdict(collections.deque)
        self.count = 0

    def read(self, file):
        for line in file:
            change = json.loads(line)
            head = TABLES.match(change['data'])
            if not head:
                continue
            tables = re.findall(rf'{NAME}\.{NAME}', head[1])
            tables = [t for t in tables if t in self.shown]
            if head[2] == 'TRUNCATE':
                self.truncate(str(change['xid']), tables)
            elif tables:
                self.change(str(change['xid']), tables[0], head[2].lower(),
                            change['data'][head.end():])

    def change(self, xid, table, op, text):
        rows = rows_of(text)
        old = {} if op == 'insert' else rows[0]
        new = {} if op == 'delete' else rows[-1]
        if op != 'insert':
            self.rows[table][text_of(without_nulls(old))] -= 1
        if op != 'delete':
            self.rows[table][text_of(without_nulls(new))] += 1
        if op == 'update':
            names = [c for c in new if text_of(new[c]) != text_of(old.get(c))]
            if names:
                self.want(xid, table, op, {c: old.get(c) for c in names},
                          {c: new[c] for c in names}, old)
        else:
            self.want(xid, table, op, old, new, old or new)

    def truncate(self, xid, tables):
        for table in tables:
            for row, times in self.rows.pop(table, {}).items():
                for _ in range(times):
                    self.add((xid, self.shown[table], 'delete', row, '{}'))
        told = set()
        for name in (self.shown[t] for t in tables):
            # partitions may be told together or one by one
            self.add((xid, name, 'truncate'), needed=name not in told)
            told.add(name)

    def want(self, xid, table, op, old, new, row):
        head = xid, self.shown[table], op
        if op == 'delete':
            old = without_nulls(old)
        place = self.add(head + (text_of(old), text_of(new)), row)
        if op == 'update':
            # without a primary key the event holds the whole old row
            self.wanted[head + (text_of(without_nulls(row)),
                                text_of(new), 'whole')].append(place)

    def add(self, sign, row=None, needed=True):
        place = Place(self.count, row, needed)
        self.count += 1
        self.wanted[sign].append(place)
        return place

    def take(self, sign):
        """The first such change that has no event yet."""
        places = self.wanted[sign]
        while places:
            place = places.popleft()
            if not place.taken:
                place.taken = True
                return place
        return None

    def left(self):
        return (sign for sign, places in self.wanted.items()
                for place in places
                if place.needed and not place.taken and sign[-1] != 'whole')


# What the trail says

def sign_of(event):
    sign = (str(int(event['txid']) % 2**32),
            '%s.%s' % (event['schema'], event['table']), event['op'])
    if event['op'] == 'truncate':
        return sign
    old, new = event['old'] or {}, event['new'] or {}
    if event['op'] == 'delete':
        return sign + (text_of(without_nulls(old)), text_of(new))
    if event['op'] == 'update' and event['key'] is None:
        return sign + (text_of(without_nulls(old)), text_of(new), 'whole')
    return sign + (text_of(old), text_of(new))


def check(log, file):
    last = {}
    newest = ''
    for line in file:
        event = read_json(line)
        if event['op'] not in ('insert', 'update', 'delete', 'truncate'):
            continue
        if event['id'] <= newest:
            wrong(f'out of order: {line}')
        newest = event['id']
        place = log.take(sign_of(event))
        if place is None:
            wrong(f'nothing like this happened: {line}')
            continue
        key = event['key'] or {}
        row = place.row or event['old'] or {}
        if text_of(key) != text_of({c: row.get(c) for c in key}):
            wrong(f'another key: {line}')
        record = event['schema'], event['table'], text_of(key)
        if key and place.number < last.get(record, -1):
            wrong(f'not in the order of the changes: {line}')
        last[record] = place.number
    for sign in log.left():
        wrong('no event: ' + ' '.join(sign))


def main():
    if len(sys.argv) < 4:
        sys.exit('usage: witness.py changes events table[=shown]...')
    shown = {}
    for table in sys.argv[3:]:
        table, _, name = table.partition('=')
        shown[table] = '.'.join(
            unquoted(n) for n in re.findall(NAME, name or table))
    log = Log(shown)
    with open(sys.argv[1], encoding='utf-8') as file:
        log.read(file)
    with open(sys.argv[2], encoding='utf-8') as file:
        check(log, file)
    if complaints:
        print(f'witness: {complaints} differences in {log.count} changes',
              file=sys.stderr)
        sys.exit(1)
    print(f'{log.count} changes')


main()
