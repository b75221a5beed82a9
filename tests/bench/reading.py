"""reading - what the trail's events cost to read"""

import os
import re
import subprocess
import tempfile
import time

import report
from client import database, output, run_file, server_log
from settings import EVENTS, LONG_ROUNDS

KEY_TIMES = ('one key, on the server: plan', '  execute',
             '  with all that audit-log asks')


def reading():
    """audit-log over all events beside COPY; one record among them."""
    copy = 'copy (select * from audit.event) to stdout'
    copied, logged = [], []
    with database():
        run_file('events.sql', events=EVENTS)
        copied.append(cost('psql', '-Xqc', copy))
        for _ in range(LONG_ROUNDS):
            logged.append(cost('audit-log'))
            copied.append(cost('psql', '-Xqc', copy))
        asked = [key_times(1 + n * (EVENTS // 5) // 20) for n in range(20)]
    seconds, megabytes = (
        {'audit-log': list(log), 'psql COPY': list(copy)}
        for log, copy in zip(zip(*logged), zip(*copied)))
    between = [sum(pair) / 2 for pair in zip(seconds['psql COPY'],
                                             seconds['psql COPY'][1:])]
    ratio = report.ratios(seconds['audit-log'], between)
    return report.part('reading %d events' % EVENTS, [
        report.row('all of them', 's', **seconds, ratio=ratio),
        report.row('peak memory', 'MB', **megabytes),
        *(report.row(name, 'ms', **{'audit-log': list(times)})
          for name, times in zip(KEY_TIMES, zip(*asked)))])


def cost(*command):
    """Seconds and peak megabytes of a command whose output nobody reads."""
    with tempfile.NamedTemporaryFile('r') as peak:
        # time, because a child of ours would count our memory as its own
        start = time.monotonic()
        subprocess.run(['time', '-f', '%M', '-o', peak.name, *command],
                       stdout=subprocess.DEVNULL, check=True)
        return time.monotonic() - start, int(peak.read()) / 1024


def key_times(key):
    """Server time in ms that audit-log takes for one key: to plan its query,
    to execute it, and with all that it asks before and after."""
    with open('lib/sql/events.sql', encoding='utf-8') as query:
        first_line = query.readline().strip()
    with server_log() as log:
        found = output('audit-log', '-t', 'audited', '-k', str(key), env=dict(
            os.environ, PGOPTIONS='-c log_min_duration_statement=0'))
    if not found:
        raise SystemExit('bench: audit-log does not find key %d' % key)
    planned = executed = total = 0
    for ms, step, text in re.findall(
            r'duration: ([\d.]+) ms  (\w+)[^:]*: (.*)', ''.join(log)):
        total += float(ms)
        if text == first_line and step == 'execute':
            executed += float(ms)
        elif text == first_line:
            planned += float(ms)
    return planned, executed, total
