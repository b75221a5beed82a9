"""client - how the bench talks to its server: psql, pgbench, its log"""

import contextlib
import os
import re
import subprocess

from settings import ENGINES, LOGS

HERE = os.path.dirname(os.path.abspath(__file__))

# Debian's /usr/bin/psql is a Perl script that finds the right one first
os.environ['PATH'] = os.environ['SERVER_BIN'] + ':' + os.environ['PATH']


def output(*command, **options):
    """What a command prints; its failure ends the bench."""
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, **options)
    if done.returncode != 0:
        raise SystemExit('bench: %s: %s' % (command[0], done.stderr.strip()))
    return done.stdout


def sql(script, *options):
    """Run a script; the rows come as lists of texts."""
    lines = output('psql', '-XqAt', '-F', '\t', '-v', 'ON_ERROR_STOP=1',
                   *options, input=script).splitlines()
    return [line.split('\t') for line in lines]


def run_file(name, **variables):
    sql('', '-f', os.path.join(HERE, name),
        *('-v%s=%s' % variable for variable in variables.items()))


def value(query):
    return sql(query)[0][0]


def timed(statement):
    """The milliseconds that a statement takes."""
    told = sql('\\timing on\n' + statement)[-1][0]
    return float(re.match(r'Time: ([\d.]+) ms', told)[1])


def warm():
    """Have the server use each page of its memory once: the first time costs
    what a server that has run for a day does not pay, and tables that grow
    paid it."""
    sql("""
        create unlogged table pages(page text);
        alter table pages alter page set storage plain;
        insert into pages select repeat('x', 8000) from generate_series(1, (
          select setting::int from pg_settings where name = 'shared_buffers'));
        drop table pages;
        """)


@contextlib.contextmanager
def database():
    """A fresh database with the three tables, each arm's auditing in place."""
    before = os.environ['PGDATABASE']
    output('createdb', 'bench')
    os.environ['PGDATABASE'] = 'bench'
    run_file('erp.sql')
    output('audit-rule', 'init')
    output('audit-rule', 'add', 'audited', '--name', 'audited')
    for name in ENGINES:
        engine(name)
        see_that_it_works()
    sql('analyze')
    try:
        yield
    finally:
        os.environ['PGDATABASE'] = before
        output('dropdb', '-f', 'bench')


def engine(name):
    """Have the changes of audited tables recorded by this one from now on."""
    output('audit-rule', 'init', '--capture', name)
    if value('select audit.engine()') != name:
        raise SystemExit('bench: the engine is not ' + name)


def see_that_it_works():
    """An arm that records nothing would be the fastest."""
    for table, log in LOGS.items():
        count = 'select count(*) from %s' % log
        before = int(value(count))
        sql('update %s set quantity = quantity + 1 where id = 1' % table)
        if int(value(count)) == before:
            raise SystemExit('bench: %s records nothing' % log)


@contextlib.contextmanager
def server_log():
    """The lines that the server logs meanwhile, as a list filled at the end."""
    lines = []
    with open(os.path.join(os.environ['SERVER_DIR'], 'log')) as log:
        log.seek(0, os.SEEK_END)
        yield lines
        lines.extend(log)


class Pgbench:
    """A pgbench at work on a script, its server settings as keywords."""

    def __init__(self, script, clients, *options, **settings):
        self.process = subprocess.Popen(
            ['pgbench', '-n', '-M', 'prepared', '-f', '-', '-c', str(clients),
             '-j', str(min(clients, os.cpu_count())),
             '-D', 'clients=%d' % clients, *map(str, options)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
            env=dict(os.environ, PGOPTIONS=' '.join(
                '-c %s=%s' % setting for setting in settings.items())))
        self.process.stdin.write(script)
        self.process.stdin.close()
        self.process.stdin = None

    def report(self):
        """What it says at its end."""
        told, complaints = self.process.communicate()
        if self.process.returncode != 0:
            raise SystemExit('bench: pgbench: ' + complaints.strip())
        return told
