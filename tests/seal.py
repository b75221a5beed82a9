#!/usr/bin/env python3
"""seal.py leaf|seal|evidence|proof FILE - an independent witness of audit-seal

It knows nothing but what audit-seal(1) says about bytes, and shares no code with
the tools: SHA-256 of hashlib, trees and Ed25519 from the words of RFC 9162 and
RFC 8032. FILE is - for stdin.

leaf: for each event of an evidence file, one JSON object a line: its leaf hash.
seal: for each seal, one JSON object a line: its canonical bytes, its hash and
  the root of its months, each on a line of its own.
evidence: what audit-seal export wrote. All is computed from the events and from
  the seals themselves: leaves, months, roots, chain, log and signatures.
proof: for each proof of an event or of two seals, one a line, who signed it.
Exit 0 when all fits, 1 when not; what does not is named on stderr.
"""

import base64
import calendar
import hashlib
import json
import re
import struct
import sys
import threading

complaints = 0


def wrong(what):
    global complaints
    complaints += 1
    if complaints <= 20:
        print('seal.py:', what, file=sys.stderr)


def sha(*pieces):
    return hashlib.sha256(b''.join(pieces)).digest()


# JSON as PostgreSQL prints jsonb

class Number(str):
    """A number as it is written, so that no digit is lost."""


def read_json(text):
    return json.loads(text, parse_int=Number, parse_float=Number,
                      parse_constant=refuse)


def refuse(word):
    raise ValueError(f'{word} is not JSON')


SHORT = {'"': '\\"', '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n',
         '\r': '\\r', '\t': '\\t'}


def utf8(text):
    """Half of a surrogate pair is U+FFFD."""
    return re.sub('[\ud800-\udfff]', '\ufffd', text).encode()


def escaped(match):
    c = match.group()
    return SHORT.get(c) or '\\u%04x' % ord(c)


def quoted(text):
    return '"' + re.sub(r'[\x00-\x1f"\\]', escaped, text) + '"'


def by_name(name):
    return len(utf8(name)), utf8(name)


def canon(value):
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return quoted(utf8(value).decode())
    if isinstance(value, dict):
        # what differs by halves of surrogate pairs alone is the same here
        value = {utf8(k).decode(): v for k, v in value.items()}
        return '{%s}' % ', '.join(
            quoted(k) + ': ' + canon(value[k])
            for k in sorted(value, key=by_name))
    if isinstance(value, list):
        return '[%s]' % ', '.join(map(canon, value))
    return json.dumps(value)


# Canonical bytes

def u64(n):
    return struct.pack('>Q', int(n) & (1 << 64) - 1)


def u32(n):
    return struct.pack('>I', int(n))


def tlv(form, fields):
    """Fields: number and bytes; None: it is not there."""
    return form + b''.join(
        struct.pack('>BI', number, len(value)) + value
        for number, value in fields if value is not None)


def text_of(value):
    return None if value is None else utf8(value)


def uuid(text):
    if not re.fullmatch('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', text):
        raise ValueError(f'no UUID: {text}')
    return bytes.fromhex(text.replace('-', ''))


def microseconds(text):
    """Since 2000-01-01 UTC"""
    m = re.fullmatch(
        r'(\d{4,6})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{6})Z', text)
    year, month, day, hour, minute, second, micro = map(int, m.groups())
    days = sum((day, (0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304,
                      334)[month], month > 2 and calendar.isleap(year)))
    years = year - 1
    days += years * 365 + years // 4 - years // 100 + years // 400 - 730120
    return ((days * 24 + hour) * 60 + minute) * 60_000_000 + (
        second * 1_000_000 + micro)


# Merkle trees, RFC 9162, section 2.1.1

def leaf(data):
    return sha(b'\0', data)


def tree(leaves):
    if not leaves:
        return sha()
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b'\1', tree(leaves[:k]), tree(leaves[k:]))


def add_leaf(border, size, hash):
    """The right border of a tree that is one leaf larger"""
    border = border + [hash]
    while size & 1:
        right, left = border.pop(), border.pop()
        border.append(sha(b'\1', left, right))
        size >>= 1
    return border


def border_root(border):
    if not border:
        return sha()
    root = border[-1]
    for left in reversed(border[:-1]):
        root = sha(b'\1', left, root)
    return root


# An event's leaf

class Salts:
    def __init__(self, salt):
        self.salt, self.n = salt, 0

    def next(self):
        block = sha(self.salt, u32(self.n // 2))
        half = block[16:] if self.n % 2 else block[:16]
        self.n += 1
        return half


def commitment(salt, field, name, value):
    """Name: None where there is none for a value of old or new"""
    length = 0xffffffff if name is None else len(name)
    return sha(salt, struct.pack('>BI', field, length), name or b'', value)


def values_of(value):
    """Name and bytes of what old or new commits to"""
    if value is None:
        return []
    if isinstance(value, dict) and value:
        names = {utf8(k): v for k, v in value.items()}
        return [(k, canon(names[k]).encode())
                for k in sorted(names, key=lambda k: (len(k), k))]
    return [(None, canon(value).encode())]


def key_of(event):
    parents = event.get('parents')
    fields = [
        (1, None if event['key'] is None else canon(event['key']).encode()),
        (2, None if event.get('record') is None else u64(event['record'])),
        (3, None if event.get('record_to') is None
            else u64(event['record_to'])),
        (4, None if parents is None else b''.join(map(u64, parents)))]
    if all(value is None for _, value in fields):
        return None
    return tlv(b'AK1', fields)


def event_bytes(event):
    if 'parts' in event:
        return erased_bytes(event)
    salts = Salts(bytes.fromhex(event['salt'].replace('-', '')))
    rules = event['rules']
    fields = [
        (1, uuid(event['id'])), (2, u64(microseconds(event['at']))),
        (3, u64(event['txid'])), (4, text_of(event['op'])),
        (5, text_of(event['schema'])), (6, text_of(event['table'])),
        (7, text_of(event['role'])), (8, text_of(event['as_role'])),
        (9, None if rules is None else utf8(','.join(rules)))]
    one = [(10, key_of(event))] + [
        (11 + i, text_of(event[name])) for i, name in enumerate(
            ('label', 'actor', 'session', 'app', 'addr', 'reason'))]
    for field, value in one:
        if value is not None:
            fields.append(
                (field, commitment(salts.next(), field, b'', value)))
    for field, name in (17, 'old'), (18, 'new'):
        all = [commitment(salts.next(), field, member, value)
               for member, value in values_of(event[name])]
        if all:
            fields.append((field, b''.join(all)))
    return tlv(b'AE1', fields)


def month_of(id):
    """Of a UUIDv7, in UTC"""
    days = int.from_bytes(id[:6], 'big') // 86_400_000
    year = 1970
    while days >= 365 + calendar.isleap(year):
        days -= 365 + calendar.isleap(year)
        year += 1
    month = 1
    while days >= calendar.monthrange(year, month)[1]:
        days -= calendar.monthrange(year, month)[1]
        month += 1
    return '9999-12' if year > 9999 else '%04d-%02d' % (year, month)


# A seal

def unhex(text):
    return None if text is None else bytes.fromhex(text)


def seal_bytes(s):
    some = int(s['events']) > 0
    return tlv(b'AS1', [
        (1, u64(s['seal'])), (2, uuid(s['trail'])),
        (3, u64(microseconds(s['at']))), (4, u64(s['system'])),
        (5, u32(s['timeline'])), (6, u32(s['server'])),
        (7, u64(s['from'])), (8, u64(s['to'])), (9, u64(s['next'])),
        (10, u64(s['events'])),
        (11, uuid(s['first']) if some else None),
        (12, uuid(s['last']) if some else None),
        (13, unhex(s['root'])), (14, unhex(s['previous'])),
        (15, unhex(s['log'])), (16, unhex(s['state'])),
        (17, text_of(s['tool'])),
        (18, unhex(s['key'])), (19, unhex(s['next_key']))])


def months_root(s):
    return tree([leaf(tlv(b'AM1', [
        (1, utf8(m['month'])), (2, u64(m['events'])),
        (3, unhex(m['root']))])) for m in s['months']])


# Ed25519, RFC 8032, section 5.1: verification only, in plain integers

P = 2 ** 255 - 19
ORDER = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def curve_x(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x % 2 != sign else x


def point(data):
    n = int.from_bytes(data, 'little')
    y = n & (1 << 255) - 1
    x = curve_x(y, n >> 255)
    return None if x is None else (x, y, 1, x * y % P)


def plus(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    g, h = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    return ((f - e) * (h - g) % P, (h + g) * (f + e) % P,
            (h - g) * (h + g) % P, (f - e) * (f + e) % P)


def times(n, a):
    sum = (0, 1, 1, 0)
    while n:
        if n & 1:
            sum = plus(sum, a)
        a = plus(a, a)
        n >>= 1
    return sum


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, 'little'))


def verifies(key, data, signature):
    a, r = point(key), point(signature[:32])
    s = int.from_bytes(signature[32:], 'little')
    if a is None or r is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + data).digest(),
                       'little') % ORDER
    left, right = times(s, BASE), plus(r, times(k, a))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0
               for i in (0, 1))


# A whole file of evidence

class Evidence:
    """Reads lines in any order; check() compares."""

    def __init__(self):
        self.head = None
        self.seals, self.states, self.leaves, self.events = [], {}, {}, {}
        self.acts, self.erased = [], set()

    def line(self, o):
        if 'evidence' in o:
            self.head = o
        elif 'act' in o:
            self.acts.append(o['act'])
        elif 'proof' in o or 'consistency' in o:
            raise ValueError('a proof is no evidence')
        elif 'seal' in o:
            self.seals.append(o)
        elif 'state' in o:
            self.states[int(o['state'])] = o['text']
        elif 'leaves' in o:
            rows = self.leaves.setdefault(
                (int(o['leaves']), o['month']), {})
            rows[int(o['n'])] = base64.b64decode(o['data'])
        elif 'salt' in o:
            self.events[uuid(o['id'])] = leaf(event_bytes(o))
            if 'parts' in o:
                self.erased.add(uuid(o['id']))

    def purged(self):
        """Ids that acts which are events themselves say are gone"""
        gone = set()
        for act in self.acts:
            new = act['new']
            if self.events.get(uuid(act['id'])) != leaf(event_bytes(act)) or (
                    act['op'] != 'purge'):
                continue
            for month, seal, n, places in new.get('claims') or []:
                row = self.leaves[int(seal), month][int(n)]
                for part in places.split(','):
                    first, last = (part.split('-') * 2)[:2]
                    for i in range(int(first), int(last) + 1):
                        gone.add(row[48 * i:48 * i + 16])
            if new.get('how') != 'month':
                continue
            kept = {uuid(id) for id in new['kept']}
            for (seal, month), rows in self.leaves.items():
                if month != new['month'] or seal > int(new['upto']):
                    continue
                for row in rows.values():
                    gone |= {row[i:i + 16] for i in range(0, len(row), 48)
                             } - kept
        return gone

    def check_erased(self):
        """Each that lost values has an act that says so"""
        said = set()
        for act in self.acts:
            if act['op'] == 'erase' and self.events.get(
                    uuid(act['id'])) == leaf(event_bytes(act)):
                said |= {uuid(id) for id in act['new']['ids']}
        for id in sorted(self.erased - said):
            wrong(f'event {id.hex()} lost values by no act')

    def check(self):
        if self.head is None:
            raise ValueError('no line that says that it is evidence')
        border = [unhex(h) for h in self.head['border']]
        size = int(self.seals[0]['seal']) if self.seals else 0
        previous, state, sealed = None, None, {}
        for s in self.seals:
            state = self.states.get(int(s['seal']), state)
            self.check_seal(s, previous, border, state)
            self.check_leaves(s, sealed)
            border = add_leaf(border, size, leaf(seal_bytes(s)))
            size += 1
            previous = s
        self.check_erased()
        for id in sorted(sealed.keys() - self.events.keys() - self.purged()):
            wrong(f'event {id.hex()} is gone')
        for id, hash in self.events.items():
            if id in sealed and sealed[id] != hash:
                wrong(f'event {id.hex()} is not what was sealed')

    def check_seal(self, s, previous, border, state):
        no = s['seal']
        if months_root(s) != unhex(s['root']):
            wrong(f'seal {no}: months and root differ')
        if sum(int(m['events']) for m in s['months']) != int(s['events']):
            wrong(f'seal {no}: months and events differ')
        if border_root(border) != unhex(s['log']):
            wrong(f'seal {no}: not the log of the seals before')
        if state is not None and sha(utf8(state)) != unhex(s['state']):
            wrong(f'seal {no}: another state')
        if s['signature'] is not None and not verifies(
                unhex(s['key']), seal_bytes(s), unhex(s['signature'])):
            wrong(f'seal {no}: bad signature')
        if previous is None:
            return
        if int(no) != int(previous['seal']) + 1:
            wrong(f'seal {no} follows {previous["seal"]}')
        if leaf(seal_bytes(previous)) != unhex(s['previous']):
            wrong(f'seal {no}: another seal before it')
        if previous['next_key'] is not None and (
                s['key'] != previous['next_key']):
            wrong(f'seal {no}: not the key that the seal before named')

    def check_leaves(self, s, sealed):
        found = []
        for (no, month), rows in sorted(self.leaves.items()):
            if no != int(s['seal']):
                continue
            data = b''.join(rows[n] for n in sorted(rows))
            pairs = [(data[i:i + 16], data[i + 16:i + 48])
                     for i in range(0, len(data), 48)]
            if [id for id, _ in pairs] != sorted({id for id, _ in pairs}):
                wrong(f'seal {no}: ids of {month} are not in order')
            for id, hash in pairs:
                if month_of(id) != month or id in sealed:
                    wrong(f'seal {no}: {id.hex()} does not belong there')
                sealed[id] = hash
            found.append((month, len(pairs), tree([h for _, h in pairs])))
        if found != [(m['month'], int(m['events']), unhex(m['root']))
                     for m in s['months']]:
            wrong(f'seal {s["seal"]}: leaves and months differ')


# Proofs, by the recursions of RFC 9162, sections 2.1.3.1 and 2.1.4.1

def split(size):
    """The largest power of two below it"""
    return 1 << (size - 1).bit_length() - 1


def path_root(path, hash, index, size):
    if not 0 <= index < size:
        raise ValueError('index beyond size')
    if size == 1:
        if path:
            raise ValueError('path too long')
        return hash
    if not path:
        raise ValueError('path too short')
    k = split(size)
    if index < k:
        return sha(b'\1', path_root(path[:-1], hash, index, k), path[-1])
    return sha(b'\1', path[-1],
               path_root(path[:-1], hash, index - k, size - k))


def two_roots(path, old, first, size, known):
    """Of the first leaves, and of all"""
    if first == size:
        if known and path or not known and len(path) != 1:
            raise ValueError('path of another length')
        return (old, old) if known else (path[0], path[0])
    if not path:
        raise ValueError('path too short')
    k = split(size)
    if first <= k:
        before, after = two_roots(path[:-1], old, first, k, known)
        return before, sha(b'\1', after, path[-1])
    before, after = two_roots(path[:-1], old, first - k, size - k, False)
    return sha(b'\1', path[-1], before), sha(b'\1', path[-1], after)


FIELDS = ['key', 'label', 'actor', 'session', 'app', 'addr', 'reason', 'old',
          'new']
CONTRACT = '''id at op schema table key label actor role as_role session txid app
addr reason rules old new redacted salt record record_to parents'''.split()


def parts_bytes(event, parts):
    """The leaf of an event of which values are left out"""
    there = []
    hidden = [p['field'] for p in parts if 'commitment' in p]
    for i, name in enumerate(FIELDS):
        if name in ('old', 'new'):
            if name in hidden and not event[name]:
                if event[name] is None:
                    raise ValueError('left out of nothing')
                continue
            there += [(name, m, v) for m, v in values_of(event[name])]
            continue
        if (name in hidden) == (name in event) or hidden.count(name) > 1:
            raise ValueError(f'{name} is there and left out, or neither')
        if name in event:
            value = key_of(event) if name == 'key' else text_of(event[name])
            if value is not None:
                there.append((name, b'', value))
    got, order = {}, []
    for p in parts:
        field = 10 + FIELDS.index(p['field'])
        order.append(field)
        if 'commitment' in p:
            if 'salt' in p:
                raise ValueError('salt and commitment')
            c = unhex(p['commitment'])
        else:
            name, member, value = there.pop(0)
            if name != p['field']:
                raise ValueError(f'{name} where {p["field"]} is')
            c = commitment(unhex(p['salt']), field, member, value)
        got[field] = got.get(field, b'') + c
    if there or order != sorted(order):
        raise ValueError('not the parts of this event')
    rules = event['rules']
    return tlv(b'AE1', [
        (1, uuid(event['id'])), (2, u64(microseconds(event['at']))),
        (3, u64(event['txid'])), (4, text_of(event['op'])),
        (5, text_of(event['schema'])), (6, text_of(event['table'])),
        (7, text_of(event['role'])), (8, text_of(event['as_role'])),
        (9, None if rules is None else utf8(','.join(rules)))]
        + sorted(got.items()))


def erased_bytes(event):
    """The leaf of an event of which values were erased"""
    parts = event['parts']
    hidden = [p['field'] for p in parts if 'commitment' in p]
    if event['salt'] is not None or not event['redacted']:
        raise ValueError('values were erased, and the event does not say so')
    rest = {k: v for k, v in event.items() if k != 'parts'}
    for name in hidden:
        if name not in ('old', 'new') and rest.pop(name, None) is not None:
            raise ValueError(f'{name} was erased and is there')
    if 'key' in hidden:
        record = rest.pop('record')
        if record is not None and int(record) % 2 ** 32:
            raise ValueError('record was erased and is there')
        if rest.pop('record_to') or rest.pop('parents'):
            raise ValueError('key was erased, and not what goes with it')
    return parts_bytes(rest, parts)


def place(o):
    return [unhex(h) for h in o['path']], int(o['index']), int(o['size'])


def check_pair(one, two, log):
    path, index, size = place(log)
    if (index, size) != (int(one['seal']), int(two['seal'])) or (
            one['trail'] != two['trail']):
        wrong('the log is not that of the two seals')
    if path_root(path, leaf(seal_bytes(one)), index, size) != unhex(
            two['log']):
        wrong('the path does not lead to the log')


def check_signed(s):
    if months_root(s) != unhex(s['root']):
        wrong(f'seal {s["seal"]}: months and root differ')
    if sum(int(m['events']) for m in s['months']) != int(s['events']):
        wrong(f'seal {s["seal"]}: months and events differ')
    if s['signature'] is not None and not verifies(
            unhex(s['key']), seal_bytes(s), unhex(s['signature'])):
        wrong(f'seal {s["seal"]}: bad signature')
    return s['key']


def check_event(o):
    event = o['event']
    if set(event) - set(CONTRACT) or event['redacted'] is not None:
        wrong('the event has what nothing proves')
    hash = leaf(parts_bytes(event, o['parts']) if 'parts' in o
                else event_bytes(event))
    path, index, size = place(o['leaf'])
    month = month_of(uuid(event['id']))
    roots = {m['month']: (int(m['events']), unhex(m['root']))
             for m in o['seal']['months']}
    if o['leaf']['month'] != month or roots.get(month) != (
            size, path_root(path, hash, index, size)):
        wrong('the event is not in the seal')
    if o['head'] is not None:
        check_pair(o['seal'], o['head'], o['log'])
    elif o['log'] is not None:
        wrong('a log of nothing')
    return o['head'] or o['seal']


def check_consistency(o):
    one, two = o['from'], o['to']
    check_pair(one, two, o['log'])
    first, size = int(one['seal']), int(two['seal'])
    path = [unhex(h) for h in o['path']]
    roots = (sha(), unhex(two['log'])) if first == 0 and not path else (
        two_roots(path, unhex(one['log']), first, size, True))
    if roots != (unhex(one['log']), unhex(two['log'])):
        wrong('the one log is not the beginning of the other')
    return two


def show_proof(line):
    o = read_json(line)
    for name in 'seal', 'head', 'from', 'to':
        if o.get(name):
            check_signed(o[name])
    for s in o['keys']:
        check_signed(s)
    last = check_event(o) if 'proof' in o else check_consistency(o)
    print(last['seal'], last['key'])


def show_leaf(line):
    o = read_json(line)
    if 'salt' in o:
        print(leaf(event_bytes(o)).hex())


def show_seal(line):
    o = read_json(line)
    if 'seal' in o and 'trail' in o:
        print(seal_bytes(o).hex())
        print(leaf(seal_bytes(o)).hex())
        print(months_root(o).hex())
        if o['signature'] is not None and not verifies(
                unhex(o['key']), seal_bytes(o), unhex(o['signature'])):
            wrong(f'seal {o["seal"]}: bad signature')


def main(what, path):
    evidence = Evidence()
    do = {'leaf': show_leaf, 'seal': show_seal, 'proof': show_proof,
          'evidence': lambda line: evidence.line(read_json(line))}[what]
    with (sys.stdin.buffer if path == '-' else open(path, 'rb')) as lines:
        for line in lines:
            if line.strip():
                do(line.decode())
    if what == 'evidence':
        evidence.check()


def run():
    try:
        main(*sys.argv[1:])
    except (ValueError, KeyError, TypeError, AttributeError,
            OSError) as error:
        wrong(f'{type(error).__name__}: {error}')


if __name__ == '__main__':
    if len(sys.argv) != 3 or sys.argv[1] not in (
            'leaf', 'seal', 'evidence', 'proof'):
        sys.exit(__doc__.split('\n')[0])
    # values may be nested deep
    sys.setrecursionlimit(100_000)
    threading.stack_size(512 * 1024 * 1024)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    sys.exit(complaints > 0)
