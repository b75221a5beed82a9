"""measure - measures every part and publishes it; run gives it a server"""

import os
import sys
import time

import report
from archiving import archiving
from client import warm
from diffing import diffing
from disabling import disabling
from exporting import exporting
from following import following
from ingesting import ingesting
from purging import purging
from reading import reading
from sealing import sealing
from sessions import sessions
from settings import (DIFFED, EVENTS, EXPORTED, INGESTED, LARGE_ROWS, RATE,
                      ROUNDS, ROWS, SECONDS, STARTS, TXNS, WATCHED, WHOLE)
from sizes import sizes
from starting import starting
from verifying import verifying
from watching import watching
from whole import whole
from writing import connections, large, rules, statements, transactions

PARTS = {
    'transactions': transactions,
    'connections': lambda: [connections()],
    'rules': lambda: [rules()],
    'statements': lambda: [statements()],
    'large': lambda: [large()],
    'sizes': lambda: [sizes()],
    'disabling': lambda: [disabling()],
    'starting': lambda: [starting()],
    'reading': lambda: [reading(n, n == EVENTS[0]) for n in EVENTS],
    'diffing': lambda: [diffing()],
    'verifying': lambda: [verifying()],
    'whole': lambda: [whole()],
    'following': lambda: [following()],
    'sealing': sealing,
    'sessions': sessions,
    'purging': purging,
    'exporting': exporting,
    'ingesting': ingesting,
    'watching': watching,
    'archiving': archiving,
}


def main():
    warm()
    load = round(os.getloadavg()[0], 2)
    start = time.monotonic()
    parts = []
    for name in os.environ.get('PARTS', ' '.join(PARTS)).split():
        print('bench: %s' % name, file=sys.stderr)
        parts += PARTS[name]()
    report.publish(parts, {
        'load': {'before': load, 'after': round(os.getloadavg()[0], 2)},
        'seconds': round(time.monotonic() - start),
        'sizes': {'rounds': ROUNDS, 'transactions': TXNS, 'rows': ROWS,
                  'large rows': LARGE_ROWS,
                  'events': ' and '.join(map(str, EVENTS)), 'starts': STARTS,
                  'diffed': DIFFED, 'exported': EXPORTED, 'ingested': INGESTED,
                  'watched': WATCHED,
                  'whole table': WHOLE, 'rate': RATE,
                  'seconds': SECONDS}})


if __name__ == '__main__':
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
