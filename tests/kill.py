#!/usr/bin/python3
"""kill.py - kill audit-purge at random points, and see that nothing is lost

usage: tests/kill.py ROUNDS [SEED]

In a server of the caller's (PGHOST ...) it makes a sealed trail of some months,
and copies it for each round. There "audit-purge run --archive" or "erase
--archive" is killed, with SIGKILL, at a random time. Then, and again after it
was run once more to its end:
 - each event is in the trail or in a finished archive, as it was; after the
   end in one of them only
 - what was erased is erased as a whole or not at all, after the end everywhere
 - audit-seal verify finds nothing, in the trail and in each archive
It reads the archives by itself: zstd, and JSON. Prints a line of JSON; exit 1
where something was wrong.
"""

import glob
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from killing import problems, sql, wrong

TEMPLATE = "kill_template"
DATABASE = "kill_round"
MONTHS = 4
EVENTS = int(os.environ.get("KILL_EVENTS", "400"))  # of each table and month
SECRET = "hide-me"


def run(database, *command, status=0):
    r = subprocess.run(command, stdin=subprocess.DEVNULL, text=True,
                       env=dict(os.environ, PGDATABASE=database),
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if r.returncode != status:
        wrong("%s: %d, not %d: %s" % (" ".join(command), r.returncode, status,
                                      (r.stderr + r.stdout)[:500]))
    return r.stdout


def make_template():
    sql("postgres", "drop database if exists %s (force)" % TEMPLATE,
        "create database %s template template0" % TEMPLATE)
    run(TEMPLATE, "audit-rule", "init")
    sql(TEMPLATE, "create table item(id int primary key, name text, price numeric)",
        "create table other(id int primary key, name text)")
    run(TEMPLATE, "audit-rule", "add", "item", "--name", "item")
    run(TEMPLATE, "audit-rule", "add", "other", "--name", "other")
    # as they would have come: months that were, in both tables, one record of
    # which is to be erased, and one month with acts of the trail among them
    sql(TEMPLATE, """do $$
    declare m timestamp; r record;
    begin
      for i in 1 .. %d loop
        m := date_trunc('month', now() at time zone 'UTC') - i * interval '1 month';
        perform audit.make_partition('event_' || to_char(m, 'YYYY_MM'), audit.month_bound(m, m + interval '1 month'));
        for r in select id, "table" as name from audit.relation loop
          insert into audit.event(id, at, op, "schema", "table", key, record, label, actor, new, old, rules)
          select audit.new_id(x.at), x.at, case when n <= 5 then 'insert' else 'update' end, 'public', r.name,
            jsonb_build_object('id', n %% 50), audit.record(r.id, (n %% 50)::text), 'label ' || n, 'actor ' || n %% 7,
            jsonb_build_object('id', n %% 50, 'name', case when n %% 50 = 7 then '%s' else 'name ' || n end, 'price', n / 7.0), null, r.name
          from (select n, (m at time zone 'UTC') + n * interval '1 minute' + random() * interval '20 days' as at
                from generate_series(1, %d) n) x;
        end loop;
        if i = 2 then
          insert into audit.event(id, at, op, new) select audit.new_id(t), t, 'ddl', '{"command": "TEST"}'
            from (select (m at time zone 'UTC') + interval '1 day' as t) x;
        end if;
      end loop;
    end $$""" % (MONTHS, SECRET, EVENTS))
    run(TEMPLATE, "audit-seal")
    sql(TEMPLATE, "insert into item select i, 'new ' || i, i from generate_series(1, 20) i")
    run(TEMPLATE, "audit-seal")
    run(TEMPLATE, "audit-purge", "policy", "set", "-t", "item", "--keep", "1 day")
    # so that the newer months are mixed
    run(TEMPLATE, "audit-purge", "policy", "set", "-t", "other", "--keep", "%d days" % (30 * (MONTHS - 1)))
    run(TEMPLATE, "audit-seal")


COLUMNS = "id, at, op, \"table\", key, label, actor, old, new, redacted"


def live(database):
    rows = sql(database, "select to_jsonb(x) from (select %s from audit.event where op in "
               "('insert', 'update', 'delete')) x" % COLUMNS)
    return {r[0]["id"]: r[0] for r in rows}


def archived(directory):
    """Events by id, with the files that they are in"""
    events, files = {}, {}
    for path in sorted(glob.glob(os.path.join(directory, "*.zst"))):
        text = subprocess.run(["zstd", "-dcq", path], stdout=subprocess.PIPE, check=True).stdout.decode()
        for line in text.splitlines():
            e = json.loads(line)
            if next(iter(e)) != "id":
                continue
            events[e["id"]] = e
            files.setdefault(e["id"], []).append(os.path.basename(path))
    return events, files


def same(a, b):
    return all(a[k] == b[k] for k in ("id", "op", "table", "key", "label", "actor", "old", "new", "redacted"))


def hides(e):
    return SECRET not in json.dumps([e["old"], e["new"]]) and "name" in (e["redacted"] or [])


def check(before, directory, erased, ended, where):
    now = live(DATABASE)
    there, files = archived(directory)
    lost = [i for i in before if i not in now and i not in there]
    if lost:
        wrong("%s: %d events lost: %s" % (where, len(lost), lost[0]))
    doubled = [i for i in files if len(files[i]) > 1]
    if ended and doubled:
        wrong("%s: %d events in two archives: %s" % (where, len(doubled), files[doubled[0]]))
    both = [i for i in now if i in there]
    if ended and both:
        wrong("%s: %d events in the trail and an archive: %s" % (where, len(both), both[0]))
    states = set()
    for i, e in before.items():
        for got in [x[i] for x in (now, there) if i in x]:
            if i in erased:
                done = hides(got)
                if not done and not same(got, e):
                    wrong("%s: %s is neither as it was nor erased" % (where, i))
                if x_is(now, i, got):
                    states.add(done)
                if ended and not done:
                    wrong("%s: %s is not erased" % (where, i))
            elif not same(got, e):
                wrong("%s: %s is not as it was: %s" % (where, i, got))
    if len(states) > 1:
        wrong("%s: erased in part" % where)


def x_is(now, i, got):
    return i in now and now[i] is got


def verify(directory, where):
    run(DATABASE, "audit-seal")
    out = run(DATABASE, "audit-seal", "verify")
    if '"verified":true' not in out:
        wrong("%s: not verified" % where)
    for path in glob.glob(os.path.join(directory, "*.zst")):
        run(DATABASE, "audit-seal", "verify", "--offline", path)


def gone():
    while sql("postgres", "select 1 from pg_stat_activity where datname = '%s' and pid <> pg_backend_pid()" % DATABASE):
        time.sleep(0.01)


def killed(command, after):
    p = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL, env=dict(os.environ, PGDATABASE=DATABASE))
    time.sleep(after)
    p.send_signal(signal.SIGKILL)
    hit = p.wait() == -signal.SIGKILL
    # what the server was told before, it still does
    gone()
    return hit


def fresh(directory):
    shutil.rmtree(directory, ignore_errors=True)
    os.mkdir(directory)
    sql("postgres", "drop database if exists %s (force)" % DATABASE,
        "create database %s template %s" % (DATABASE, TEMPLATE))


def main():
    rounds = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 30)
    rand = random.Random(seed)
    top = tempfile.mkdtemp(prefix="audit-kill.")
    directory = os.path.join(top, "archive")
    purge = ["audit-purge", "run", "-y", "-q", "--archive", directory]
    erase = ["audit-purge", "erase", "-y", "-q", "-t", "item", "-k", "7", "--fields", "name",
             "--why", "asked for", "--archive", directory]
    lasts, hits = {}, 0
    try:
        make_template()
        before = live(TEMPLATE)
        secret = {i for i, e in before.items() if e["table"] == "item" and e["key"] == {"id": 7}}
        for n in range(rounds):
            job = "erase" if n % 3 == 2 else "run"
            fresh(directory)
            if job == "erase":
                # some of it in the archive already, the newest in the trail
                run(DATABASE, *purge)
            start = time.time()
            if job not in lasts:
                run(DATABASE, *(erase if job == "erase" else purge))
                lasts[job] = time.time() - start
                check(before, directory, secret if job == "erase" else (), True, "%s, not killed" % job)
                verify(directory, "%s, not killed" % job)
                continue
            where = "%s, round %d" % (job, n)
            hits += killed(erase if job == "erase" else purge, rand.random() * lasts[job])
            check(before, directory, secret if job == "erase" else (), False, where + ", killed")
            run(DATABASE, *(erase if job == "erase" else purge))
            check(before, directory, secret if job == "erase" else (), True, where)
            if job == "erase":
                # with the name of what it was in no file
                for path in glob.glob(os.path.join(directory, "*")):
                    if SECRET.encode() in open(path, "rb").read():
                        wrong("%s: %s still has it" % (where, path))
            verify(directory, where)
            for path in glob.glob(os.path.join(directory, ".*")):
                wrong("%s: %s is left" % (where, path))
    finally:
        sql("postgres", "drop database if exists %s (force)" % DATABASE,
            "drop database if exists %s (force)" % TEMPLATE)
        shutil.rmtree(top, ignore_errors=True)
    print(json.dumps({"rounds": rounds, "killed": hits, "seed": seed, "events": len(before),
                      "seconds": {k: round(v, 2) for k, v in lasts.items()}, "problems": len(problems)}))
    return 1 if problems else 0


sys.exit(main())
