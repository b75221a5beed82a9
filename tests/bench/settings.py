"""settings - how much the bench does, from the environment, and its tables"""

import os

QUICK = bool(os.environ.get('QUICK'))


def size(name, default, quick):
    return int(os.environ.get(name) or (quick if QUICK else default))


ROUNDS = size('ROUNDS', 12, 3)
LONG_ROUNDS = max(2, ROUNDS // 3)  # of what takes seconds
TXNS = size('TXNS', 3000, 500)
ROWS = size('ROWS', 100000, 10000)
EVENTS = size('EVENTS', 1000000, 100000)
CLIENTS = [int(n) for n in os.environ.get('CLIENTS', '1').split()]
SYNC = os.environ.get('SYNC', 'off').split()

FILLED = 20000  # rows that erp.sql puts into each table
ARMS = {'unaudited': 'unaudited', 'audited': 'audit-utils',
        'logged': 'table_log'}  # table -> what the report calls it
LOGS = {'audited': 'audit.event', 'logged': 'logged_log'}  # table -> its log
