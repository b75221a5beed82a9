"""diffing - what audit-diff takes for events that are at hand"""

import tempfile

import report
from reading import cost
from settings import DIFFED, EVENTS, LONG_ROUNDS

OPS = ('insert', 'update', 'update', 'update', 'delete')


def diffing():
    """audit-diff -f json beside jq -c . on the same events, in turn; --net on
    more of them."""
    with tempfile.NamedTemporaryFile('w+') as some:
        some.writelines(lines(DIFFED))
        some.flush()
        passed, diffed = [on(some, 'jq', '-c', '.')], []
        for _ in range(2 * LONG_ROUNDS):
            diffed.append(on(some, 'audit-diff', '-f', 'json'))
            passed.append(on(some, 'jq', '-c', '.'))
    with tempfile.NamedTemporaryFile('w+') as many:
        many.writelines(lines(EVENTS[0]))
        many.flush()
        seconds, megabytes = on(many, 'audit-diff', '--net', '-f', 'json')
    between = [(a[0] + b[0]) / 2 for a, b in zip(passed, passed[1:])]
    cells = {'audit-diff': list(zip(*diffed)), 'jq': list(zip(*passed))}
    return report.part('changed fields of %d events' % DIFFED, [
        report.row('as json', 'ms',
                   **{name: [1e3 * s for s in cell[0]]
                      for name, cell in cells.items()},
                   ratio=report.ratios(cells['audit-diff'][0], between)),
        report.row('  rate', 'events/s',
                   **{name: [DIFFED / s for s in cell[0]]
                      for name, cell in cells.items()}),
        report.row('  peak memory', 'MB',
                   **{name: list(cell[1]) for name, cell in cells.items()}),
        report.row('--net of %d' % EVENTS[0], 's',
                   **{'audit-diff': [seconds]}),
        report.row('  rate', 'events/s',
                   **{'audit-diff': [EVENTS[0] / seconds]}),
        report.row('  peak memory', 'MB', **{'audit-diff': [megabytes]})])


def on(events, *command):
    with open(events.name, encoding='utf-8') as lines_again:
        return cost(*command, stdin=lines_again)


def lines(count):
    """As many events, five for each record, the way audit-log prints them."""
    keys = max(1, count // len(OPS))
    for i in range(count):
        key, step = i % keys + 1, min(i // keys, len(OPS) - 1)
        op = OPS[step]
        row = ('{"id": %d, "name": "Customer %d", "city": "Nürnberg", '
               '"price": 12.30, "active": true, "quantity": %d, "created": '
               '"2026-11-22T09:30:00.123456", "note": "customer since 1998, '
               'calls before noon"}' % (key, key, step))
        yield ('{"id":"01a20177-%04x-%04x-8648-7df02060d3f7","at":'
               '"2026-11-22T09:30:00.123456Z","op":"%s","schema":"public",'
               '"table":"audited","key":{"id": %d},"label":"Customer %d",'
               '"actor":"%s","role":"erp","as_role":null,"session":null,'
               '"txid":"%d","app":"erp-web","addr":"10.0.0.7","reason":null,'
               '"rules":["audited"],"old":%s,"new":%s,"redacted":null}\n' % (
                   i >> 16, i & 0xffff, op, key, key,
                   ('alice', 'bob', 'carol')[i % 3], 1000 + i // 3,
                   'null' if op == 'insert' else row if op == 'delete'
                   else '{"quantity": %d}' % (step - 1),
                   'null' if op == 'delete' else row if op == 'insert'
                   else '{"quantity": %d}' % step))
