#!/usr/bin/python3
"""native-fuzz.py [SECONDS [SEED]] - both engines, by chance, on the same server

Runs in tests/server.sh with ENGINE=native: makes two databases, one with either
engine. Each round makes tables of random types with random rules in both, has
the same random statements run in both, by text and by COPY in binary, and
compares their events. A statement must end alike in both, and no connection
may be lost.
Prints the seed of each round that went wrong and what was done in it; the
rounds begin with SEED. Exit 0 when nothing went wrong, else 1.
"""

import io
import os
import random
import string
import struct
import subprocess
import sys
import time

import psycopg2

import native

DATABASES = ('fuzz_portable', 'fuzz_native')
ENGINES = ('portable', 'native')

TEXT = ['text', 'varchar', 'varchar(7)', 'char(5)', 'bpchar', 'name', '"char"']
TIMES = ['date', 'timestamp', 'timestamp(3)', 'timestamptz', 'timestamptz(0)',
         'time', 'time(2)', 'timetz', 'interval', 'interval day to second(1)']
NUMBERS = ['smallint', 'int', 'bigint', 'numeric', 'numeric(10,2)',
           'numeric(40,0)', 'real', 'float8', 'money', 'oid']
BINARY = ['bytea', 'bit(5)', 'bit varying', 'uuid', 'inet', 'cidr', 'macaddr',
          'macaddr8', 'pg_lsn']
OTHER = ['bool', 'json', 'jsonb', 'point', 'box', 'circle', 'path', 'lseg',
         'line', 'polygon', 'tsvector', 'tsquery', 'xml', 'jsonpath',
         'regclass', 'regtype', 'regproc', 'regrole', 'xid', 'cid', 'tid',
         'txid_snapshot', 'oidvector', 'int2vector', 'refcursor']
RANGES = ['int4range', 'int8range', 'numrange', 'daterange', 'tsrange',
          'tstzrange']
SCALARS = TEXT + TIMES + NUMBERS + BINARY + OTHER
KEYS = ['int', 'bigint', 'text', 'varchar', 'uuid', 'numeric', 'date',
        'timestamptz', 'bytea', 'bool', 'float8', 'char(5)', 'jsonb', 'money',
        'inet', 'interval', 'numeric(10,2)', 'int4range', 'int[]']
# what may be the subtype of a range
RANGED = ['time', 'text', 'money', 'float8', 'inet', 'uuid', 'interval',
          'numeric', 'bytea', 'oid', 'timetz']

SETTINGS = [
    "datestyle = 'SQL, DMY'", "datestyle = 'German'", "datestyle = 'Postgres'",
    "intervalstyle = 'iso_8601'", "intervalstyle = 'sql_standard'",
    "timezone = 'Asia/Kathmandu'", "timezone = 'America/New_York'",
    "bytea_output = 'escape'", 'extra_float_digits = -15',
    'extra_float_digits = 0', 'extra_float_digits = 3', 'array_nulls = off',
    'quote_all_identifiers = on', 'row_security = off',
    "search_path = s, pg_catalog", "search_path = pg_catalog",
    "search_path = ''", "audit.actor = 'ann'", "audit.actor = ''",
    "audit.groups = 'sales, hr'", "audit.reason = 'why \"é\"'",
    "application_name = 'an \"app\"'", 'session_replication_role = replica',
    'session_replication_role = origin', 'role = fuzz_role', 'role = none',
    'enable_seqscan = off', 'transform_null_equals = on',
    "lc_monetary = 'C'", "xmlbinary = 'hex'", 'check_function_bodies = off']


class Wrong(Exception):
    """The two differ."""


class Lost(Exception):
    """A connection ended."""


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def ident(name):
    return '"' + name.replace('"', '""') + '"'


class Values:
    """SQL for values of a type, most of them valid."""

    def __init__(self, chance):
        self.chance = chance
        self.made = {}  # type: how it was made

    def text(self, length=None):
        c = self.chance
        if length is None:
            length = c.choice([0, 1, 3, 8, 8, 30, 200])
            if c.random() < 0.02:
                length = c.choice([3000, 20000, 61000, 100000])
        pool = c.choice([string.ascii_letters, string.printable, 'é€😀\u0301a',
                         '"\\\'\n\t\r\b\x01\x7f{}[],:', '0123456789.-+eE',
                         '\u2028\ufffd\U0010ffffx '])
        some = ''.join(c.choice(pool) for _ in range(min(length, 300)))
        return (some * (length // max(len(some), 1) + 1))[:length]

    def digits(self, most):
        c = self.chance
        return ''.join(c.choice('0123456789' if c.random() < .7 else '09')
                       for _ in range(c.randint(1, most)))

    def number(self):
        c = self.chance
        if c.random() < .1:
            return c.choice(['NaN', 'Infinity', '-Infinity', '0', '-0', '0.00',
                             '1e100', '1e-100', '1e4000', '-1e-5',
                             '0.' + '0' * 300 + '1', '9' * 1000, '1.0', '1e5',
                             '10000', '9999.9999'])
        if c.random() < .002:
            return c.choice(['1e-16000', '1e131071'])
        text = c.choice(['', '-']) + self.digits(c.choice([1, 4, 9, 20, 60]))
        if c.random() < .5:
            text += '.' + self.digits(c.choice([1, 2, 6, 30]))
        if c.random() < .1:
            text += 'e' + str(c.randint(-40, 40))
        return text

    def float(self):
        c = self.chance
        if c.random() < .2:
            return self.number()
        wide, = struct.unpack('d', c.getrandbits(64).to_bytes(8, 'big'))
        return repr(wide) if wide == wide else 'NaN'

    def time(self):
        c = self.chance
        seconds = c.choice(['00', '59.999999', '30.5', '00.000001', '12.3456'])
        return '%02d:%02d:%s' % (c.randint(0, 23), c.choice([0, 30, 59]),
                                 seconds)

    def date(self):
        c = self.chance
        if c.random() < .1:
            return c.choice(['infinity', '-infinity', '4713-01-01 BC',
                             '0001-01-01 BC', '0001-12-31', '2000-01-01'])
        year = c.choice([c.randint(1, 9999), c.randint(1, 250000), 1970, 2026])
        return '%04d-%02d-%02d%s' % (year, c.randint(1, 12), c.randint(1, 28),
                                     c.choice(['', '', '', ' BC'])
                                     if year < 4000 else '')

    def stamp(self, zone):
        date = self.date()
        if 'inf' in date:
            return date
        era = ' BC' if date.endswith(' BC') else ''
        text = date.replace(' BC', '') + ' ' + self.time()
        if zone:
            text += self.chance.choice(['+00', '-07:30', '+14', '+05:45',
                                        ' Europe/Berlin', ''])
        return text + era

    def interval(self):
        c = self.chance
        return ' '.join('%d %s' % (c.choice([0, 1, -1, c.randint(-999, 999),
                                             2 ** 31 - 1]), unit)
                        for unit in c.sample(['years', 'mons', 'days', 'hours',
                                              'secs', 'microseconds'],
                                             c.randint(1, 4)))

    def point(self):
        return '(%s,%s)' % (self.float(), self.float())

    def document(self, depth=0):
        c = self.chance
        kind = c.random()
        if depth == 0 and c.random() < .03:
            deep = c.choice([50, 99, 100, 101, 800, 7000])
            return '[' * deep + self.document(5) + ']' * deep
        if kind < .15 and depth < 5:
            return '[' + ', '.join(self.document(depth + 1) for _ in
                                   range(c.randint(0, 4))) + ']'
        if kind < .4 and depth < 5:
            return '{' + ','.join(self.string() + ' : ' +
                                  self.document(depth + 1) for _ in
                                  range(c.randint(0, 5))) + '}'
        if kind < .6:
            return self.string()
        if kind < .8:
            return self.jnumber()
        return c.choice(['null', 'true', 'false', '""', '0', '-0', '1.0',
                         '1e2', '1E-7', ' [ ] '])

    def jnumber(self):
        c = self.chance
        text = c.choice(['', '-']) + str(c.randint(0, 10 ** c.choice([1, 30])))
        if c.random() < .4:
            text += '.' + self.digits(8)
        if c.random() < .2:
            text += 'e' + str(c.choice([c.randint(-50, 50), 400, 140000]))
        return text

    def string(self):
        c = self.chance
        if c.random() < .03:
            return c.choice(['"\\u0000"', '"\\ud83d\\ude00"', '"\\ud800"',
                             '"\\u00e9\\/"'])
        text = self.text(c.choice([0, 1, 5, 20]))
        out = ''
        for x in text:
            if x in '"\\' or ord(x) < 32:
                out += '\\u%04x' % ord(x)
            else:
                out += x
        return '"' + out + '"'

    def literal(self, name):
        """The text of a value of a built-in type without typmod"""
        c = self.chance
        base = name.split('(')[0]
        if base in ('text', 'varchar', 'char', 'bpchar', 'name', '"char"',
                    'refcursor'):
            return self.text(c.randint(0, 9) if '(' in name else None)
        if base in ('smallint', 'int', 'bigint', 'oid', 'xid', 'cid'):
            bits = {'smallint': 15, 'bigint': 63}.get(base, 31)
            if base in ('oid', 'xid', 'cid'):
                return str(c.choice([0, 1, 2 ** 32 - 1, c.getrandbits(32)]))
            return str(c.choice([0, 1, -1, 2 ** bits - 1, -2 ** bits,
                                 c.randint(-2 ** bits, 2 ** bits - 1),
                                 c.randint(-99, 99)]))
        if base == 'numeric':
            if '(' in name and c.random() < .8:
                return '%d.%s' % (c.randint(-10 ** 6, 10 ** 6), self.digits(9))
            return self.number()
        if base in ('real', 'float8'):
            return self.float()
        if base == 'money':
            return '%d.%02d' % (c.randint(-10 ** 12, 10 ** 12), c.randint(0, 99))
        if base == 'date':
            return self.date()
        if base in ('timestamp', 'timestamptz'):
            return self.stamp(base == 'timestamptz')
        if base == 'time':
            return c.choice([self.time(), '24:00'])
        if base == 'timetz':
            return self.time() + c.choice(['+00', '-15:59', '+05:30', ''])
        if base.startswith('interval'):
            return self.interval()
        if base == 'bytea':
            length = c.choice([0, 1, 5, 40])
            if c.random() < .03:
                length = c.choice([2000, 30000, 61000])
            return '\\x' + c.getrandbits(8 * length + 8).to_bytes(
                length + 1, 'big')[1:].hex()
        if base == 'bit':
            return ''.join(c.choice('01') for _ in range(5))
        if base == 'bit varying':
            return ''.join(c.choice('01') for _ in range(c.randint(0, 70)))
        if base == 'uuid':
            return '%032x' % c.getrandbits(128)
        if base == 'inet':
            return c.choice(['10.0.0.%d' % c.randint(0, 255), '::1',
                             'fe80::%x/64' % c.getrandbits(16),
                             '192.168.%d.1/%d' % (c.randint(0, 9),
                                                  c.randint(0, 32))])
        if base == 'cidr':
            return c.choice(['10.0.0.0/8', '2001:db8::/32', '1.2.3.4'])
        if base in ('macaddr', 'macaddr8'):
            return ':'.join('%02x' % c.randint(0, 255)
                            for _ in range(8 if base == 'macaddr8' else 6))
        if base == 'pg_lsn':
            return '%X/%X' % (c.getrandbits(20), c.getrandbits(32))
        if base == 'bool':
            return c.choice('tf')
        if base in ('json', 'jsonb'):
            return self.document()
        if base == 'point':
            return self.point()
        if base in ('box', 'lseg'):
            return '%s,%s' % (self.point(), self.point())
        if base == 'circle':
            return '<%s,%d>' % (self.point(), c.randint(0, 99))
        if base in ('path', 'polygon'):
            return c.choice(['(%s)', '[%s]' if base == 'path' else '(%s)']) % \
                ','.join(self.point() for _ in range(c.randint(1, 4)))
        if base == 'line':
            return '{%s,%s,%s}' % (self.float(), self.float(), self.float())
        if base == 'tsvector':
            return ' '.join(self.word() + c.choice(['', ':1', ':2A,3'])
                            for _ in range(c.randint(0, 5)))
        if base == 'tsquery':
            return c.choice([' & ', ' | ', ' <-> ']).join(
                c.choice(['', '!']) + self.word() for _ in range(
                    c.randint(1, 4)))
        if base == 'xml':
            return c.choice(['<a b="c">d</a>', '<é/>', 'text only',
                             '<?xml version="1.0"?><x>&lt;</x>', ''])
        if base == 'jsonpath':
            return c.choice(['$.a[*]', '$', 'strict $.b ? (@ > 1)',
                             '$."x y".**'])
        if base == 'regclass':
            return c.choice(['pg_class', '0', '12345', 's.t0', 's."T 1"'])
        if base == 'regtype':
            return c.choice(['int', 's.e0', 's.d0', 'pg_catalog.text', '-'])
        if base == 'regproc':
            return c.choice(['now', 'pg_catalog.sha256', '0', '999999'])
        if base == 'regrole':
            return c.choice(['postgres', 'fuzz_role', '0'])
        if base == 'tid':
            return '(%d,%d)' % (c.getrandbits(32), c.getrandbits(16))
        if base == 'txid_snapshot':
            return '10:20:10,14'
        if base in ('oidvector', 'int2vector'):
            return ' '.join(str(c.randint(0, 30000))
                            for _ in range(c.randint(0, 5)))
        return self.text(5)

    def word(self):
        return ''.join(self.chance.choice('abcxyzé') for _ in range(
            self.chance.randint(1, 8)))

    def array(self, name):
        c = self.chance
        kind = c.random()
        if kind < .1:
            return f"'{{}}'::{name}[]"
        items = [self.sql(name) for _ in range(c.choice([1, 1, 2, 3, 6]))]
        if c.random() < .02 and len(items[0]) < 60:
            return f'array_fill({items[0]}, array[{c.choice([500, 3000])}])'
        if kind < .25:
            return (f'array_fill({items[0]}, array[{c.randint(1, 3)}, '
                    f'{c.randint(1, 3)}], array[{c.randint(-2, 2)}, 5])')
        if kind < .35:
            half = ', '.join(items)
            return f'array[array[{half}], array[{half}]]::{name}[]'
        if kind < .45:
            return f'array_fill({items[0]}, array[2], array[{c.randint(-3, 9)}])'
        return f'array[{", ".join(items)}]::{name}[]'

    def range(self, name, subtype):
        c = self.chance
        if c.random() < .1:
            return f"'empty'::{name}"
        bounds = [self.sql(subtype), self.sql(subtype)]
        if c.random() < .2:
            bounds[c.randint(0, 1)] = 'null'
        pick = c.choice(["'[]'", "'[)'", "'(]'", "'()'"])
        low, high = (f'least({bounds[0]}, {bounds[1]})',
                     f'greatest({bounds[0]}, {bounds[1]})')
        if 'null' in bounds:
            low, high = bounds
        return f'{name}({low}, {high}, {pick})'

    def sql(self, name):
        """An expression of this type"""
        c = self.chance
        if c.random() < .1:
            return f'null::{name}'
        if name.endswith('[]'):
            return self.array(name[:-2])
        if name in self.made:
            kind, inner = self.made[name]
            if kind == 'enum':
                return f'{quoted(c.choice(inner))}::{name}'
            if kind == 'domain':
                return f'({self.sql(inner)})::{name}'
            if kind == 'range':
                return self.range(name, inner)
            return f"row({', '.join(map(self.sql, inner))})::{name}"
        if name.endswith('multirange'):
            one = name[:-len('multirange')] + 'range'
            return f'{name}({self.sql(one)}, {self.sql(one)})'
        if name in RANGES:
            subtype = {'int4range': 'int', 'int8range': 'bigint',
                       'numrange': 'numeric', 'daterange': 'date',
                       'tsrange': 'timestamp', 'tstzrange': 'timestamptz'}
            return self.range(name, subtype[name])
        return f'{quoted(self.literal(name))}::{name}'

    def binary(self, name):
        """Bytes for the receive function of a type; None: NULL"""
        c = self.chance
        base = name.split('(')[0]
        if c.random() < .1:
            return None
        if c.random() < .05:
            return bytes(c.getrandbits(8) for _ in range(c.randint(0, 30)))
        size = {'smallint': 2, 'int': 4, 'bigint': 8, 'oid': 4, 'real': 4,
                'float8': 8, 'date': 4, 'timestamp': 8, 'timestamptz': 8,
                'time': 8, 'timetz': 12, 'uuid': 16, 'money': 8, 'point': 16,
                'box': 32, 'lseg': 32, 'circle': 24, 'line': 24, 'xid': 4,
                'cid': 4, 'pg_lsn': 8, 'macaddr': 6, 'macaddr8': 8, 'tid': 6,
                'interval': 16, '"char"': 1, 'regtype': 4, 'regproc': 4,
                'regclass': 4}.get(base)
        if base == 'bool':
            return bytes([c.choice([0, 1, 7])])
        if size is not None:
            some = bytes(c.choice([0, 255, 127, 128, c.getrandbits(8)])
                         for _ in range(size))
            if base in ('timestamp', 'timestamptz') and c.random() < .8:
                some = struct.pack('>q', c.randint(-2 * 10 ** 17, 9 * 10 ** 18))
            elif base == 'date' and c.random() < .8:
                some = struct.pack('>i', c.randint(-2451545, 2 ** 31 - 1))
            elif base == 'time' and c.random() < .8:
                some = struct.pack('>q', c.randint(0, 86400 * 10 ** 6))
            elif base == 'timetz' and c.random() < .8:
                some = struct.pack('>qi', c.randint(0, 86400 * 10 ** 6),
                                   c.randint(-57599, 57599))
            elif base == '"char"':
                some = bytes([c.randint(0, 127)])
            return some
        if base == 'numeric':
            digits = [c.choice([0, 1, 9999, c.randint(0, 9999)])
                      for _ in range(c.randint(0, 9))]
            sign = c.choice([0, 0x4000, 0, 0x4000, 0xC000, 0xD000, 0xF000])
            return struct.pack('>hhHH%dh' % len(digits), len(digits),
                               c.choice([c.randint(-9, 9), -4000, 4000, 32000]),
                               sign, c.choice([0, 2, 9, c.randint(0, 16383)]),
                               *digits)
        if base in ('text', 'varchar', 'char', 'bpchar', 'name', 'json', 'xml'):
            return self.literal(base).encode()
        if base == 'jsonb':
            return b'\1' + self.literal(base).encode()
        if base == 'bytea':
            return c.getrandbits(80).to_bytes(10, 'big')
        if base in ('bit', 'bit varying'):
            bits = 5 if base == 'bit' else c.randint(0, 40)
            return struct.pack('>i', bits) + bytes(
                c.getrandbits(8) for _ in range((bits + 7) // 8))
        return None


class Pair:
    """The same in both databases"""

    def __init__(self):
        self.log = []
        self.connections = []

    def connect(self):
        for connection in self.connections:
            connection.close()
        self.connections = [psycopg2.connect(dbname=d) for d in DATABASES]
        for connection in self.connections:
            connection.autocommit = True
        self.log.append('-- a connection')
        self.both('set statement_timeout = 30000; set search_path = s')

    def note(self, what):
        self.log.append(what)

    def ends(self, run):
        codes = []
        for connection, name in zip(self.connections, ENGINES):
            try:
                with connection.cursor() as cursor:
                    run(cursor)
                codes.append('')
            except psycopg2.Error as error:
                if connection.closed or error.pgcode is None:
                    raise Lost(f'{name}: {error}') from error
                codes.append(error.pgcode)
                message = str(error)
        if codes[0] != codes[1]:
            raise Wrong(f'it ends in {codes[0] or "no error"} with the portable '
                        f'engine, in {codes[1] or "no error"} with the native '
                        f'one: {message}')
        self.log[-1] += '  -- ' + (codes[0] or 'ok')
        return not codes[0]

    def both(self, statement):
        self.note(statement + ';')
        return self.ends(lambda cursor: cursor.execute(statement))

    def copy(self, target, data):
        self.note(f'copy {target} from stdin binary: {data.hex()}')
        return self.ends(lambda cursor: cursor.copy_expert(
            f'copy {target} from stdin (format binary)', io.BytesIO(data)))

    def value(self, statement):
        with self.connections[0].cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0]

    def tool(self, *words):
        self.note('audit-rule ' + ' '.join(words))
        codes = [subprocess.run(['audit-rule', *words, '-d', d],
                                capture_output=True, check=False, text=True)
                 for d in DATABASES]
        if codes[0].returncode != codes[1].returncode:
            raise Wrong(f'audit-rule {words}: {codes}')
        self.log[-1] += f'  -- {codes[0].returncode} {codes[0].stderr.strip()}'
        return codes[0].returncode == 0


class Table:
    def __init__(self, name):
        self.name = name
        self.columns = []  # name, type
        self.key = []
        self.partitioned = False
        self.told = False  # a rule has a label or an actor's column

    def sql(self):
        return 's.' + ident(self.name)


class Round:
    def __init__(self, pair, seed):
        self.pair = pair
        self.chance = random.Random(seed)
        self.values = Values(self.chance)
        self.tables = []
        self.rules = 0
        self.names = 0
        self.next = 0  # number of a row
        self.version = pair.value("select current_setting("
                                  "'server_version_num')::int")

    def maybe(self, chance):
        return self.chance.random() < chance

    def name(self):
        self.names += 1
        if self.maybe(.1):
            return self.chance.choice(['A "b"', 'é', 'old', 'new', 'select',
                                       '$1', '%s', "it's", 'x' * 63, ' ']) + \
                str(self.names)[-1:]
        return 'c%d' % self.names

    def type(self, depth=0):
        c = self.chance
        kind = c.random()
        if kind < .1 and self.values.made:
            return c.choice(sorted(self.values.made))
        if kind < .3 and depth == 0:
            return self.type(1).split('(')[0] + '[]'
        if kind < .4:
            name = c.choice(RANGES)
            if self.version >= 140000 and c.random() < .3:
                name = name.replace('range', 'multirange')
            return name
        return c.choice(SCALARS)

    def make_types(self):
        c = self.chance
        for i in range(c.randint(0, 2)):
            labels = [f'l{k}' + self.values.word() + c.choice(['', '"', ' ', "'"])
                      for k in range(c.randint(1, 4))]
            self.make(f's.e{i}', 'enum', labels,
                      f"as enum ({', '.join(map(quoted, labels))})")
        for i in range(c.randint(0, 3)):
            self.make_domain(i)
        for i in range(c.randint(0, 2)):
            subtype = c.choice(RANGED)
            self.make(f's.r{i}', 'range', subtype,
                      f'as range (subtype = {subtype})')
        for i in range(c.randint(0, 2)):
            inner = [self.type() for _ in range(c.randint(1, 4))]
            self.make(f's.p{i}', 'composite', inner, 'as (%s)' % ', '.join(
                f'{ident(self.name())} {t}' for t in inner))

    def make(self, name, kind, inner, how):
        if self.pair.both(f'create type {name} {how}'):
            self.values.made[name] = (kind, inner)

    def make_domain(self, i):
        inner = self.type()
        check = self.chance.choice(['', '', ' check (value is not null or true)'])
        if self.pair.both(f'create domain s.d{i} as {inner}{check}'):
            self.values.made[f's.d{i}'] = ('domain', inner)

    def make_table(self, name):
        c = self.chance
        t = Table(name)
        t.columns = [(self.name(), self.type())
                     for _ in range(c.choice([1, 3, 6, 10]))]
        keyed = c.random()
        if keyed < .4:
            t.key = ['no']
        elif keyed < .8:
            for _ in range(c.randint(1, 3)):
                t.key.append(self.name())
                t.columns.append((t.key[-1], c.choice(KEYS)))
            if self.maybe(.3):
                t.key.append('no')
        t.partitioned = self.maybe(.2)
        columns = [f'{ident(n)} {k}' for n, k in t.columns]
        columns.insert(c.randint(0, len(columns)), 'no int')
        if self.maybe(.3):
            columns.insert(c.randint(0, len(columns)), 'gone text')
        if self.maybe(.15):
            columns.append('gen int generated always as (no * 2) stored')
        if t.partitioned and t.key and 'no' not in t.key:
            t.key.append('no')
        if t.key:
            columns.append('primary key (%s)' % ', '.join(map(ident, t.key)))
        how = ' partition by range (no)' if t.partitioned else ''
        if not self.pair.both(f"create table {t.sql()}({', '.join(columns)})"
                              + how):
            return
        if t.partitioned:
            self.make_partitions(t)
        if any(x.startswith('gone ') for x in columns) and self.maybe(.8):
            self.pair.both(f'alter table {t.sql()} drop gone')
        self.tables.append(t)

    def make_partitions(self, t):
        first, rest = ident(t.name + '_1'), ident(t.name + '_rest')
        self.pair.both(f'create table s.{first} partition of {t.sql()} '
                       'for values from (0) to (20)')
        self.pair.both(f'create table s.{rest}(lost int, like {t.sql()} '
                       'including all excluding generated excluding indexes)')
        self.pair.both(f'alter table s.{rest} drop lost')
        self.pair.both(f'alter table {t.sql()} attach partition s.{rest} default')

    def add_rule(self, t):
        c = self.chance
        self.rules += 1
        words = ['add', t.sql(), '--name', f'r{self.next}.{self.rules}.'
                 + str(c.getrandbits(40))]
        names = [n for n, _ in t.columns] + ['no']

        def some():
            return ','.join(c.sample(names, min(len(names), c.randint(1, 2))))
        names = [n for n in names if ',' not in n and ' ' not in n]
        if not names:
            names = ['no']
        for option, chance in (('--mask', .25), ('--exclude', .25),
                               ('--ignore', .25), ('--label', .3),
                               ('--actor-column', .25)):
            if self.maybe(chance):
                words += [option, some().split(',')[0]
                          if option in ('--label', '--actor-column') else some()]
        if self.maybe(.2):
            words += ['--ops', c.choice(['insert', 'update', 'delete',
                                         'insert,update', 'truncate,delete'])]
        if self.maybe(.2):
            words += ['--when', c.choice([
                'no % 2 = 0', 'no > 10', f'{ident(c.choice(names))} is not null',
                '100 / (no - 12) > 0', 'true'])]
        if self.maybe(.2):
            words += ['--keep-bytes']
        if self.maybe(.15):
            words += ['--on-error', 'warn']
        if self.maybe(.15):
            words += ['--related']
        if self.maybe(.15):
            words += c.choice([['--actors', 'ann,postgres'],
                               ['--except-actors', 'ann'],
                               ['--groups', 'sales']])
        t.told = t.told or '--label' in words or '--actor-column' in words
        self.pair.tool(*words)

    def target(self, t):
        """The table, or a partition of it"""
        if t.partitioned and self.maybe(.3):
            return 's.' + ident(t.name + self.chance.choice(['_1', '_rest']))
        return t.sql()

    def where(self):
        c = self.chance
        if self.maybe(.15):
            return 'true'
        if self.maybe(.3):
            low = c.randint(0, max(self.next, 1))
            return f'no between {low} and {low + 3}'
        return f'no = {c.randint(0, max(self.next, 1))}'

    def insert(self, t):
        c = self.chance
        columns = [x for x in t.columns if self.maybe(.8) or x[0] in t.key]
        rows = []
        for _ in range(c.choice([1, 1, 1, 2, 5])):
            self.next += 1
            rows.append('(%s)' % ', '.join(
                [str(self.next)] + [self.values.sql(k) for _, k in columns]))
        names = ', '.join(['no'] + [ident(n) for n, _ in columns])
        tail = c.choice(['', '', '', ' on conflict do nothing'])
        self.pair.both(f'insert into {self.target(t)}({names}) values '
                       + ', '.join(rows) + tail)

    def update(self, t):
        c = self.chance
        sets = []
        for name, kind in c.sample(t.columns, min(len(t.columns),
                                                  c.randint(1, 3))):
            same = [n for n, k in t.columns if k == kind]
            value = c.choice([self.values.sql(kind), self.values.sql(kind),
                              ident(name), ident(c.choice(same)), 'default'])
            if kind == 'text' and self.maybe(.3):
                value = f"{ident(name)} || 'é'"
            sets.append(f'{ident(name)} = {value}')
        if self.maybe(.1):
            sets.append('no = no + 0')
        elif self.maybe(.1):
            sets.append('no = no + 1000')
        if sets:
            self.pair.both(f"update {self.target(t)} set {', '.join(sets)} "
                           f'where {self.where()}')

    def delete(self, t):
        self.pair.both(f'delete from {self.target(t)} where {self.where()}')

    def copy(self, t):
        columns = [x for x in t.columns if '[' not in x[1]
                   and x[1] not in self.values.made and 'range' not in x[1]]
        rows = b''
        for _ in range(self.chance.randint(1, 3)):
            self.next += 1
            rows += struct.pack('>hii', len(columns) + 1, 4, self.next)
            for _, kind in columns:
                some = self.values.binary(kind)
                rows += (struct.pack('>i', -1) if some is None else
                         struct.pack('>i', len(some)) + some)
        names = ', '.join(['no'] + [ident(n) for n, _ in columns])
        self.pair.copy(f'{self.target(t)}({names})', b'PGCOPY\n\xff\r\n\0'
                       + struct.pack('>ii', 0, 0) + rows
                       + struct.pack('>h', -1))

    def alter(self, t):
        c = self.chance
        kind = c.randrange(9)
        if kind == 0:
            name, typ = self.name(), self.type()
            default = '' if self.maybe(.5) else \
                f' default {self.values.sql(typ)}'
            if self.pair.both(f'alter table {t.sql()} add {ident(name)} {typ}'
                              + default):
                t.columns.append((name, typ))
        elif kind == 1 and len(t.columns) > 1:
            column = c.choice(t.columns)
            if self.pair.both(f'alter table {t.sql()} drop {ident(column[0])}'):
                t.columns.remove(column)
                if column[0] in t.key:
                    t.key = []
        elif kind == 2 and t.columns:
            i = c.randrange(len(t.columns))
            old, typ = t.columns[i]
            name = self.name()
            if self.pair.both(f'alter table {t.sql()} rename {ident(old)} '
                              f'to {ident(name)}'):
                t.columns[i] = (name, typ)
                t.key = [name if k == old else k for k in t.key]
        # the portable engine does not see at once that a label was swapped
        elif kind == 3 and len(t.columns) > 1 and not t.told:
            self.swap(t)
        elif kind == 4 and t.columns:
            i = c.randrange(len(t.columns))
            typ = self.type()
            if self.pair.both(f'alter table {t.sql()} alter '
                              f'{ident(t.columns[i][0])} type {typ} using '
                              f'{self.values.sql(typ)}'):
                t.columns[i] = (t.columns[i][0], typ)
        elif kind == 5:
            name = f'{t.name[:40]}_{self.names}'
            self.names += 1
            if not t.partitioned and self.pair.both(
                    f'alter table {t.sql()} rename to {ident(name)}'):
                t.name = name
        elif kind == 6 and t.key:
            pkey = self.pair.value(f"select min(quote_ident(conname)) from "
                                   "pg_constraint where contype = 'p' and "
                                   f"conrelid = {quoted(t.sql())}::regclass")
            if pkey and self.pair.both(f'alter table {t.sql()} drop constraint '
                                       f'{pkey}'):
                t.key = []
        elif kind == 7 and not t.key and not t.partitioned:
            key = [c.choice(['no'] + [n for n, _ in t.columns])]
            if self.pair.both(f'alter table {t.sql()} add primary key '
                              f"({', '.join(map(ident, key))})"):
                t.key = key
        else:
            self.pair.both(c.choice([
                f'truncate {t.sql()}', f'analyze {t.sql()}',
                'alter type s.e0 rename value ' + quoted(
                    self.values.made.get('s.e0', ('', ['x']))[1][0])
                + " to 'renamed'",
                f'alter domain s.d0 set default null',
                f'alter table {t.sql()} replica identity full']))
            e0 = self.values.made.get('s.e0')
            if e0 and 'rename value' in self.pair.log[-1] and \
                    self.pair.log[-1].endswith('ok'):
                e0[1][0] = 'renamed'

    def swap(self, t):
        a, b = self.chance.sample(range(len(t.columns)), 2)
        (x, x_type), (y, y_type) = t.columns[a], t.columns[b]
        name = t.sql()
        if self.pair.both(f'alter table {name} rename {ident(x)} to swapping; '
                          f'alter table {name} rename {ident(y)} to {ident(x)}; '
                          f'alter table {name} rename swapping to {ident(y)}'):
            t.columns[a], t.columns[b] = (y, x_type), (x, y_type)
            other = {x: y, y: x}
            t.key = [other.get(k, k) for k in t.key]

    def setting(self):
        where = self.chance.choice(['set', 'set', 'set local'])
        self.pair.both(f'{where} {self.chance.choice(SETTINGS)}')

    def step(self):
        t = self.chance.choice(self.tables)
        pick = self.chance.random()
        if pick < .3:
            self.insert(t)
        elif pick < .65:
            self.update(t)
        elif pick < .72:
            self.delete(t)
        elif pick < .82:
            self.copy(t)
        elif pick < .92:
            self.alter(t)
        else:
            self.setting()

    def transaction(self):
        both = self.pair.both
        both('begin' + self.chance.choice(
            ['', '', ' isolation level repeatable read',
             ' isolation level serializable']))
        kept = [(t, list(t.columns), list(t.key), t.name) for t in self.tables]
        made = {k: (v[0], list(v[1]) if isinstance(v[1], list) else v[1])
                for k, v in self.values.made.items()}
        for _ in range(self.chance.randint(1, 6)):
            both('savepoint q')
            before = [(t, list(t.columns), list(t.key), t.name)
                      for t in self.tables]
            self.step()
            if not self.pair.log[-1].endswith('ok') or self.maybe(.15):
                both('rollback to q')
                self.restore(before)
            else:
                both('release q')
        if self.maybe(.2):
            both('rollback')
            self.restore(kept)
            self.values.made = made
        else:
            both('commit')

    @staticmethod
    def restore(kept):
        for t, columns, key, name in kept:
            t.columns, t.key, t.name = columns, key, name

    def run(self):
        pair = self.pair
        pair.both('drop schema if exists s cascade; create schema s; '
                  'grant all on schema s to fuzz_role')
        self.make_types()
        for i in range(self.chance.randint(1, 3)):
            self.make_table(['t%d' % i, 'T %d' % i][self.maybe(.3)])
        if not self.tables:
            return
        for t in self.tables:
            pair.both(f'grant all on {t.sql()} to fuzz_role')
            for _ in range(self.chance.choice([1, 1, 1, 2, 3])):
                self.add_rule(t)
        for t in self.tables * 4:
            self.insert(t)
        for _ in range(self.chance.randint(20, 60)):
            if self.maybe(.3):
                self.transaction()
            else:
                self.step()
            if self.maybe(.03):
                pair.connect()


def make_databases():
    admin = psycopg2.connect(dbname='postgres')
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute('create role fuzz_role')
        for name, engine in zip(DATABASES, ENGINES):
            cursor.execute(f'create database {name}')
            subprocess.run(['audit-rule', 'init', '--capture', engine, '-d',
                            name], check=True)
    admin.close()


def one_round(seed):
    """What went wrong, and what was done; None if nothing."""
    pair = Pair()
    try:
        pair.connect()
        since = pair.value('select audit.first_id(clock_timestamp())')
        Round(pair, seed).run()
        pair.both('reset role')
        sides = [native.events(native.connect(d), since) for d in DATABASES]
        wrong = list(native.differences(*sides))
        if wrong:
            raise Wrong('\n'.join(wrong[:8]))
        return len(sides[0]), None, pair.log
    except (Wrong, Lost, psycopg2.Error) as error:
        return 0, f'{type(error).__name__}: {error}', pair.log


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    first = int(sys.argv[2]) if len(sys.argv) > 2 else None
    make_databases()
    seed = first if first is not None else random.SystemRandom().randrange(
        10 ** 9)
    print(f'fuzz: seed {seed}', flush=True)
    end, rounds, events, bad = time.time() + seconds, 0, 0, 0
    while time.time() < end and bad < 5:
        n, wrong, log = one_round(seed)
        rounds += 1
        events += n
        if wrong is not None:
            bad += 1
            print(f'\nfuzz: round {seed} went wrong\n{wrong}\n'
                  + '\n'.join(x[:1500] for x in log) if bad < 3
                  else f'\nfuzz: round {seed}: {wrong}', flush=True)
            if wrong.startswith('Lost'):
                break
        seed += 1
        if rounds % 20 == 0:
            print(f'fuzz: {rounds} rounds, {events} events', flush=True)
    print(f'fuzz: {rounds} rounds, {events} events, {bad} went wrong')
    return 1 if bad or events == 0 else 0


if __name__ == '__main__':
    os.environ['PGOPTIONS'] = '-c client_min_messages=error'
    sys.exit(main())
