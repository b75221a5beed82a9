#!/usr/bin/python3
"""ship-kill.py - kill audit-seal ship at random points, and see that nothing is
lost and nothing doubled

usage: tests/ship-kill.py ROUNDS [SEED]

In a server of the caller's (PGHOST ...) it makes a trail with some large seals
and many small ones, and an archive database. In each round there is one more
seal, and audit-seal ship is killed, with SIGKILL, at a random time: one, one with
two streams, or two at once; or its connections to one of the ends are ended by
the server. Whatever the archive has then is whole: each seal with all its
leaves, each leaf with its event. After some rounds a ship comes to its end, and
the archive has what the source has, by a count and a digest of both. Then it
begins anew. Prints a line of JSON; exit 1 where something was wrong.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time

from killing import problems, sql, wrong

SOURCE, ARCHIVE = "ship_kill", "ship_kill_archive"
EACH = 4  # rounds until one comes to its end


def run(*command):
    p = subprocess.run(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                       env=dict(os.environ, PGDATABASE=SOURCE), check=False)
    if p.returncode != 0:
        wrong("%s: exit %d" % (" ".join(command), p.returncode))
    return p.stdout.decode()


def seal(rows):
    n = sql(SOURCE, "select coalesce(max(id), 0) from item")[0][0]
    sql(SOURCE, "insert into item select i, 'item ' || i from generate_series(%d, %d) i" % (n + 1, n + rows))
    run("audit-seal")


def fresh_archive():
    sql("postgres", "drop database if exists %s (force)" % ARCHIVE, "create database %s" % ARCHIVE)
    run("audit-rule", "init", "-d", ARCHIVE, "--archive")


IDS = """(select %s encode(substr(b, i * 48 + 1, 16), 'hex')::uuid as id
  from (select *, leaves || '' as b from audit.%s offset 0) l, generate_series(0, length(b) / 48 - 1) i)"""


def check(where):
    """What is in the archive is whole"""
    if sql(ARCHIVE, "select 1 from audit.archived_trail where no = 1") == []:
        return
    ids = IDS % ("", "archived_leaf")
    got = sql(ARCHIVE, """select count(*) filter (where e.id is null), count(*) filter (where l.id is null),
      count(*) - count(distinct coalesce(e.id, l.id))
      from (select id from audit.archived_event where trail = 1) e full join %s l using (id)""" % ids)[0]
    if got != (0, 0, 0):
        wrong("%s: leaves without events, events without leaves, doubled: %s" % (where, got))
    got = sql(ARCHIVE, """select count(*) from audit.archived_seal s where (s.line::json ->> 'events')::int <> (
      select coalesce(sum(length(l.leaves)) / 48, 0) from audit.archived_leaf l where l.seal = s.no)""")[0][0]
    if got != 0:
        wrong("%s: %d seals lack leaves" % (where, got))
    last = sql(ARCHIVE, "select coalesce(max(no), -1) from audit.archived_seal")[0][0]
    archive = sql(ARCHIVE, "select id from audit.archive_database")[0][0]
    said = sql(SOURCE, "select coalesce(max(seal), -1) from audit.shipped where archive = '%s'" % archive)[0][0]
    if said > last:
        wrong("%s: seal %d is acknowledged, the archive has %d" % (where, said, last))


def same(where):
    """The archive has what the source has sealed"""
    what = "count(*), md5(string_agg(md5(concat(e.id, e.at, e.txid, e.op, e.key, e.old, e.new, e.salt)), '' order by e.id))"
    here = sql(SOURCE, "select %s from audit.event e join %s l using (id)" % (what, IDS % ("", "leaf")))
    there = sql(ARCHIVE, "select %s from audit.archived_event e where trail = 1" % what)
    if here != there:
        wrong("%s: the source has %s, the archive %s" % (where, here, there))
    what = "select count(*), md5(string_agg(line, '' order by no)) from audit.%s"
    if sql(SOURCE, what % "seal") != sql(ARCHIVE, (what % "archived_seal") + " where trail = 1"):
        wrong("%s: seals" % where)


def ship(*options):
    return subprocess.Popen(["audit-seal", "ship", "-q", "--to", "dbname=" + ARCHIVE] + list(options),
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                            env=dict(os.environ, PGDATABASE=SOURCE))


def disturb(rand, last):
    how = rand.randrange(4)
    if how == 2:
        running = [ship(), ship()]
    else:
        running = [ship(*(["--streams", "2"] if how == 1 else []))]
    time.sleep(rand.random() * last)
    if how == 3:
        sql("postgres", """select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'audit-seal' and datname = '%s'""" % rand.choice([SOURCE, ARCHIVE]))
    else:
        for p in running:
            p.send_signal(signal.SIGKILL)
    return sum(p.wait() != 0 for p in running)


def gone():
    """What the servers were told before, they still do."""
    while sql("postgres", "select 1 from pg_stat_activity where application_name = 'audit-seal'"):
        time.sleep(0.01)


def main():
    rounds = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 30)
    rand = random.Random(seed)
    events = int(os.environ.get("KILL_EVENTS", "100000"))  # of the largest seal
    hits, last = 0, 1.0
    try:
        sql("postgres", "drop database if exists %s (force)" % SOURCE, "create database %s" % SOURCE)
        run("audit-rule", "init")
        sql(SOURCE, "create table item(id int primary key, name text)")
        run("audit-rule", "add", "item")
        seal(10)
        seal(events)
        for _ in range(30):
            seal(rand.randrange(20))
        for n in range(rounds):
            where = "round %d" % n
            if n % EACH == 0:
                fresh_archive()
            seal(rand.randrange(5))
            hits += disturb(rand, last)
            gone()
            check(where)
            if n % EACH == EACH - 1 or n == rounds - 1:
                begun = time.time()
                if ship().wait() != 0:
                    wrong("%s: a run that nobody killed failed" % where)
                last = max(time.time() - begun, 1.0)
                check(where)
                same(where)
    finally:
        sql("postgres", "drop database if exists %s (force)" % SOURCE, "drop database if exists %s (force)" % ARCHIVE)
    print(json.dumps({"rounds": rounds, "ended": hits, "seed": seed, "problems": len(problems)}))
    return 1 if problems else 0


sys.exit(main())
