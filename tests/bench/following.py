"""following - how soon audit-log --follow prints what was committed"""

import calendar
import os
import re
import statistics
import subprocess
import threading
import time

import report
from client import Pgbench, database, sql, value
from settings import FILLED, RATE, SECONDS

BATCH = 25  # rows that a transaction changes
CLIENTS = 2

UPDATE = f"""\
\\set first random(1, {FILLED // BATCH} / :clients - 1) * :clients * {BATCH}
\\set first :first + :client_id * {BATCH}
update audited set quantity = quantity + 1
where id >= :first and id < :first + {BATCH};
"""


def following():
    """Writers at a steady rate; when does each event's line arrive?"""
    with database():
        reader = subprocess.Popen(['audit-log', '--follow'],
                                  stdout=subprocess.PIPE)
        follower = Follower(reader.stdout)
        follower.await_probe()
        count = int(value('select count(*) from audit.event'))
        start = time.monotonic()
        Pgbench(UPDATE, CLIENTS, '-T', SECONDS, '-R', RATE / BATCH,
                synchronous_commit='off').report()
        took = time.monotonic() - start
        count = int(value('select count(*) from audit.event')) - count
        follower.await_lines(count)
        reader.terminate()
        reader.wait()
    delays = follower.delays()
    if len(delays) != count:
        raise SystemExit('bench: %d events, but %d lines' %
                         (count, len(delays)))
    return report.part(
        'following %d events a second for %d s' % (RATE, SECONDS),
        [report.row('written', 'events/s', **{'audit-utils': [count / took]}),
         *(report.row(name, 'ms', **{'audit-utils': [figure]})
           for name, figure in (
               ('from at to its line: median', statistics.median(delays)),
               ('  99 of 100', statistics.quantiles(delays, n=100)[98]),
               ('  longest', max(delays))))])


class Follower(threading.Thread):
    """Notes when the lines arrive."""

    def __init__(self, pipe):
        super().__init__(daemon=True)
        self.pipe = pipe
        self.before = 0  # lines that were there when the writers began
        self.lines = 0
        self.chunks = []  # when it came, what came
        self.more = threading.Condition()
        self.start()

    def run(self):
        while chunk := os.read(self.pipe.fileno(), 1 << 20):
            with self.more:
                self.chunks.append((time.time(), chunk))
                self.lines += chunk.count(b'\n')
                self.more.notify()

    def await_probe(self):
        """Until it is seen that the reader follows."""
        for n in range(30):
            sql(f"update audited set note = 'probe {n}' where id = 1")
            with self.more:
                if self.more.wait_for(lambda: self.came(b'"probe %d"' % n), 1):
                    self.before = self.lines
                    return
        raise SystemExit('bench: audit-log --follow prints nothing')

    def came(self, text):
        seen = b''.join(chunk for _, chunk in self.chunks)
        return text in seen and seen.endswith(b'\n')

    def await_lines(self, count):
        with self.more:
            if not self.more.wait_for(
                    lambda: self.lines >= self.before + count, 60):
                raise SystemExit('bench: audit-log --follow printed %d of %d '
                                 'lines' % (self.lines - self.before, count))

    def delays(self):
        """Milliseconds that the lines came after what they tell."""
        rest, found = b'', []
        for arrived, chunk in self.chunks:
            *lines, rest = (rest + chunk).split(b'\n')
            for line in lines:
                at = re.search(rb'"at":"([^."]*)(\.\d+)?Z"', line)
                second = calendar.timegm(time.strptime(
                    at[1].decode(), '%Y-%m-%dT%H:%M:%S'))
                found.append(1e3 * (arrived - second - float(at[2] or 0)))
        return found[self.before:]
