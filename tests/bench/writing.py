"""writing - what auditing adds to the time of a change

The machine is seldom quiet, and from one second to the next the same work can
take twice as long. So nothing is compared but neighbours: slices alternate
"unaudited A unaudited B unaudited", each is compared with the unaudited ones
beside it, A with the B of its round, and what counts is the median of that.
A slice of pgbench is a session of its own, and pays what a session's first
change costs.
"""

import itertools
import os
import re

import report
from client import Pgbench, database, sql, timed
from settings import (ARMS, FILLED, LARGE_ROWS, LOGS, LONG_ROUNDS, ROUNDS,
                      ROWS, TXNS)

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


def compare(rounds, cases, measure, prepare=''):
    """Samples for each case and table, of measure(case, table, slice): of the
    unaudited table how long it took, of the others how much longer. Slices are
    numbered, so that one can change the rows that it inserted before. What is
    to be prepared is for each table."""
    samples = {case: {table: [] for table in ARMS} for case in cases}
    with database():
        sql(''.join(prepare.format(table) for table in ARMS))
        for round_ in range(rounds):
            for case in cases:
                numbers = itertools.count(5 * round_)
                before = measure(case, 'unaudited', next(numbers))
                for table in sorted(LOGS, reverse=round_ % 2):
                    took = measure(case, table, next(numbers))
                    after = measure(case, 'unaudited', next(numbers))
                    base = (before + after) / 2
                    samples[case]['unaudited'].append(base)
                    samples[case][table].append(took - base)
                    before = after
            sql(''.join(f'vacuum {table};' for table in ARMS))
    return samples


def comparison(case, cells):
    """A row with what each arm adds, and how ours compares to the other."""
    return report.row(case, 'us', **report.arms(cells),
                      ratio=report.ratios(cells['audited'], cells['logged']))


def transactions(clients, sync):
    """pgbench, a row a transaction: what auditing adds to each, in us."""
    # where each waits for the disk
    txns = TXNS if sync == 'off' else TXNS // 2

    def measure(case, table, number):
        bench = Pgbench(SCRIPTS[case].format(table), clients, '-t', txns,
                        '-D', f'next={FILLED + number * txns}',
                        synchronous_commit=sync)
        tps = float(re.search(r'^tps = ([\d.]+)', bench.report(), re.M)[1])
        return clients * 1e6 / tps

    samples = compare(ROUNDS, SCRIPTS, measure)
    rows = [comparison(case, samples[case]) for case in samples]
    rows.append(report.row('no-op / UPDATE', '%', **report.arms({
        table: [100 * share for share in report.ratios(
            samples['no-op UPDATE'][table], samples['UPDATE'][table])]
        for table in LOGS})))
    return report.part(
        f'added to a transaction of one row: pgbench -M prepared -c {clients},'
        f' synchronous_commit={sync}', rows)


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

    samples = compare(LONG_ROUNDS, cases, measure)
    return report.part(f'added to a row, in a statement that changes {ROWS}',
                       [comparison(case, samples[case]) for case in cases])


def large():
    """An UPDATE that leaves a text of 10 MB as it was, in us."""
    prepare = f"""
        update {{}} set note = (
          select string_agg(md5(i::text), '')
          from generate_series(1, {LARGE_BYTES // 32}) i)
        where id <= {LARGE_ROWS};
        """

    def measure(case, table, number):
        return timed(f'update {table} set quantity = quantity + 1'
                     f' where id <= {LARGE_ROWS}') * 1e3 / LARGE_ROWS

    samples = compare(ROUNDS, ['UPDATE'], measure, prepare)
    return report.part('added to a row with a text of 10 MB that stays, in a '
                       f'statement that changes {LARGE_ROWS}',
                       [comparison('UPDATE', samples['UPDATE'])])
