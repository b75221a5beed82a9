"""settings - how much the bench does, from the environment, and its tables"""

import os

QUICK = bool(os.environ.get('QUICK'))


def setting(name, default, quick):
    return os.environ.get(name) or (quick if QUICK else default)


def size(name, default, quick):
    return int(setting(name, default, quick))


ROUNDS = size('ROUNDS', 10, 2)
LONG_ROUNDS = max(2, ROUNDS // 4)  # of what takes seconds
TXNS = size('TXNS', 5000, 500)
ROWS = size('ROWS', 100000, 5000)
LARGE_ROWS = size('LARGE_ROWS', 3, 2)
EVENTS = [int(n) for n in setting('EVENTS', '1000000 10000000',
                                  '50000 200000').split()]
ARCHIVED = size('ARCHIVED', 2000000, 200000)
DIFFED = size('DIFFED', 20000, 5000)
EXPORTED = size('EXPORTED', 100000, 5000)
INGESTED = size('INGESTED', 300000, 20000)
WATCHED = size('WATCHED', 1000000, 100000)
WHOLE = size('WHOLE', 1000000, 50000)
STARTS = size('STARTS', 100, 20)
RATE = size('RATE', 5000, 5000)
SECONDS = size('SECONDS', 30, 5)
CLIENTS = [int(n) for n in os.environ.get('CLIENTS', '1 2').split()]
SYNC = os.environ.get('SYNC', 'off on').split()

FILLED = 20000  # rows that erp.sql puts into each table
TABLES = {'unaudited': 'unaudited', 'audited': 'audit-utils',
          'logged': 'table_log'}  # table -> what the report calls it
LOGS = {'audited': 'audit.event', 'logged': 'logged_log'}  # table -> its log
ENGINES = ('portable', 'native')
# arm -> the table that it writes to
ARMS = {'portable': 'audited', 'native': 'audited', 'table_log': 'logged'}
