"""reading - what the trail's events cost to read"""

import contextlib
import os
import re
import subprocess
import tempfile
import time

import report
from client import database, output, run_file, server_log, sql
from settings import LONG_ROUNDS

COPY = ['psql', '-Xqc', 'copy (select * from audit.event) to stdout']
TIMES = 10  # that something short is measured
KEY_TIMES = ('one key, on the server: plan', '  execute',
             '  with all that audit-log asks', '  from start to end')
READER_TIMES = ('one key, a reader asks: plan', *KEY_TIMES[1:])
READER_FIRST = 'first line: a reader asks for all'
HISTORY_TIMES = ('audit-history of 20 revisions: on the server',
                 '  from start to end')
FILTERS = {
    'first line: of all': [],
    '  of a table': ['-t', 'audited'],
    '  of a user': ['-a', 'carol'],
    '  of a user in a table, a column, since 30 days': [
        '-t', 'audited', '-a', 'carol', '--field', 'quantity', '-s', '30 days'],
    '  the newest deletes': ['--op', 'delete', '-l', '10'],
}


def reading(events, whole):
    """audit-log's first line and one record among so many events; if whole,
    all of them beside COPY."""
    with database():
        run_file('events.sql', events=events)
        rows = all_of(events) if whole else []
        rows += [report.row(name, 'ms', **{'audit-log': [
            first_line('audit-log', *arguments) for _ in range(TIMES)]})
            for name, arguments in FILTERS.items()]
        asked = [key_times(1 + n * (events // 5) // TIMES)
                 for n in range(TIMES)]
        told = [history_times(2000000001 + n) for n in range(TIMES)]
        with reader():
            rows.append(report.row(READER_FIRST, 'ms', **{'audit-log': [
                first_line('audit-log') for _ in range(TIMES)]}))
            seen = [key_times(1 + n * (events // 5) // TIMES)
                    for n in range(TIMES)]
    rows += [report.row(name, 'ms', **{'audit-log': list(times)})
             for names, took in ((KEY_TIMES, asked), (READER_TIMES, seen))
             for name, times in zip(names, zip(*took))]
    rows += [report.row(name, 'ms', **{'audit-history': list(times)})
             for name, times in zip(HISTORY_TIMES, zip(*told))]
    return report.part('reading %d events' % events, rows)


@contextlib.contextmanager
def reader():
    """Be a role that may read one table and its events."""
    sql('create role bench_reader login; grant select on audited to bench_reader;'
        # only a superuser may have his own statements logged
        'alter role bench_reader set log_min_duration_statement = 0')
    output('audit-rule', 'grant', 'bench_reader', 'reader')
    before = os.environ['PGUSER']
    os.environ['PGUSER'] = 'bench_reader'
    try:
        yield
    finally:
        os.environ['PGUSER'] = before
        sql('drop owned by bench_reader, audit_reader_bench;'
            'drop role bench_reader, audit_reader_bench')


def all_of(events):
    copied, logged = [cost(*COPY)], []
    for _ in range(LONG_ROUNDS):
        logged.append(cost('audit-log'))
        copied.append(cost(*COPY))
    seconds, megabytes = (
        {'audit-log': list(log), 'psql COPY': list(copy)}
        for log, copy in zip(zip(*logged), zip(*copied)))
    between = [sum(pair) / 2 for pair in zip(seconds['psql COPY'],
                                             seconds['psql COPY'][1:])]
    ratio = report.ratios(seconds['audit-log'], between)
    rate = {name: [events / s for s in took]
            for name, took in seconds.items()}
    return [report.row('all of them', 's', **seconds, ratio=ratio),
            report.row('  rate', 'events/s', **rate),
            report.row('  peak memory', 'MB', **megabytes)]


def first_line(*command):
    """Milliseconds from a command's start to the first line that it prints."""
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        line = process.stdout.readline()
        took = time.monotonic() - start
        process.kill()
    if not line:
        raise SystemExit('bench: no line from ' + ' '.join(command))
    return 1e3 * took


def cost(*command, **options):
    """Seconds and peak megabytes of a command whose output nobody reads."""
    with tempfile.NamedTemporaryFile('r') as peak:
        # time, because a child of ours would count our memory as its own
        start = time.monotonic()
        subprocess.run(['time', '-f', '%M', '-o', peak.name, *command],
                       stdout=subprocess.DEVNULL, check=True, **options)
        return time.monotonic() - start, int(peak.read()) / 1024


def key_times(key):
    """Server time in ms that audit-log takes for one key: to plan its query,
    to execute it, and with all that it asks before and after; and from its
    start to its end."""
    with open('lib/sql/events.sql', encoding='utf-8') as query:
        first_line = query.readline().strip()
    found, steps, took = logged('audit-log', '-t', 'audited', '-k', str(key))
    if not found:
        raise SystemExit('bench: audit-log does not find key %d' % key)
    own = [(ms, step) for ms, step, text in steps if text == first_line]
    return (sum(ms for ms, step in own if step != 'execute'),
            sum(ms for ms, step in own if step == 'execute'),
            sum(ms for ms, _, _ in steps), took)


def history_times(key):
    """Server time in ms of all that audit-history asks for one key, and the
    time from its start to its end."""
    lines, steps, _ = logged('audit-history', 'audited', str(key))
    if lines.count('\n') != 20:
        raise SystemExit('bench: audit-history does not find key %d' % key)
    start = time.monotonic()
    output('audit-history', 'audited', str(key))
    return (sum(ms for ms, _, _ in steps), 1e3 * (time.monotonic() - start))


def with_log():
    """The environment for commands that the server logs."""
    if os.environ['PGUSER'] == 'bench_reader':
        return os.environ  # his role says so
    return dict(os.environ, PGOPTIONS='-c log_min_duration_statement=0')


def logged(*command):
    """What a command prints; what the server's log says of it: a list of ms,
    step and query; and the ms from its start to its end."""
    with server_log() as log:
        start = time.monotonic()
        lines = output(*command, env=with_log())
        took = 1e3 * (time.monotonic() - start)
    steps = re.findall(r'duration: ([\d.]+) ms  (\w+)[^:]*: (.*)',
                       ''.join(log))
    return lines, [(float(ms), step, text) for ms, step, text in steps], took
