"""exporting - what audit-export takes for events that are at hand"""

import os
import subprocess
import tempfile

import report
from reading import cost
from settings import EXPORTED, LONG_ROUNDS

LINES = ('jsonl', 'csv', 'ocsf', 'ecs', 'cef')


def exporting():
    """The workbook beside a bare loop of its library that writes the same
    cells, in turn; then the other forms, and the memory of a million rows."""
    with tempfile.TemporaryDirectory() as at:
        events = os.path.join(at, 'events')
        make(events, EXPORTED)
        return [report.part('a file of %d events' % EXPORTED,
                            books(at, events) + others(at, events))]


def make(path, count):
    with open(path, 'w', encoding='utf-8') as lines:
        subprocess.run(['python3', 'tests/sample.py', str(count),
                        '--sessions'], stdout=lines, check=True)


def on(events, *command):
    with open(events, encoding='utf-8') as lines:
        return cost(*command, stdin=lines)


def books(at, events):
    book, cells = os.path.join(at, 'x.xlsx'), os.path.join(at, 'cells')
    bare = os.path.join(os.environ['BUILD'], 'tests', 'bare')
    on(events, 'audit-export', '-o', book)
    rows = extract(book, cells)
    loop, ours = [cost(bare, cells, book)], []
    for _ in range(LONG_ROUNDS + 1):
        ours.append(on(events, 'audit-export', '-o', book))
        loop.append(cost(bare, cells, book))
    between = [(a[0] + b[0]) / 2 for a, b in zip(loop, loop[1:])]
    return [
        report.row('xlsx of %d rows' % rows, 's',
                   **{'audit-export': [s for s, _ in ours],
                      'bare loop': [s for s, _ in loop],
                      'ratio': report.ratios(between, [s for s, _ in ours])}),
        report.row('  rate', 'rows/s',
                   **{'audit-export': [rows / s for s, _ in ours],
                      'bare loop': [rows / s for s, _ in loop]}),
        report.row('  peak memory', 'MB',
                   **{'audit-export': [m for _, m in ours],
                      'bare loop': [m for _, m in loop]}),
        million(at, events, rows)]


def million(at, events, rows):
    """The memory of a million rows: the same events, as often as need be."""
    many = os.path.join(at, 'many')
    with open(events, 'rb') as once, open(many, 'wb') as out:
        for _ in range(max(1, 1000000 // rows)):
            once.seek(0)
            out.write(once.read())
    seconds, megabytes = on(many, 'audit-export', '-o',
                            os.path.join(at, 'x.xlsx'))
    return report.row('  of %d rows, peak memory' % (
        rows * max(1, 1000000 // rows)), 'MB', **{'audit-export': [megabytes]})


def extract(book, cells):
    """The Events sheet for the bare loop; returns how many rows it has."""
    out = subprocess.run(['python3', 'tests/workbook.py', '--cells', book],
                         stdout=subprocess.PIPE, check=True).stdout
    with open(cells, 'wb') as lines:
        lines.write(out)
    return out.count(b'\n') - 1


def others(at, events):
    page = os.path.join(at, 'x.html')
    rows = []
    for form in LINES:
        samples = [on(events, 'audit-export', '-f', form)
                   for _ in range(LONG_ROUNDS + 1)]
        rows.append(report.row(form, 'events/s', **{
            'audit-export': [EXPORTED / s for s, _ in samples]}))
    samples = [on(events, 'audit-export', '-o', page)
               for _ in range(LONG_ROUNDS + 1)]
    return rows + [
        report.row('html', 's', **{'audit-export': [s for s, _ in samples]}),
        report.row('  size', 'MB', **{
            'audit-export': [os.path.getsize(page) / 1e6]}),
        report.row('  peak memory', 'MB', **{
            'audit-export': [m for _, m in samples]})]
