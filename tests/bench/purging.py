"""purging - a month that goes, batches beside a writer, and an erasure"""

import json
import threading
import time

import report
from client import database, output, run_file, sql, value
from reading import cost
from settings import EVENTS, FILLED, LONG_ROUNDS

MIXED = 400000  # events of a month of which every other one goes

# updates, a transaction each, as long as there is a table "writing"; the first
# ones are those of a new session
WRITER = f'''
    set synchronous_commit = off;
    do $$ declare began timestamptz; took float; longest float := 0; n int := 0;
    begin
      while to_regclass('writing') is not null loop
        began := clock_timestamp();
        update audited set quantity = quantity + 1 where id = 1 + n % {FILLED};
        commit;
        took := extract(epoch from clock_timestamp() - began) * 1000;
        if n > 10 then longest := greatest(longest, took); end if;
        n := n + 1;
      end loop;
      perform set_config('bench.longest', longest::text, false);
    end $$;
    select current_setting('bench.longest')'''


def purging():
    took = {count: measure(count) for count in EVENTS}
    names = list(dict.fromkeys(n for cells in took.values() for n in cells))
    return [report.part(
        'purging; the month of so many events goes as a whole, every other one '
        'of %d in batches beside a writer' % min(MIXED, EVENTS[0]),
        [report.row(*name.split('|'), **{
            '%d events' % count: cells[name] for count, cells in took.items()})
         for name in names])]


def measure(count):
    """One trail of this size."""
    mixed = min(MIXED, EVENTS[0])
    with database():
        run_file('purging.sql', events=count, mixed=mixed)
        output('audit-seal')
        cells = {'erase a key with 100 events|s': [
            # the first one reads the index into the cache
            cost('audit-purge', 'erase', '-y', '-t', 'audited', '-k', key,
                 '--why', 'bench')[0] for key in ('7', '1000000000')][1:]}
        output('audit-seal')
        first = value("select date_trunc('month', now()) - interval '1 month'")
        cells['a month as a whole|s'] = [
            cost('audit-purge', 'run', '-y', '--before', first,
                 '-t', 'audited')[0]]
        alone = [beside(lambda: time.sleep(2))[1] for _ in range(LONG_ROUNDS)]
        first = value("select date_trunc('month', now())")
        (told, seconds), longest = beside(lambda: purge_beside(first))
        gone = json.loads(told.splitlines()[-1])['events']
        if gone != mixed // 2:
            raise SystemExit('bench: %d events went in batches' % gone)
        cells['batches|events/s'] = [gone / seconds]
        cells['longest write beside them|ms'] = [longest]
        cells['longest write alone|ms'] = alone
    return cells


def purge_beside(first):
    start = time.monotonic()
    told = output('audit-purge', 'run', '-y', '--before', first,
                  '-t', 'audited', '--op', 'update')
    return told, time.monotonic() - start


def beside(work):
    """What work returns, and the longest transaction (ms) of a writer, as the
    server has it."""
    sql('create table writing()')
    told = []
    writer = threading.Thread(target=lambda: told.append(value(WRITER)))
    writer.start()
    try:
        done = work()
    finally:
        sql('drop table writing')
        writer.join()
    return done, float(told[0])
