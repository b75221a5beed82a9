#!/usr/bin/env python3
"""mangle.py edit FILE PROGRAM | flips FILE | cuts FILE - spoil a proof

edit: run a program that changes the proof o, and print what comes of it.
flips: the proof once for each of its bits, with that bit turned over.
cuts: the proof with each member and element, at any depth, left out; said
  twice, the second time with another value; renamed; replaced by null; and with
  each two neighbours of an array changing places.
"""

import copy
import json
import sys

from seal import Number, quoted, read_json


def dump(o):
    if isinstance(o, Number):
        return str(o)
    if isinstance(o, Pairs):
        return '{%s}' % ','.join(quoted(k) + ':' + dump(v) for k, v in o)
    if isinstance(o, dict):
        return dump(Pairs(o.items()))
    if isinstance(o, list):
        return '[%s]' % ','.join(map(dump, o))
    return quoted(o) if isinstance(o, str) else json.dumps(o)


class Pairs(list):
    """An object that may have a name twice"""


def edit(text, program):
    o = read_json(text)
    exec(program, {'o': o, 'Number': Number, 'copy': copy.deepcopy})
    print(dump(o))


def flips(text):
    data = text.rstrip('\n').encode()
    for i in range(len(data) * 8):
        other = bytearray(data)
        other[i // 8] ^= 1 << i % 8
        if other[i // 8] != ord('\n'):
            sys.stdout.buffer.write(bytes(other) + b'\n')


def other_than(value):
    return None if value is not None else Number('1')


def spoiled(o):
    """What one change makes of a value"""
    if isinstance(o, dict):
        pairs = list(o.items())
        for i, (name, value) in enumerate(pairs):
            before, after = pairs[:i], pairs[i + 1:]
            yield Pairs(before + after)
            yield Pairs(before + [(name, value), (name, value)] + after)
            yield Pairs(before + [(name, value), (name, other_than(value))] +
                        after)
            yield Pairs(before + [(name + 'x', value)] + after)
            yield Pairs(before + [(name, other_than(value))] + after)
            for part in spoiled(value):
                yield Pairs(before + [(name, part)] + after)
        yield Pairs(pairs + [('more', None)])
    elif isinstance(o, list):
        for i, value in enumerate(o):
            yield o[:i] + o[i + 1:]
            yield o[:i] + [value] + o[i:]
            if i > 0 and value != o[i - 1]:
                yield o[:i - 1] + [value, o[i - 1]] + o[i + 1:]
            for part in spoiled(value):
                yield o[:i] + [part] + o[i + 1:]
        yield o + [None]
        yield o + ['00' * 32]


def main():
    with sys.stdin if sys.argv[2] == '-' else open(sys.argv[2]) as f:
        text = f.read()
    if sys.argv[1] == 'edit':
        edit(text, sys.argv[3])
    elif sys.argv[1] == 'flips':
        flips(text)
    else:
        for o in spoiled(read_json(text)):
            print(dump(o))


main()
