"""net.py SEEDS EVENTS LINES - random events, and what audit-diff --net is to say

A model of its own: it keeps the rows of some tables and who each row is,
changes them at random, and writes the events, shuffled and some of them twice,
to EVENTS.1; to LINES.1 what differs in the end, as audit-diff -f json shows it.
So for each seed from 1 to SEEDS."""

import random
import sys

VALUES = ['null', '1', '1.0', '1.00', '12345678901234567890.10', '""', '"a"',
          '{"k":  [1, 2.50]}', '{"masked": true}', 'true']
KEYS = {'t': ['-10.5', '-2', '0', '1', '2', '10', '"10"'],
        'pair': ['1', '2', '3'], 'loose': []}
COLUMNS = ['b', 'c', 'd']
MASKED = '{"masked": true}'
PLAIN = ['actor', 'role', 'as_role', 'session', 'txid', 'app', 'addr',
         'reason', 'rules']
SHOWN = ['id', 'at', 'op', 'schema', 'table', 'key', 'label', 'actor', 'role',
         'txid']


class Record:
    """What a row is, whatever its key: first and last, and its events."""

    def __init__(self, table, key, born):
        self.table, self.order = table, (table, key, born)
        self.first = self.last = None
        self.events = []


class Model:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.rows = {}    # (table, key) -> row
        self.at = {}      # (table, key) -> the record there, or last there
        self.left = {}    # (table, key) -> since when it is another's
        self.records = []
        self.events = []
        self.alone = []
        for table, keys in KEYS.items():
            for key in self.keys(table):
                if self.random.random() < 0.5:
                    self.rows[table, key] = self.row(table, key)

    @staticmethod
    def keys(table):
        if table == 'pair':
            return [(a, b) for a in KEYS[table] for b in KEYS[table]]
        return [(a,) for a in KEYS[table]]

    def row(self, table, key):
        return {**dict(zip(('id', 'a'), key)),
                **{c: self.random.choice(VALUES) for c in COLUMNS}}

    def record(self, table, key):
        if (table, key) not in self.at:
            record = Record(table, key, self.left.get((table, key), ''))
            record.first = self.rows.get((table, key))
            self.at[table, key] = record
            self.records.append(record)
        return self.at[table, key]

    def event(self, op, table, key, old, new, record=None):
        n = len(self.events)
        event = {
            'id': '"01a20177-0000-7000-8000-%012x"' % (n * 16),
            'at': '"2026-07-01T10:00:05.%06dZ"' % n, 'op': '"%s"' % op,
            'schema': '"public"', 'table': '"%s"' % table,
            'key': text(dict(zip(('id', 'a'), key))) if key else 'null',
            'label': '"label %d"' % (self.records.index(record) if record
                                     else n),
            **{name: self.random.choice(['null', '"x"', '"y"'])
               for name in PLAIN},
            'rules': '["r"]', 'old': text(old), 'new': text(new),
            'redacted': 'null'}
        self.events.append(event)
        return event

    def step(self):
        table = self.random.choice(['t', 't', 'pair', 'pair', 'loose'])
        if table == 'loose':
            self.loose()
            return
        key = self.random.choice(self.keys(table))
        record = self.record(table, key)
        row = self.rows.get((table, key))
        if row is None:
            new = self.row(table, key)
            record.events.append(self.event('insert', table, key, None, new,
                                            record))
            self.rows[table, key] = record.last = new
        elif self.random.random() < 0.3:
            record.events.append(self.event('delete', table, key, row, None,
                                            record))
            del self.rows[table, key]
            record.last = None
        else:
            self.update(table, key, record, row)

    def update(self, table, key, record, row):
        new = dict(row)
        for column in self.random.sample(COLUMNS, self.random.randint(0, 2)):
            new[column] = self.random.choice(VALUES)
        to = self.random.choice(self.keys(table))
        if self.random.random() < 0.4 and (table, to) not in self.rows:
            new.update(zip(('id', 'a'), to))
        else:
            to = key
        changed = [c for c in new if new[c] != row[c] or (
            new[c] == MASKED and c not in ('id', 'a')
            and self.random.random() < 0.5)]
        if not changed:
            return
        event = self.event('update', table, key, {c: row[c] for c in changed},
                           {c: new[c] for c in changed}, record)
        record.events.append(event)
        record.last = new
        record.masks = getattr(record, 'masks', set()) | {
            c for c in changed if row[c] == MASKED}
        del self.rows[table, key]
        self.rows[table, to] = new
        if to != key:
            del self.at[table, key]
            self.left[table, key] = event['id']
            self.at[table, to] = record

    def loose(self):
        op = self.random.choice(['insert', 'update', 'delete', 'truncate',
                                 'gap', 'rule_add'])
        old, new = {'b': '1'}, {'b': self.random.choice(VALUES)}
        event = self.event(op, 'loose', (), old if op in ('update', 'delete')
                           else None, new if op != 'delete' else None)
        if op not in ('truncate', 'rule_add'):
            self.alone.append((event, fields(op, old, new)))


def text(row):
    if row is None:
        return 'null'
    return '{%s}' % ', '.join('"%s": %s' % pair for pair in row.items())


def fields(op, old, new):
    old = {} if op in ('insert', 'gap') else old
    new = {} if op == 'delete' else new
    return [(c, old.get(c, 'null'), new.get(c, 'null'))
            for c in sorted({**old, **new})]


def net(record):
    first, last = record.first, record.last
    if not record.events or (first is None and last is None):
        return None
    event = dict(record.events[0])
    event.update({name: record.events[-1][name] for name in ('id', 'at')})
    for name in PLAIN:
        if len({e[name] for e in record.events}) > 1:
            event[name] = 'null'
    op = ('insert' if first is None else 'delete' if last is None
          else 'update')
    event['op'] = '"%s"' % op
    changed = fields(op, first, last)
    if op == 'update':
        # a masked value may have changed where an event has it on both sides
        again = any(e['op'] == '"insert"' for e in record.events)
        changed = [f for f in changed if f[1] != f[2] or (f[1] == MASKED and (
            again or f[0] in getattr(record, 'masks', ())))]
    if op == 'insert':
        event['key'] = text({c: last[c] for c in ('id', 'a') if c in last})
    return event, changed


def number(value):
    """Strings sort before numbers, and numbers by their value."""
    return (0, value) if value.startswith('"') else (1, float(value))


def line(event, field):
    shown = ['"%s":%s' % (name, event[name]) for name in SHOWN]
    return '{%s,"field":"%s","old":%s,"new":%s}\n' % (
        ','.join(shown), *field)


def main(seed, events, lines):
    model = Model(seed)
    for _ in range(model.random.choice([3, 20, 200])):
        model.step()
    with open(lines, 'w', encoding='utf-8') as out:
        for event, changed in model.alone:
            out.writelines(line(event, field) for field in changed)
        for record in sorted(model.records, key=lambda r: (
                r.order[0], [number(v) for v in reversed(r.order[1])],
                r.order[2])):
            found = net(record)
            if found:
                out.writelines(line(found[0], f) for f in found[1])
    with open(events, 'w', encoding='utf-8') as out:
        twice = model.random.sample(model.events, len(model.events) // 10)
        shuffled = model.events + twice
        model.random.shuffle(shuffled)
        for event in shuffled:
            out.write('{%s}\n' % ','.join('"%s":%s' % pair
                                          for pair in event.items()))


for each in range(1, int(sys.argv[1]) + 1):
    main(each, '%s.%d' % (sys.argv[2], each), '%s.%d' % (sys.argv[3], each))
