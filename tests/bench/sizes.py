"""sizes - what auditing adds on disk"""

import report
from client import database, sql, value
from settings import FILLED, LOGS, TABLES


def sizes():
    """What an event takes on disk and in the WAL, in bytes."""
    cases = {
        'INSERT': 'insert into {} select *'
                  f' from item({FILLED + 1}, {FILLED})',
        'UPDATE': 'update {} set quantity = quantity + 1'
                  f' where id > {FILLED}',
    }
    rows = []
    with database():
        row = value('select round(avg(pg_column_size(u.*))) from unaudited u')
        for case, statement in cases.items():
            grown = {table: growth(table, statement.format(table))
                     for table in TABLES}
            plain = grown.pop('unaudited')
            parts = {
                case: lambda g: g['heap'] + g['indexes'],
                '  heap': lambda g: g['heap'],
                '  indexes': lambda g: g['indexes'],
                '  WAL': lambda g: g['WAL'] - plain['WAL'],
            }
            rows += [report.row(name, 'bytes', **report.tables({
                table: [size_of(g) / FILLED] for table, g in grown.items()}))
                for name, size_of in parts.items()]
    return report.part('added on disk by an event, with an actor, no session: '
                       'the row has %s bytes' % row, rows)


def growth(table, statement):
    """The bytes that a statement adds to a table's log and to the WAL."""
    query = """
        select sum(pg_table_size(t)), sum(pg_indexes_size(t)),
          pg_current_wal_insert_lsn() - '0/0'
        from (select '{0}'::regclass union
              select relid from pg_partition_tree('{0}')) x(t)
        """.format(LOGS.get(table, table))
    before = sql(query)[0]
    sql("set audit.actor = 'alice'; " + statement)
    after = sql(query)[0]
    return {name: int(a) - int(b)
            for name, a, b in zip(('heap', 'indexes', 'WAL'), after, before)}
