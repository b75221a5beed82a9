"""whole - what it costs to read a whole table as it was"""

import report
from client import database, run_file, value
from reading import COPY, cost
from settings import LONG_ROUNDS, WHOLE

COMMANDS = {
    'psql COPY': COPY[:2] + ['copy past to stdout'],
    'pg_dump': ['pg_dump', '-t', 'past'],
}


def whole():
    """A table of so many rows, each of them changed since, beside what copies
    it as it is."""
    with database():
        run_file('whole.sql', rows=WHOLE)
        commands = {'audit-history': ['audit-history', 'past', '--at', value(
            'select "then" from moment')], **COMMANDS}
        took = {name: [] for name in commands}
        # the first one reads the table into the cache
        cost(*commands['psql COPY'])
        for _ in range(LONG_ROUNDS):
            for name, command in commands.items():
                took[name].append(cost(*command))
    seconds, megabytes = (
        {name: [one[n] for one in samples] for name, samples in took.items()}
        for n in (0, 1))
    return report.part('a table of %d rows before %d changes' % (WHOLE, WHOLE), [
        report.row('all of it', 's', **seconds, **{
            'of ' + name: report.ratios(seconds['audit-history'], seconds[name])
            for name in COMMANDS}),
        report.row('  peak memory', 'MB', **megabytes)])
