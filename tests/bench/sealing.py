"""sealing - what a seal takes, what verify takes, and what writers notice"""

import re
import subprocess
import threading

import report
from client import Pgbench, database, output, run_file, server_log, sql
from reading import cost
from settings import EVENTS, LONG_ROUNDS, ROUNDS
from writing import SCRIPTS

WRITERS = 2
SECONDS = 2  # that they write in a slice
EVERY = 0.1  # seconds from one seal to the next

# what a seal reads, thrown away
COPY = ['psql', '-Xqc', '''copy (select e.id, e.at, e.op, e."schema",
    e."table", e.key, e.label, e.actor, e.role, e.as_role, e.session, e.txid,
    e.app, e.addr, e.reason, e.rules, e.old, e.new, e.redacted, e.salt,
    e.record, e.record_to, e.parents
  from audit.event e order by e.id) to stdout (format binary)''']


def sealing():
    """Seals and verifies a whole trail, then seals beside writers."""
    count = EVENTS[0]
    with database():
        run_file('events.sql', events=count)
        # the first one reads the trail into the cache
        cost(*COPY)
        seal, verify, copy = [], [], []
        for _ in range(LONG_ROUNDS):
            forget()
            seal.append(cost('audit-seal'))
            copy.append(cost(*COPY))
            verify.append(cost('audit-seal', 'verify', '-q'))
        nothing = [cost('audit-seal')[0] * 1e3 for _ in range(ROUNDS)]
        parts = [whole(count, seal, verify, copy, nothing)]
    with database():
        parts.append(beside())
    return parts


def whole(count, seal, verify, copy, nothing):
    took = {'audit-seal': seal, 'audit-seal verify': verify}
    base = [seconds for seconds, _ in copy]
    rows = [report.row('%s: time' % name, 's', **{
        'audit-utils': [seconds for seconds, _ in samples],
        "COPY's rate": report.ratios(base, [s for s, _ in samples])})
        for name, samples in took.items()]
    rows += [report.row('%s: peak memory' % name, 'MB', **{
        'audit-utils': [megabytes for _, megabytes in samples]})
        for name, samples in took.items()]
    rows.append(report.row('psql COPY, binary: time', 's',
                           **{'audit-utils': base}))
    rows.append(report.row('a seal of nothing new', 'ms',
                           **{'audit-utils': nothing}))
    return report.part('sealing %d events' % count, rows)


def forget():
    """As if there had been no seal."""
    for table in ('seal', 'leaf', 'seal_state'):
        sql(f'''begin;
            alter table audit.{table} disable trigger all;
            truncate audit.{table};
            alter table audit.{table} enable always trigger "!audit_guard",
              enable always trigger "!audit_guard_insert";
            commit''')


def beside():
    """Writers in slices, every other one beside a sealer."""
    output('audit-seal')
    cells = {name: ([], []) for name in (
        'transaction|us', 'seals|', 'waits for a lock|')}
    for _ in range(ROUNDS):
        for sealed in (False, True):
            for cell, figure in zip(cells.values(), write(sealed)):
                cell[sealed].append(figure)
    alone, with_sealer = cells['transaction|us']
    rows = [report.row(*name.split('|'), alone=cell[0],
                       **{'beside a sealer': cell[1]})
            for name, cell in cells.items()]
    rows.append(report.row('transaction, slower by', '%', **{
        'beside a sealer': [100 * (b / a - 1)
                            for a, b in zip(alone, with_sealer)]}))
    return report.part(
        '%d writers, a seal every %d ms beside them: waits are those of more '
        'than 1 ms' % (WRITERS, EVERY * 1e3), rows)


def write(sealed):
    stop, seals = threading.Event(), []

    def seal():
        while not stop.wait(EVERY):
            seals.append(subprocess.run(
                ['audit-seal'], stdout=subprocess.DEVNULL, check=True))

    sealer = threading.Thread(target=seal)
    with server_log() as log:
        bench = Pgbench(SCRIPTS['UPDATE'].format('audited'), WRITERS,
                        '-T', SECONDS, synchronous_commit='off',
                        log_lock_waits='on', deadlock_timeout='1ms')
        if sealed:
            sealer.start()
        told = bench.report()
        stop.set()
        if sealed:
            sealer.join()
    tps = float(re.search(r'^tps = ([\d.]+)', told, re.M)[1])
    return (WRITERS * 1e6 / tps, len(seals),
            len(re.findall('still waiting for', '\n'.join(log))))
