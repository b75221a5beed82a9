"""sessions - what being in a session costs, lists of them, and logins at once"""

import os
import re
import time

import report
from client import Pgbench, database, output, server_log, sql, value
from settings import ENGINES, LONG_ROUNDS, QUICK, ROUNDS, TXNS
from writing import OWN_KEY, compare, comparison, per_transaction

USES = 200 if QUICK else 2000  # in one transaction
LISTED = 5000 if QUICK else 100000
EVENTS_EACH = 10
LOGINS = 100 if QUICK else 1000  # at once, of one actor
POLICIES = {
    'no policy': [],
    'five policies': ['null', "'g1'", "'g2'", "'g3'", "'g4'"],
}


def sessions():
    parts = []
    with database():
        parts.append(using())
    parts.append(writing_in())
    with database():
        parts.append(listing())
    with database():
        parts.append(logins())
    return parts


def log_in(actor='ann', groups="'{g1,g2}'"):
    return value(f"select token from audit.open_session('{actor}', "
                 f"'10.1.2.3', 'Mozilla/5.0', {groups})")


def set_policies(groups):
    sql('delete from audit.session_policy')
    for group in groups:
        sql(f"""select audit.put_session_policy({group},
            '{{"idle": "30 min", "max_age": "12 h", "max_per_actor": 9}}')""")


def inside(token):
    """Microseconds of each of many uses in one transaction, at the server."""
    rows = sql(f"""
        create temp table took(us float);
        do $$
        declare t timestamptz; begin
          for i in 1..{USES} loop
            t := clock_timestamp();
            perform audit.use_session('{token}');
            insert into took values
              (extract(epoch from clock_timestamp() - t) * 1e6);
          end loop;
        end $$;
        select percentile_cont(0.5) within group (order by us) from took;
        """)
    return float(rows[-1][0])


def using():
    """use_session() where nothing is to be noted."""
    token = log_in()
    cells = {name: {'in one transaction': [], 'begin, use, commit': []}
             for name in POLICIES}
    plain = 'begin;\nselect 1;\ncommit;\n'
    use = f"begin;\nselect audit.use_session('{token}');\ncommit;\n"
    for _ in range(ROUNDS):
        for name, groups in POLICIES.items():
            set_policies(groups)
            sql('update audit.session_activity set seen = clock_timestamp()')
            cells[name]['in one transaction'].append(inside(token))
            before, took, after = (
                per_transaction(script, 1, TXNS, synchronous_commit='off')
                for script in (plain, use, plain))
            cells[name]['begin, use, commit'].append(
                took - (before + after) / 2)
    set_policies([])
    return report.part(
        'use_session(), in a steady state; beside SELECT 1: what it adds',
        [report.row(case, 'us', **{name: cells[name][case] for name in cells})
         for case in cells['no policy']])


def writing_in():
    """Transactions in a session, of unaudited changes and of audited ones."""
    update = 'update {0} set quantity = quantity + 1 where id = :key;\n'
    scripts = {
        'one UPDATE in no session': ('1', 1),
        'one UPDATE in a session': ('audit.use_session(:token)', 1),
        'ten UPDATEs in a session': ('audit.use_session(:token)', 10),
    }
    token = []

    def prepare():
        token[:] = [log_in()]

    def measure(case, table, _):
        call, updates = scripts[case]
        return per_transaction(
            f'{OWN_KEY}begin;\nselect {call};\n'
            + update.format(table) * updates + 'commit;\n', 1,
            TXNS // updates,
            '-D', f'token={token[0]}', synchronous_commit='off')

    samples = compare(ROUNDS, scripts, measure,
                      {name: 'audited' for name in ENGINES}, prepare)
    return report.part('added to a transaction', [
        row for case in scripts
        for row in comparison(case, 'us', samples[case])])


def listing():
    """Many sessions of 1,000 actors, each tenth open, with events."""
    sql(f"""
        insert into audit.session(id, token, actor, groups, addr, user_agent,
            role, app, opened, new_device, closed, reason, seen, active)
        select audit.new_id(t), sha256(int4send(i)), 'actor' || i % 1000,
          '{{sales}}', '10.0.' || i % 200 || '.1', 'Mozilla/5.0 (X11; Linux '
          || 'x86_64; rv:' || i % 40 || '.0) Gecko/20100101 Firefox/128.0',
          'app', 'erp', t, false, case when i % 10 > 0 then
          t + interval '1 h' end, case when i % 10 > 0 then 'logout' end,
          case when i % 10 > 0 then t + interval '1 h' end,
          case when i % 10 > 0 then interval '50 min' end
        from generate_series(1, {LISTED}) i,
          lateral (select now() - i * interval '1 s' as t offset 0) x;
        insert into audit.session_activity
          select id, opened, '0' from audit.session;
        insert into audit.event(id, at, op, actor, session, new)
          select audit.new_id(t), t, 'update', s.actor, s.id, '{{"a": 1}}'
          from audit.session s, generate_series(1, {EVENTS_EACH}) k,
            lateral (select s.opened + k * interval '1 s' as t offset 0) x
          order by t;
        """)
    sql('vacuum analyze audit.session, audit.session_activity, audit.event')
    set_policies(POLICIES['five policies'])
    commands = {
        'copy of audit.session_list': ['psql', '-Xqc', '''copy (
            select * from audit.session_list order by opened) to stdout'''],
        'audit.expire_sessions(true)': ['psql', '-Xqc', '''copy (
            select * from audit.expire_sessions(true)) to stdout'''],
    }
    if os.path.exists(os.path.join(os.environ['BUILD'], 'bin',
                                   'audit-session')):
        commands['audit-session list'] = ['audit-session', 'list']
        commands['audit-session list --open'] = [
            'audit-session', 'list', '--open']
        commands['audit-session list -l 50'] = [
            'audit-session', 'list', '-l', '50']
    took = {name: [] for name in commands}
    for _ in range(LONG_ROUNDS + 1):
        for name, command in commands.items():
            start = time.monotonic()
            output(*command)
            took[name].append(time.monotonic() - start)
    set_policies([])
    # the first ones read them into the cache
    return report.part('%d sessions, %d events each' % (LISTED, EVENTS_EACH), [
        report.row(name, 's', time=times[1:]) for name, times in took.items()])


def logins():
    """Many logins of one actor at once, who may have one session."""
    clients = min(LOGINS, int(value('show max_connections')) - 10)
    cells = {}
    for mode in ('refuse', 'replace'):
        actor = 'only-' + mode
        sql(f"""select audit.put_session_policy(null, '{{"max_per_actor": 1,
            "on_limit": "{mode}"}}')""")
        with server_log() as log:
            told = Pgbench(f"select * from audit.open_session('{actor}');\n",
                           clients, '-t', 1).report()
        left = int(value("select count(*) from audit.session where closed is "
                         f"null and actor = '{actor}'"))
        wrong = [line for line in log if re.search('deadlock|ERROR', line)]
        if left != 1 or wrong:
            raise SystemExit('bench: %d sessions are left in mode %s: %s' % (
                left, mode, ''.join(wrong[:3])))
        opened = re.search(r'^tps = ([\d.]+)', told, re.M)[1]
        latency = re.search(r'^latency average = ([\d.]+)', told, re.M)[1]
        cells[mode] = {'all done in|s': [clients / float(opened)],
                       'each waited|ms': [float(latency)],
                       'open afterwards|': [left]}
    sql('delete from audit.session_policy')
    return report.part(
        '%d logins of one actor at once, who may have one session' % clients,
        [report.row(*name.split('|'), **{
            mode: cell[name] for mode, cell in cells.items()})
         for name in cells['refuse']])
