"""watching - what audit-watch takes for events that are at hand"""

import json
import os
import subprocess
import tempfile

import report
from reading import cost
from settings import LONG_ROUNDS, WATCHED

PER_SIZE = 60  # events of month.py for each of its --size


def watching():
    """The alerts of months of a company beside a filter that only reads the
    same lines, and beside cat, in turn; then memory, where each event has an
    actor, an address, a session and a table of its own."""
    with tempfile.TemporaryDirectory() as at:
        events = os.path.join(at, 'events')
        count = make(events)
        ours, read, cat = [], [], []
        for _ in range(LONG_ROUNDS + 1):
            read.append(on(events, 'audit-export', '-f', 'jsonl'))
            ours.append(on(events, 'audit-watch', '-q'))
            cat.append(on(events, 'cat'))
        passed = on(events, 'audit-watch', '-q', '--pass')
        unlike(events)
        strange = on(events, 'audit-watch', '-q')
    arms = {'audit-watch': ours, 'jsonl filter': read, 'cat': cat}
    return [report.part('alerts of %d events' % count, [
        report.row('watch', 's', **seconds(arms), ratio=report.ratios(
            [s for s, _ in ours], [s for s, _ in read])),
        report.row('  rate', 'events/s', **{
            name: [count / s for s, _ in took]
            for name, took in arms.items()}),
        report.row('  peak memory', 'MB', **{
            name: [m for _, m in took] for name, took in arms.items()}),
        report.row('watch --pass', 'events/s', **{
            'audit-watch': [count / passed[0]]}),
        report.row('all names unlike', 'events/s', **{
            'audit-watch': [WATCHED / strange[0]]}),
        report.row('  peak memory', 'MB', **{'audit-watch': [strange[1]]})])]


def seconds(arms):
    return {name: [s for s, _ in took] for name, took in arms.items()}


def on(events, *command):
    with open(events, encoding='utf-8') as lines:
        return cost(*command, stdin=lines)


def make(path):
    """Months of a company; returns how many events."""
    with open(path, 'w', encoding='utf-8') as lines:
        subprocess.run(['python3', 'tests/month.py', '--size',
                        str(max(1, WATCHED // PER_SIZE))],
                       stdout=lines, check=True)
    with open(path, 'rb') as lines:
        return sum(1 for _ in lines)


def unlike(path):
    """Events whose names have never been seen before, as many"""
    ops = ['insert', 'update', 'delete', 'login', 'login_failed', 'read']
    with open(path, 'w', encoding='utf-8') as lines:
        for i in range(WATCHED):
            second = i // 10
            event = {
                'id': '019e0000-%04x-7%03x-8000-%012x' % (
                    i >> 16 & 0xffff, i & 0xfff, i),
                'at': '2026-05-%02dT%02d:%02d:%02d.%06dZ' % (
                    1 + second // 86400 % 28, second // 3600 % 24,
                    second // 60 % 60, second % 60, i % 10 * 100000),
                'op': ops[i % len(ops)], 'schema': 's', 'table': 't%d' % i,
                'key': {'id': i}, 'label': None, 'actor': 'actor %d' % i,
                'role': 'role %d' % (i // 7), 'as_role': None,
                'session': 'session %d' % i, 'txid': str(i), 'app': 'x',
                'addr': '10.%d.%d.%d' % (i >> 16 & 255, i >> 8 & 255,
                                         i & 255),
                'reason': None, 'rules': ['r'], 'old': None,
                'new': {'c%d' % i: i}, 'redacted': None}
            lines.write(json.dumps(event) + '\n')
