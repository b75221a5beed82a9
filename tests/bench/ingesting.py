"""ingesting - what audit-ingest takes for a log, and what reads cost where
pgaudit is not loaded, is, and has to log them"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time

import report
from client import HERE, database, output, sql, value
from reading import cost
from settings import INGESTED, LONG_ROUNDS, QUICK, ROUNDS

SLICE = 1 if QUICK else 2  # seconds
SCALE = 1 if QUICK else 10  # of pgbench's tables
# as the server of the bench has them, and pgaudit
SETTINGS = ['shared_buffers=512MB', 'fsync=on', 'jit=off', 'autovacuum=off',
            'wal_level=replica', 'max_wal_size=8GB', 'checkpoint_timeout=1h',
            'max_connections=1100',
            'shared_preload_libraries=pgaudit', 'logging_collector=on',
            'log_destination=jsonlog', 'log_rotation_size=0',
            'pgaudit.log=none', 'pgaudit.log_rows=off',
            'pgaudit.log_relation=on', 'pgaudit.log_catalog=off']
ARMS = ('not loaded', 'no rule', 'under a rule')


def ingesting():
    """A log parsed and stored, then reads."""
    with tempfile.TemporaryDirectory() as at:
        log = os.path.join(at, 'log.json')
        write_log(log)
        parsed = [cost('audit-ingest', '-n', log)
                  for _ in range(LONG_ROUNDS)]
        with database():
            # which rule asks for a read is a part of the work
            subprocess.run(['audit-rule', 'add', 'audited', '--name', 'reads',
                            '--ops', 'read'], stderr=subprocess.DEVNULL,
                           check=True)
            stored = [store(log, n) for n in range(LONG_ROUNDS)]
            again = [cost('audit-ingest', '--database', '*', '--system', '0',
                          log) for _ in range(2)]
    parts = [report.part('a log of %d records' % INGESTED, [
        report.row('audit-ingest -n', 'records/s', **{
            'audit-ingest': [INGESTED / s for s, _ in parsed]}),
        report.row('  peak memory', 'MB', **{
            'audit-ingest': [m for _, m in parsed]}),
        report.row('audit-ingest', 'events/s', **{
            'audit-ingest': [n / s for n, s, _ in stored]}),
        report.row('  peak memory', 'MB', **{
            'audit-ingest': [m for _, _, m in stored]}),
        report.row('where nothing is new', 'ms', **{
            'audit-ingest': [s * 1e3 for s, _ in again]})])]
    if not has_pgaudit():
        print('bench: pgaudit is not installed: no reads', file=sys.stderr)
        return parts
    return parts + [reads()]


def has_pgaudit():
    where = output(os.path.join(os.environ['SERVER_BIN'], 'pg_config'),
                   '--pkglibdir').strip()
    return os.path.exists(os.path.join(where, 'pgaudit.so'))


def store(log, n):
    """As the log of another server: the same events again would be none."""
    count = """select count(*) from audit.event
        where new ->> 'kind' = 'database'"""
    before = int(value(count))
    seconds, megabytes = cost('audit-ingest', '--database', '*', '--system',
                              str(n), log)
    return int(value(count)) - before, seconds, megabytes


def write_log(path):
    """Sessions of a busy hour, as jsonlog has them: of ten records six are
    reads of a table."""
    base = time.time() - 7200
    sessions = {}
    with open(path, 'w', encoding='utf-8') as out:
        for n in range(INGESTED):
            out.write(json.dumps(record(n, base, sessions),
                                 separators=(',', ':')) + '\n')


def record(n, base, sessions):
    at = base + n * 3600 / INGESTED
    slot = n % 40
    if slot not in sessions or sessions[slot]['left'] == 0:
        sessions[slot] = {
            'id': '%x.%x' % (int(at), 10000 + n % 30000), 'pid': 10000 + n,
            'user': 'user%d' % (n % 23), 'line': 0, 'left': 100, 'reads': 0,
            'start': stamp(int(at))[:19] + ' UTC'}
    s = sessions[slot]
    s['line'] += 1
    s['left'] -= 1
    ps, message = tell(s, n)
    one = {'timestamp': stamp(at)[:23] + ' UTC', 'user': s['user'],
           'dbname': 'bench', 'pid': s['pid'], 'remote_host': '10.1.2.3',
           'remote_port': 51234, 'session_id': s['id'], 'line_num': s['line'],
           'ps': ps, 'session_start': s['start'], 'vxid': '3/%d' % n,
           'txid': 0, 'error_severity': 'LOG', 'message': message,
           'application_name': 'crm/actor=clerk%d' % (n % 90),
           'backend_type': 'client backend', 'query_id': 0}
    if s['line'] == 1:
        del one['user'], one['dbname'], one['application_name']
    return one


def tell(s, n):
    if s['line'] == 1:
        return '', 'connection received: host=10.1.2.3 port=51234'
    if s['line'] == 2:
        return 'authentication', ('connection authorized: user=%s '
                                  'database=bench' % s['user'])
    if s['left'] == 0:
        return 'idle', ('disconnection: session time: 0:01:30.123 user=%s '
                        'database=bench host=10.1.2.3 port=51234' % s['user'])
    if n % 10 < 6:
        s['reads'] += 1
        return 'SELECT', ('AUDIT: OBJECT,%d,1,READ,SELECT,TABLE,public.audited,'
                          '"select id, name, price from audited where '
                          'customer = $1 and state <> \'gone\' order by id",'
                          '<not logged>,%d' % (s['reads'], n % 50))
    return 'SELECT', ('duration: 0.321 ms  execute <unnamed>: update stock '
                      'set quantity = quantity - 1 where id = %d' % n)


def stamp(at):
    return '%s.%03d' % (time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(at)),
                        at % 1 * 1000)


def reads():
    """pgbench -S in turn here and on a server with pgaudit beside."""
    output('createdb', 'reads')
    fill('reads')
    try:
        told = output(os.path.join(HERE, '..', 'server.sh'), *SETTINGS,
                      sys.executable, os.path.join(HERE, 'ingesting.py'),
                      env=dict(os.environ, BENCH_HOST=os.environ['PGHOST']))
    finally:
        output('dropdb', 'reads')
    tps = json.loads(told.splitlines()[-1])
    base = tps[ARMS[0]]
    return report.part('pgbench -S, one client, where pgaudit is', [
        report.row('transactions', '/s', **tps),
        report.row('  of those without', '', **{
            arm: report.ratios(tps[arm], base) for arm in ARMS[1:]}),
        report.row('a read takes longer by', 'us', **{
            arm: [1e6 / x - 1e6 / y for x, y in zip(tps[arm], base)]
            for arm in ARMS[1:]})])


def fill(name):
    output('pgbench', '-i', '-q', '-s', str(SCALE), name)
    sql('vacuum analyze', '-d', name)


def beside():
    """On the server with pgaudit: the slices of all, as JSON."""
    # pgaudit looks for its role's grants in both
    for name, table in (('unruled', 'pgbench_tellers'),
                        ('ruled', 'pgbench_accounts')):
        output('createdb', name)
        fill(name)
        output('audit-rule', 'init', '-d', name)
        subprocess.run(['audit-rule', 'add', '-d', name, '--ops', 'read',
                        table], stderr=subprocess.DEVNULL, check=True)
        sql('alter database %s set pgaudit.role = audit_read_%s'
            % (name, name))
    here = os.environ['PGHOST']
    where = dict(zip(ARMS, ((os.environ['BENCH_HOST'], 'reads'),
                            (here, 'unruled'), (here, 'ruled'))))
    tps = {arm: [] for arm in ARMS}
    for n in range(ROUNDS + 1):
        for arm in ARMS:
            got = slice_of(*where[arm])
            if n > 0:  # the first one reads the table into the cache
                tps[arm].append(got)
    logged = sum('AUDIT: OBJECT' in line for line in log_lines())
    if logged < sum(tps[ARMS[2]]):
        raise SystemExit('bench: pgaudit logged %d reads' % logged)
    print(json.dumps(tps))


def slice_of(host, name):
    told = output('pgbench', '-n', '-S', '-M', 'prepared', '-c', '1', '-T',
                  str(SLICE), '-h', host, name)
    return float(re.search(r'tps = ([\d.]+) \(without', told)[1])


def log_lines():
    at = os.path.join(os.environ['SERVER_DIR'], 'data', 'log')
    for name in os.listdir(at):
        if name.endswith('.json'):
            with open(os.path.join(at, name), encoding='utf-8') as lines:
                yield from lines


if __name__ == '__main__':
    beside()
