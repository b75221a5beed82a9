"""report - the figures as a table for people and as JSON for programs"""

import json
import os
import statistics
import time

from client import output, value
from settings import TABLES


def tables(cells):
    """Cells of tables by the names that a reader knows."""
    return {name: cells[table] for table, name in TABLES.items()
            if table in cells}


def ratios(a, b):
    return [x / y for x, y in zip(a, b)]


def part(title, rows):
    return {'title': title, 'rows': rows}


def row(case, unit, **samples):
    """One line of the table: a cell for each list of samples."""
    return {'case': case, 'unit': unit,
            'cells': {name: summary(s) for name, s in samples.items()}}


def summary(samples):
    low, high = samples[0], samples[0]
    if len(samples) > 1:
        low, _, high = statistics.quantiles(samples, method='inclusive')
    return {'median': statistics.median(samples), 'q1': low, 'q3': high,
            'samples': samples}


def number(x):
    """Three digits, as many as these figures deserve."""
    if x == int(x) or abs(x) >= 100:
        return '%.0f' % x
    return '%.1f' % x if abs(x) >= 10 else '%.2f' % x


def cell(stats):
    text = number(stats['median'])
    if stats['q1'] != stats['q3']:
        text += ' [%s %s]' % (number(stats['q1']), number(stats['q3']))
    return text


def show(one):
    columns = list(dict.fromkeys(
        name for row_ in one['rows'] for name in row_['cells']))
    lines = [[''] + columns]
    for row_ in one['rows']:
        lines.append(['%s %s' % (row_['case'], row_['unit'])] + [
            cell(row_['cells'][name]) if name in row_['cells'] else ''
            for name in columns])
    widths = [max(map(len, column)) for column in zip(*lines)]
    print('\n' + one['title'])
    for line in lines:
        print('  '.join(text.rjust(width) if n else text.ljust(width)
                        for n, (text, width) in enumerate(zip(line, widths)))
              .rstrip())


def first_match(path, start):
    with open(path, encoding='utf-8') as lines:
        for line in lines:
            if line.startswith(start):
                return line[len(start):].strip(' \t:="\n')
    return 'unknown'


def machine():
    memory = int(first_match('/proc/meminfo', 'MemTotal').split()[0])
    return '%d x %s, %.0f GB, %s' % (
        os.cpu_count(), first_match('/proc/cpuinfo', 'model name'),
        memory / 1024 / 1024, first_match('/etc/os-release', 'PRETTY_NAME'))


def publish(parts, about):
    settings = ('shared_buffers', 'fsync', 'wal_level', 'jit', 'autovacuum')
    about = {
        'date': time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime()),
        'version': output('audit-log', '-V').strip(),
        'machine': machine(),
        'postgresql': value('show server_version'),
        'settings': {name: value('show ' + name) for name in settings},
        **about,
    }
    for name, said in about.items():
        if isinstance(said, dict):
            said = ', '.join('%s %s' % pair for pair in said.items())
        print('%-12s %s' % (name, said))
    print('\nMedian [quartiles]. What an arm adds is added to the unaudited '
          'slices beside it, whose\nspeed its own is a part of. Elsewhere the '
          'ratio, of neighbours too, is audit-log / COPY,\naudit-diff / jq, '
          'audit-seal / COPY, audit-watch / a filter that only reads.')
    for one in parts:
        show(one)
    path = os.path.join(os.environ['BUILD'], 'bench.json')
    with open(path, 'w', encoding='utf-8') as out:
        json.dump({**about, 'parts': parts}, out, indent=1)
        out.write('\n')
