"""writing - what auditing adds to the time of a change

The machine is seldom quiet, and from one second to the next the same work can
take twice as long. So nothing is compared but neighbours: slices alternate
"unaudited A unaudited B unaudited", each is compared with the unaudited ones
beside it, and what counts is the median of that. Each round has a database of
its own, and begins with another arm. Both engines audit the same table, in
turn. A slice of pgbench is a session of its own, and pays what a session's
first change costs; that is some milliseconds, and measured by itself.
"""

import itertools
import os
import re

import report
from client import Pgbench, database, engine, output, sql, timed
from settings import (ARMS, CLIENTS, ENGINES, FILLED, LARGE_ROWS, ROUNDS, ROWS,
                      SYNC, TXNS)

LARGE_BYTES = 10 * 1024 * 1024

# Each client has keys of its own, so that none waits for another's row.
OWN_KEY = ('\\set key random(1, %d / :clients - 1) * :clients'
           ' + :client_id + 1\n' % FILLED)
NEXT_KEY = ('\\set next :next + 1\n'
            '\\set key :next * :clients + :client_id\n')
SCRIPTS = {
    'UPDATE': OWN_KEY
    + 'update {} set quantity = quantity + 1 where id = :key;\n',
    'INSERT': NEXT_KEY
    # like item() in erp.sql, but that would be planned each time
    + "insert into {} values (:key, 'Customer ' || :key || ' & Sons Ltd',"
    " 'SO-2026-' || :key, 123, 5, 'confirmed', 17, 1231.25, 4.00, true,"
    " now() - interval '3 days', now(), '2026-05-17', 'Deliver to the back door"
    " before ten, ring twice; the invoice goes to the head office, as it did"
    " with order ' || :key);\n",
    'DELETE': NEXT_KEY + 'delete from {} where id = :key;\n',
    'no-op UPDATE': OWN_KEY
    + 'update {} set quantity = quantity where id = :key;\n',
}


def compare(rounds, cases, measure, arms=ARMS, prepare=None):
    """Samples for each case and arm: [(base, took)], both of measure(case,
    table, slice), of the unaudited table beside and of the arm's. The slices of
    a case are numbered, so that a later case can change the same rows again.
    What is to be prepared is for each database."""
    samples = {case: {arm: [] for arm in arms} for case in cases}
    for round_ in range(rounds):
        with database():
            if prepare:
                prepare()
            for case in cases:
                numbers = itertools.count()
                before = measure(case, 'unaudited', next(numbers))
                for arm in rotated(arms, round_):
                    choose(arm)
                    took = measure(case, arms[arm], next(numbers))
                    after = measure(case, 'unaudited', next(numbers))
                    samples[case][arm].append(((before + after) / 2, took))
                    before = after
    return samples


def rotated(arms, by):
    names = list(arms)
    by %= len(names)
    return names[by:] + names[:by]


def choose(arm):
    """An arm that has an engine's name, or begins with it, uses this one."""
    for name in ENGINES:
        if arm.startswith(name):
            engine(name)


def comparison(case, unit, cells):
    """Two rows: what each arm adds, and what it leaves of the speed."""
    return [
        report.row(case, unit, unaudited=[
            base for pairs in cells.values() for base, _ in pairs], **{
                arm: [took - base for base, took in pairs]
                for arm, pairs in cells.items()}),
        report.row('  of the speed', '', **{
            arm: speed(pairs) for arm, pairs in cells.items()})]


def speed(pairs):
    return [base / took for base, took in pairs]


def per_transaction(script, clients, txns, *options, **settings):
    """pgbench: the microseconds that a client's transaction takes."""
    told = Pgbench(script, clients, '-t', txns, *options, **settings).report()
    return clients * 1e6 / float(re.search(r'^tps = ([\d.]+)', told, re.M)[1])


def transactions():
    """pgbench, a row a transaction: how many clients, waiting for the disk or
    not, all in one round."""
    cases = [(clients, sync, case) for clients in CLIENTS for sync in SYNC
             for case in SCRIPTS]

    def measure(case, table, number):
        clients, sync, script = case
        # keys that no other slice of the round has
        number += 10 * (CLIENTS.index(clients) * len(SYNC) + SYNC.index(sync))
        return per_transaction(
            SCRIPTS[script].format(table), clients,
            # where each waits for the disk
            TXNS if sync == 'off' else TXNS // 10,
            '-D', f'next={FILLED + number * TXNS}', synchronous_commit=sync)

    samples = compare(ROUNDS, cases, measure)
    parts = [report.part(
        f'added to a transaction of one row: pgbench -M prepared -c {clients},'
        f' synchronous_commit={sync}', [
            row for script in SCRIPTS for row in comparison(
                script, 'us', samples[clients, sync, script])])
        for clients in CLIENTS for sync in SYNC]
    return parts + [more_clients(clients, samples) for clients in CLIENTS[1:]]


def more_clients(clients, samples):
    """Do several lose more than one?"""
    return report.part(
        f'what is left of the speed with {clients} clients, as a part of what '
        f'is left with {CLIENTS[0]}', [
            report.row(f'{script}, synchronous_commit={sync}', '', **{
                arm: report.ratios(
                    speed(samples[clients, sync, script][arm]),
                    speed(samples[CLIENTS[0], sync, script][arm]))
                for arm in ARMS})
            for sync in SYNC for script in SCRIPTS])


def connections():
    """An UPDATE in a connection of its own: all there is to be read and
    compiled before the first one."""
    def measure(case, table, _):
        return per_transaction(SCRIPTS[case].format(table), 1,
                               max(1, TXNS // 100), '-C',
                               synchronous_commit='off')

    samples = compare(ROUNDS, ['UPDATE'], measure)
    return report.part('added to a connection that changes one row',
                       comparison('UPDATE', 'us', samples['UPDATE']))


def rules():
    """What a rule is that is disabled, and one that asks for all there is, of
    a writer whose name is in the group. Nor is that a superuser."""
    arms = {'portable, disabled': 'idle', 'native, disabled': 'idle',
            'portable, strict': 'ruled', 'native, strict': 'ruled'}

    def prepare():
        for table in set(arms.values()):
            sql(f"""
                create table {table}(like unaudited including all);
                insert into {table} select * from item(1, {FILLED});
                update {table} set quantity = quantity where id % 4 = 0;
                analyze {table};
                """)
        sql('grant select, insert, update, delete on unaudited, idle, ruled'
            ' to bench_writer')
        output('audit-rule', 'add', 'idle', '--disabled')
        output('audit-rule', 'add', 'ruled', '--groups', 'bench_group',
               '--actors', 'alice,bob', '--ignore', 'changed,ordered',
               '--exclude', 'note', '--mask', 'reference')

    def measure(case, table, number):
        return per_transaction(
            # the portable engine takes long
            SCRIPTS[case].format(table), 1, TXNS // 5,
            '-D', f'next={FILLED + number * TXNS}', synchronous_commit='off',
            role='bench_writer', **{'audit.actor': 'alice'})

    sql('create role bench_group;'
        'create role bench_writer in role bench_group')
    try:
        samples = compare(ROUNDS, SCRIPTS, measure, arms, prepare)
    finally:
        sql('drop role bench_writer, bench_group')
    return report.part(
        'added to a transaction of one row, synchronous_commit=off, by a rule '
        'that is disabled, and by one with groups, actors, --ignore, --exclude '
        'and --mask', [
            row for case in SCRIPTS
            for row in comparison(case, 'us', samples[case])])


def statements():
    """Many rows in one statement: what auditing adds to each, in us."""
    file = os.path.join(os.environ['SERVER_DIR'], 'rows')
    cases = {
        'INSERT': 'insert into {} select * from item({}, {})',
        'UPDATE': 'update {0} set quantity = quantity + 1'
                  ' where id >= {1} and id < {1} + {2}',
        'DELETE': 'delete from {0} where id >= {1} and id < {1} + {2}',
        'COPY': "copy {} from '%s'" % file,
    }

    def measure(case, table, number):
        first = FILLED + 1 + number * ROWS
        if case == 'COPY':
            sql(f"copy (select * from item({first}, {ROWS})) to '{file}'")
        return timed(cases[case].format(table, first, ROWS)) * 1e3 / ROWS

    samples = compare(max(2, ROUNDS // 2), cases, measure)
    return report.part(
        f'added to a row, in a statement that changes {ROWS}', [
            row for case in cases
            for row in comparison(case, 'us', samples[case])])


def large():
    """An UPDATE that leaves a text of 10 MB as it was, in us."""
    def prepare():
        for table in ('unaudited', *sorted(set(ARMS.values()))):
            sql(f"""
                update {table} set note = (
                  select string_agg(md5(i::text), '')
                  from generate_series(1, {LARGE_BYTES // 32}) i)
                where id <= {LARGE_ROWS};
                """)

    def measure(case, table, number):
        # a session's first change is not what is meant
        return timed(f'update {table} set quantity = quantity + 1'
                     f' where id = {FILLED};'
                     f'update {table} set quantity = quantity + 1'
                     f' where id <= {LARGE_ROWS}') * 1e3 / LARGE_ROWS

    samples = compare(ROUNDS, ['UPDATE'], measure, prepare=prepare)
    return report.part('added to a row with a text of 10 MB that stays, in a '
                       f'statement that changes {LARGE_ROWS}',
                       comparison('UPDATE', 'us', samples['UPDATE']))
