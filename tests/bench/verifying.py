"""verifying - what it costs to seal a trail and to see that it is whole"""

import os
import tempfile

import report
from client import database, output, run_file
from reading import cost
from settings import EVENTS, LONG_ROUNDS

# what is read to verify, in no order, as it comes cheapest
COLUMNS = 'lib/sql/verify-events.sql'


def verifying():
    """audit-seal verify beside COPY (FORMAT binary) of the same columns, in
    turn; and a seal of all the events, and evidence of them, once."""
    with database():
        run_file('events.sql', events=EVENTS[0])
        made = cost('audit-seal')
        copied, verified = [cost(*copy())], []
        for _ in range(2 * LONG_ROUNDS):
            verified.append(cost('audit-seal', 'verify'))
            copied.append(cost(*copy()))
        events = int(output('psql', '-XqAtc',
                            'select count(*) from audit.event'))
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, 'evidence')
            exported = cost('audit-seal', 'export', '-o', path)
            offline = cost('audit-seal', 'verify', '--offline', path)
    between = [(a[0] + b[0]) / 2 for a, b in zip(copied, copied[1:])]
    seconds = {'audit-seal': [one[0] for one in verified],
               'psql COPY': [one[0] for one in copied]}
    megabytes = {'audit-seal': [one[1] for one in verified],
                 'psql COPY': [one[1] for one in copied]}
    rows = [report.row('verify', 's', **seconds,
                       ratio=report.ratios(seconds['audit-seal'], between)),
            report.row('  rate', 'events/s',
                       **{name: [events / s for s in took]
                          for name, took in seconds.items()}),
            report.row('  of the rate of COPY', '', **{
                'audit-seal': report.ratios(between, seconds['audit-seal'])}),
            report.row('  peak memory', 'MB', **megabytes)]
    for name, (took, memory) in (('make', made), ('export', exported),
                                 ('verify --offline', offline)):
        rows += [report.row(name, 's', **{'audit-seal': [took]}),
                 report.row('  peak memory', 'MB', **{'audit-seal': [memory]})]
    return report.part('seals over %d events' % events, rows)


def copy():
    """psql, which throws away what verify reads."""
    with open(COLUMNS, encoding='utf-8') as query:
        lines = [line for line in query if not line.startswith('--')]
    columns = ''.join(lines).split('where')[0]
    return ['psql', '-Xqc', columns + ') to stdout (format binary)']
