#!/usr/bin/env python3
"""forge.py FROM [KEY] - what a forger does who knows how audit-seal works

Reads the lines of all seals. Those from number FROM on are made to follow from
those before, and signed with the private key in KEY; without one they are not
signed. Prints the statements that put them in place of those that are there.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile

spec = importlib.util.spec_from_file_location(
    'seal', os.path.join(os.path.dirname(__file__), 'seal.py'))
seal = importlib.util.module_from_spec(spec)
spec.loader.exec_module(seal)


def public_key(path):
    der = subprocess.run(
        ['openssl', 'pkey', '-in', path, '-pubout', '-outform', 'DER'],
        check=True, capture_output=True).stdout
    return der[-32:].hex()


def sign(path, data):
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        return subprocess.run(
            ['openssl', 'pkeyutl', '-sign', '-inkey', path, '-rawin',
             '-in', file.name],
            check=True, capture_output=True).stdout.hex()


def forge(s, last, border, key):
    s['previous'] = last
    s['log'] = seal.border_root(border).hex()
    s['root'] = seal.months_root(s).hex()
    s['key'] = s['next_key'] = s['signature'] = None
    if key is not None:
        s['key'] = s['next_key'] = public_key(key)
        s['signature'] = sign(key, seal.seal_bytes(s))


def main():
    first = int(sys.argv[1])
    key = sys.argv[2] if len(sys.argv) > 2 else None
    last, border = None, []
    for no, line in enumerate(sys.stdin):
        s = json.loads(line)
        if no >= first:
            forge(s, last, border, key)
        hash = seal.leaf(seal.seal_bytes(s))
        border = seal.add_leaf(border, no, hash)
        last = hash.hex()
        text = json.dumps(s, separators=(',', ':')).replace("'", "''")
        print(f"update audit.seal set line = '{text}', at = '{s['at']}', "
              f"horizon = {s['to']}, hash = '\\x{last}', "
              f"tree = '\\x{b''.join(border).hex()}' where no = {no};")


main()
