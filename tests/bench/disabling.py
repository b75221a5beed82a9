"""disabling - what disabling a rule does to those who write the table"""

import os
import re
import tempfile
import time

import report
from client import Pgbench, database, output, server_log, sql
from settings import LONG_ROUNDS
from writing import SCRIPTS

WRITERS = 4
SECONDS = 3  # that they write


def disabling():
    """Disables the rule of a table with busy writers: who waits for it?"""
    samples = {name: [] for name in (
        'audit-rule disable|ms', 'from its start to the last event|ms',
        'events after its end|', 'longest transaction just before|ms',
        'longest transaction meanwhile|ms', 'waits for a table lock|',
        'waits for any other lock|')}
    with database():
        for _ in range(LONG_ROUNDS):
            for cell, figure in zip(samples.values(), disable_once()):
                cell.append(figure)
            output('audit-rule', 'enable', 'audited')
    return report.part(
        'disabling the rule of a table with %d busy writers: waits are those '
        'of more than 1 ms' % WRITERS,
        [report.row(*name.split('|'), **{'audit-utils': cell})
         for name, cell in samples.items()])


def disable_once():
    with tempfile.TemporaryDirectory() as folder, server_log() as log:
        bench = Pgbench(SCRIPTS['UPDATE'].format('audited'), WRITERS,
                        '-T', SECONDS, '-l', '--log-prefix=%s/log' % folder,
                        synchronous_commit='off', log_lock_waits='on',
                        deadlock_timeout='1ms')
        time.sleep(SECONDS / 3)
        start = time.time()
        output('audit-rule', 'disable', 'audited')
        end = time.time()
        bench.report()
        spans = list(transactions_in(folder))
    last, late = sql('''
        select extract(epoch from max(at)),
          count(*) filter (where at > to_timestamp(%f))
        from audit.event where op = 'update' ''' % end)[0]
    waits = re.findall('still waiting for .* on (.*) after', '\n'.join(log))
    tables = [wait for wait in waits if wait.startswith('relation')]
    window = end - start + 0.1
    return (1e3 * (end - start), 1e3 * (float(last) - start), int(late),
            longest(spans, start - window, start),
            longest(spans, start, start + window),
            len(tables), len(waits) - len(tables))


def transactions_in(folder):
    """(start, end), in seconds since 1970, of what pgbench logged there."""
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), encoding='ascii') as lines:
            for line in lines:
                words = line.split()
                end = int(words[4]) + int(words[5]) / 1e6
                yield end - int(words[2]) / 1e6, end


def longest(spans, start, end):
    """Milliseconds of the longest transaction that ran in this time."""
    return 1e3 * max(e - s for s, e in spans if e > start and s < end)
