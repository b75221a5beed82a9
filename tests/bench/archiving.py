"""archiving - what it takes to ship a trail to an archive database, what the
source's writers notice, and what both together cost to read"""

import contextlib
import os
import re
import signal
import subprocess
import time

import report
from client import Pgbench, database, output, run_file, sql
from reading import cost, logged
from settings import ARCHIVED, EVENTS, LONG_ROUNDS, ROUNDS
from writing import SCRIPTS

ARCHIVE = 'dbname=bench_archive'
WRITERS = 2
SECONDS = 12  # that they write in a slice
EVERY = 4  # seconds from one seal to the next, and from one ship
PACE = 3000  # transactions a second of writers with time to spare
TIMES = 10  # that one record is asked for


def archiving():
    with database():
        run_file('events.sql', events=EVENTS[0])
        output('audit-seal')
        parts = [shipping(EVENTS[0])]
        with archive():
            output('audit-seal', 'ship', '--to', ARCHIVE)
            parts += [verifying(EVENTS[0]), merging(EVENTS[0])]
            with there():
                run_file('archiving.sql', archived=ARCHIVED)
            parts.append(asking())
            parts.append(beside())
    return parts


@contextlib.contextmanager
def archive():
    output('createdb', 'bench_archive')
    output('audit-rule', 'init', '-d', ARCHIVE, '--archive')
    try:
        yield
    finally:
        output('dropdb', '-f', 'bench_archive')


@contextlib.contextmanager
def there():
    """What asks the archive by itself."""
    before = os.environ['PGDATABASE']
    os.environ['PGDATABASE'] = 'bench_archive'
    try:
        yield
    finally:
        os.environ['PGDATABASE'] = before


def shipping(events):
    """A whole trail into an archive that has nothing yet, in turn by one pair
    of connections and by two."""
    took = {'1 stream': [], '2 streams': []}
    copied = []
    for _ in range(LONG_ROUNDS):
        for name, seconds in took.items():
            with archive():
                seconds.append(cost('audit-seal', 'ship', '--to', ARCHIVE,
                                    '--streams', name[0]))
        copied.append(cost('psql', '-Xqc', 'copy (select * from audit.event) '
                           'to stdout (format binary)'))
    took['COPY to nowhere'] = copied
    return report.part('shipping %d events' % events, [
        report.row('ship', 's', **{n: [s for s, _ in t]
                                   for n, t in took.items()}),
        report.row('  rate', 'events/s', **{n: [events / s for s, _ in t]
                                            for n, t in took.items()}),
        report.row('  peak memory', 'MB', **{n: [m for _, m in t]
                                             for n, t in took.items()})])


def verifying(events):
    """The archive, by one process and by two; and on one core and on two."""
    everything = ','.join(map(str, range(os.cpu_count())))
    arms = {'1 job': ('1', everything), '2 jobs': ('2', everything),
            '1 core': ('2', '0'), '2 cores': ('2', '0,1')}
    took = {name: [] for name in arms}
    for _ in range(LONG_ROUNDS):
        for name, (jobs, cores) in arms.items():
            with pinned(cores):
                took[name].append(cost('audit-seal', 'verify', '-q', '-d',
                                       ARCHIVE, '--jobs', jobs))
    return report.part('verifying %d events in an archive' % events, [
        report.row('verify', 's', **{n: [s for s, _ in t]
                                     for n, t in took.items()}),
        report.row('  rate', 'events/s', **{n: [events / s for s, _ in t]
                                            for n, t in took.items()}),
        report.row('  as fast as by one', '', **{
            b: report.ratios([s for s, _ in took[a]], [s for s, _ in took[b]])
            for a, b in (('1 job', '2 jobs'), ('1 core', '2 cores'))})])


@contextlib.contextmanager
def pinned(cores):
    """This process, what it starts, and the server, on these cores."""
    with open(os.path.join(os.environ['SERVER_DIR'], 'data',
                           'postmaster.pid')) as f:
        server = f.readline().strip()
    pids = [server, str(os.getpid())]
    pids += output('pgrep', '-P', server).split()
    for pid in pids:
        subprocess.run(['taskset', '-apc', cores, pid], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        if cores != ','.join(map(str, range(os.cpu_count()))):
            with pinned(','.join(map(str, range(os.cpu_count())))):
                pass


def merging(events):
    """The live trail, the archive of it, and both as one stream."""
    arms = {'live': [], 'archive': ['-d', ARCHIVE],
            'both': ['--archive', ARCHIVE]}
    took = {name: [] for name in arms}
    for _ in range(LONG_ROUNDS):
        for name, options in arms.items():
            took[name].append(cost('audit-log', *options))
    seconds = {n: [s for s, _ in t] for n, t in took.items()}
    slower = [max(pair) for pair in zip(seconds['live'], seconds['archive'])]
    # what both have is read twice and printed once
    return report.part('%d events, live and in an archive' % events, [
        report.row('audit-log', 's', **seconds),
        report.row('  events read', 'events/s', **{
            n: [events * (1 + (n == 'both')) / s for s in t]
            for n, t in seconds.items()}),
        report.row('  both: of the rate of the slower', '', both=report.ratios(
            [2 * s for s in slower], seconds['both'])),
        report.row('  peak memory', 'MB', **{n: [m for _, m in t]
                                             for n, t in took.items()})])


def asking():
    """One record, in the live trail and beside it in the archive."""
    with there():
        count = int(sql('select sum(reltuples)::bigint from pg_class '
                        "where relname ~ '^archived_event_2'"
                        "and relkind = 'r'")[0][0])
    arms = {'live': [], 'archive': ['-d', ARCHIVE],
            'both': ['--archive', ARCHIVE]}
    took = {name: [] for name in arms}
    for n in range(TIMES):
        key = str(1 + n * (EVENTS[0] // 5) // TIMES)
        for name, options in arms.items():
            took[name].append(logged('audit-log', '-t', 'audited', '-k', key,
                                     *options)[2])
    return report.part('one record, %d events in the archive' % count, [
        report.row('audit-log, from start to end', 'ms', **took)])


def beside():
    """Writers in slices, every other one beside a shipper that follows a
    sealer; both slices have the sealer. The archive is on the same cores."""
    rows = []
    for name, pace in (('as fast as they can', ()),
                       ('%d a second' % PACE, ('-R', PACE))):
        cells, shipped = ([], []), []
        for _ in range(max(2, ROUNDS // 2)):
            for ship in (False, True):
                figure, events = write(ship, pace)
                cells[ship].append(figure)
                if ship:
                    shipped.append(events)
        rows += [report.row('%s: transaction' % name, 'us', alone=cells[0],
                            **{'beside a shipper': cells[1]}),
                 report.row('  slower by', '%', **{'beside a shipper': [
                     100 * (b / a - 1) for a, b in zip(*cells)]}),
                 report.row('  events shipped', 'events/s',
                            **{'beside a shipper': shipped})]
    return report.part('%d writers, and a seal each %d s; and a shipper, its '
                       'archive on the same cores' % (WRITERS, EVERY), rows)


def archived():
    """How many events of today the archive has."""
    with there():
        return int(sql('select count(*) from audit.archived_event where id > '
                       "audit.first_id(now() - interval '1 day')")[0][0])


def write(ship, pace):
    """A slice; what is shipped is all that the writers write."""
    output('audit-seal')
    output('audit-seal', 'ship', '--to', ARCHIVE)
    before = archived()
    bench = Pgbench(SCRIPTS['UPDATE'].format('audited'), WRITERS, '-T',
                    SECONDS, *pace, synchronous_commit='off')
    follower = subprocess.Popen(
        ['audit-seal', 'ship', '--to', ARCHIVE, '--follow', '--interval',
         '%d s' % EVERY], stdout=subprocess.DEVNULL) if ship else None
    start = time.monotonic()
    while bench.process.poll() is None:
        output('audit-seal')
        time.sleep(EVERY - (time.monotonic() - start) % EVERY)
    took = time.monotonic() - start
    told = bench.report()
    if ship:
        follower.send_signal(signal.SIGTERM)
        follower.wait()
    # what pgbench says of it is without the time that it waited for its turn
    late = re.search(r'lag: avg ([\d.]+)', told)
    latency = float(re.search(r'^latency average = ([\d.]+)', told, re.M)[1])
    return (1e3 * (latency - float(late[1] if late else 0)),
            (archived() - before) / took)
