"""guess - who has a whole trail, knows all of an event but one value, and has
a list of what that may be, tries to tell which.

Reads a line of JSON: "leaf", "head" (what the leaf begins with), "values" (all
that is committed to: field, name, value, in order), "target" (the number of
the one that is not known), "parts", "salt" and "more" (whatever else lies
about: bytes that may be salts), and "candidates". Bytes are in hexadecimal.
Prints the candidates that fit.
"""

import hashlib
import itertools
import json
import struct
import sys


def sha(*pieces):
    return hashlib.sha256(b''.join(pieces)).digest()


def commitment(salt, field, name, value):
    if name is None:
        name = b'\xff\xff\xff\xff' if field >= 17 else b'\0\0\0\0'
    else:
        name = struct.pack('>I', len(name.encode())) + name.encode()
    return sha(salt, bytes([field]), name, value)


def windows(data, n):
    return {data[i:i + n] for i in range(len(data) - n + 1)}


def derived(salt, i):
    return sha(salt, struct.pack('>I', i // 2))[i % 2 * 16:][:16]


def leaf(head, values, commitments):
    data = head
    pairs = zip((v['field'] for v in values), commitments)
    for field, group in itertools.groupby(pairs, lambda pair: pair[0]):
        joined = b''.join(c for _, c in group)
        data += struct.pack('>BI', field, len(joined)) + joined
    return sha(b'\0', data)


def main():
    given = json.loads(sys.stdin.readline())
    b = {k: bytes.fromhex(given[k] or '') for k in
         ('leaf', 'head', 'parts', 'salt', 'more')}
    values, t = given['values'], given['target']
    field, name = values[t]['field'], values[t]['name']
    salts = windows(b['parts'], 16) | windows(b['salt'], 16)
    salts |= {b['more'][i:i + 16] for i in range(0, len(b['more']), 16)}
    hidden = windows(b['parts'], 32)
    found = set()
    for salt in salts:
        # as the salt that all others come from
        known = [commitment(derived(salt, i), v['field'], v['name'],
                            bytes.fromhex(v['value'] or ''))
                 for i, v in enumerate(values)]
        mine = derived(salt, t)
        for text in given['candidates']:
            value = bytes.fromhex(text)
            # as it is, or made of the salt
            if commitment(salt, field, name, value) in hidden:
                found.add(text)
            known[t] = commitment(mine, field, name, value)
            if known[t] in hidden or leaf(b['head'], values,
                                          known) == b['leaf']:
                found.add(text)
    for text in sorted(found):
        print(bytes.fromhex(text).decode())


main()
