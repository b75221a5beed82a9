#!/usr/bin/python3
"""ingest-kill.py - kill audit-ingest at random points, and see that nothing is
lost and nothing doubled

usage: tests/ingest-kill.py ROUNDS [SEED]

In a server of the caller's (PGHOST ...) it makes log files of sessions that are
mixed, as a server writes them, and a trail. In each round one of the log's
pieces comes to be there (lines that end anywhere, a rotation now and then),
and "audit-ingest --follow", or of files, is killed, with SIGKILL, at a random
time. After the last one it runs to its end. Then the events are those that a
count of the log by itself, with python's json, says: each login, logout and
read once; and no gap. Prints a line of JSON; exit 1 where something was wrong.
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

DATABASE = "ingest_kill"
START = time.time() - 86400


class Log:
    """Lines as a server of this database writes them, of sessions at once"""

    def __init__(self, rand):
        self.rand = rand
        self.now = START
        self.sessions = []
        self.n = 0

    def line(self, session, message, ps="idle"):
        self.now += self.rand.random() * 0.02
        session["line"] += 1
        whole = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(self.now))
        return json.dumps({
            "timestamp": "%s.%03d UTC" % (whole, self.now % 1 * 1000),
            "user": session["user"], "dbname": DATABASE, "pid": session["pid"],
            "remote_host": "10.0.0.%d" % (session["pid"] % 250), "session_id": session["id"],
            "line_num": session["line"], "ps": ps, "session_start": session["start"], "txid": 0,
            "error_severity": "LOG", "message": message, "application_name": "crm",
            "backend_type": "client backend", "query_id": 0}, separators=(",", ":")) + "\n"

    def next(self):
        """A line or two"""
        if len(self.sessions) < 5 or self.rand.random() < 0.05:
            self.n += 1
            start = int(self.now)
            s = {"pid": 1000 + self.n, "line": 0, "reads": 0, "user": "user%d" % (self.n % 7),
                 "id": "%x.%x" % (start, 1000 + self.n),
                 "start": time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(start))}
            self.sessions.append(s)
            return self.line(s, "connection received: host=10.0.0.1 port=5") + self.line(
                s, "connection authorized: user=%s database=%s application_name=crm" % (s["user"], DATABASE),
                "authentication")
        s = self.rand.choice(self.sessions)
        if s["reads"] > 3 and self.rand.random() < 0.1:
            self.sessions.remove(s)
            return self.line(s, "disconnection: session time: 0:00:01.000 user=%s database=%s host=10.0.0.1 port=5"
                             % (s["user"], DATABASE))
        s["reads"] += 1
        return self.line(s, 'AUDIT: OBJECT,%d,1,READ,SELECT,TABLE,public.item,<not logged>,<not logged>,1'
                         % s["reads"], "SELECT")

    def end(self):
        return "".join(self.line(s, "disconnection: session time: 0:00:01.000 user=%s database=%s host=10.0.0.1 port=5"
                                 % (s["user"], DATABASE)) for s in self.sessions)


def expected(directory):
    """What the log says, by itself"""
    seen = {}
    for path in glob.glob(os.path.join(directory, "*.json")):
        with open(path) as f:
            for text in f:
                r = json.loads(text)
                for op, start in (("read", "AUDIT: "), ("login", "connection authorized"), ("logout", "disconnection")):
                    if r["message"].startswith(start):
                        at = r["timestamp"].replace(" UTC", "000Z").replace(" ", "T")
                        seen[(r["session_id"], r["line_num"])] = (op, r["user"], at, r["session_id"])
    return sorted(seen.values())


def stored():
    return sorted(tuple(r) for r in sql(DATABASE, """
        select op, role, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), new ->> 'backend'
        from audit.event where new ->> 'kind' = 'database'"""))


def ingest(directory, follow):
    command = ["audit-ingest", "--follow", directory] if follow else \
        ["audit-ingest"] + sorted(glob.glob(os.path.join(directory, "*.json")))
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            env=dict(os.environ, PGDATABASE=DATABASE))


def main():
    rounds = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 30)
    rand = random.Random(seed)
    lines = int(os.environ.get("KILL_LINES", "3000"))  # a round
    log, hits, files, rest = Log(rand), 0, 1, ""
    directory = tempfile.mkdtemp(prefix="audit-kill.")
    out = open(os.path.join(directory, "log-00001.json"), "w")
    try:
        sql("postgres", "drop database if exists %s (force)" % DATABASE, "create database %s" % DATABASE)
        subprocess.run(["audit-rule", "init"], check=True, env=dict(os.environ, PGDATABASE=DATABASE))
        for n in range(rounds):
            text = rest + "".join(log.next() for _ in range(lines))
            if n % 5 == 4:
                # whole lines, and the next file
                out.write(text)
                out.close()
                files, rest = files + 1, ""
                out = open(os.path.join(directory, "log-%05d.json" % files), "w")
            else:
                cut = rand.randrange(len(text) - 200, len(text))
                out.write(text[:cut])
                rest = text[cut:]
            out.flush()
            p = ingest(directory, n % 2 == 0)
            time.sleep(rand.random() * 0.3)
            p.send_signal(signal.SIGKILL)
            hits += p.wait() == -signal.SIGKILL
        out.write(rest + log.end())
        out.close()
        if ingest(directory, False).wait() != 0:
            wrong("the last run failed")
        want, got = expected(directory), stored()
        if want != got:
            lost, more = set(want) - set(got), set(got) - set(want)
            wrong("%d events, not %d; lost %d: %s; too many %d: %s" % (
                len(got), len(want), len(lost), sorted(lost)[:3], len(more), sorted(more)[:3]))
    finally:
        sql("postgres", "drop database if exists %s (force)" % DATABASE)
        shutil.rmtree(directory, ignore_errors=True)
    print(json.dumps({"rounds": rounds, "killed": hits, "seed": seed, "files": files, "events": len(want),
                      "problems": len(problems)}))
    return 1 if problems else 0


sys.exit(main())
