#!/usr/bin/python3
"""watch.py - events for audit-watch, from a few words on standard input

A line is one of
	TIME OP [KEY=VALUE]... [xN] [/SECONDS]	N events, so far apart
	work DATE DAYS ACTOR,... [KEY=VALUE]... [/SECONDS]
		on so many days from then on, Saturdays and Sundays left out, each
		logs in at 08:00 and changes a row from 09:00 to 17:00 UTC, every
		so many seconds
	batch DATE DAYS HH:MM ROLE ROWS [KEY=VALUE]...
		every night a service updates so many rows
	seal TIME
A value is text; null, and what begins with {, [ or ", is JSON. {i} in a value is the
number of the event of its line. What comes out is sorted by time, with what is in
a file that is given, unless a line "late" is there: then it stays as it was
written.
"""

import datetime
import hashlib
import json
import sys

KEYS = ("id at op schema table key label actor role as_role session txid app "
        "addr reason rules old new redacted").split()
EPOCH = datetime.datetime(1970, 1, 1)
out = []


def time(s):
    return datetime.datetime.fromisoformat(s)


def event(at, op, words):
    us = (at - EPOCH) // datetime.timedelta(microseconds=1)
    tail = hashlib.sha256(("%d %d" % (us, len(out))).encode()).hexdigest()
    h = "%012x7%03x8%s" % (us // 1000, us % 1000 * 4, tail[:15])
    e = dict.fromkeys(KEYS)
    e.update(id="-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:])),
             at=at.isoformat(timespec="microseconds") + "Z", op=op,
             role="shop", app="erp", txid=str(len(out)))
    if op in ("insert", "update", "delete", "truncate", "read"):
        e["schema"], e["table"] = "public", "item"
    if op in ("insert", "update"):
        e["new"] = {"name": "x"}
    if op in ("delete", "update"):
        e["old"] = {"name": "y"}
    for key, value in words.items():
        value = value.replace("{i}", str(event.i))
        e[key] = (None if value == "null" else json.loads(value)
                  if value[0] in '{["' else value)
    out.append((at, json.dumps(e, ensure_ascii=False, separators=(",", ":"))))


def options(words):
    n, step, keys = 1, 1.0, {}
    for w in words:
        if w[0] == "x" and w[1:].isdigit():
            n = int(w[1:])
        elif w[0] == "/":
            step = float(w[1:])
        else:
            key, _, keys[key] = w.partition("=")
            keys[key] = w.partition("=")[2]
    keys.pop("", None)
    return n, datetime.timedelta(seconds=step), keys


def days(date, n):
    return [time(date) + datetime.timedelta(days=d) for d in range(int(n))]


def work(date, n, actors, *words):
    _, step, keys = options(words)
    at = dict(agent="Firefox/115", addr="192.0.2.7")
    at.update({k: keys.pop(k) for k in list(keys) if k in at})
    for day in days(date, n):
        if day.weekday() > 4:
            continue
        for i, actor in enumerate(actors.split(",")):
            event.i = i
            begin = day + datetime.timedelta(hours=8, seconds=i)
            event(begin, "login", dict(actor=actor, addr=at["addr"],
                  new='{"user_agent":"%s","new_device":null}' % at["agent"]))
            begin += datetime.timedelta(hours=1)
            while begin.hour < 17:
                event(begin, keys.get("op", "update"), dict(keys, actor=actor))
                begin += step if step.seconds > 1 else datetime.timedelta(
                    seconds=1200)


def batch(date, n, hhmm, role, rows, *words):
    _, _, keys = options(words)
    for day in days(date, n):
        at = day + datetime.timedelta(hours=int(hhmm[:2]),
                                      minutes=int(hhmm[3:]))
        for i in range(int(rows)):
            event.i = i
            event(at + datetime.timedelta(milliseconds=i * 20), "update",
                  dict(dict(role=role, app="nightly"), **keys))


def main():
    late = False
    for path in sys.argv[1:]:
        with open(path) as f:
            for line in f:
                begin = line.index('"at":"') + 6
                out.append((time(line[begin:begin + 26]), line[:-1]))
    for line in sys.stdin:
        words = line.split()
        if not words:
            continue
        if words[0] == "work":
            work(*words[1:])
        elif words[0] == "batch":
            batch(*words[1:])
        elif words[0] == "late":
            late = True
        elif words[0] == "seal":
            at = time(words[1])
            out.append((at, '{"seal":%d,"at":"%s","root":"00","months":[]}' % (
                len(out), at.isoformat(timespec="microseconds") + "Z")))
        else:
            n, step, keys = options(words[2:])
            for event.i in range(n):
                event(time(words[0]) + event.i * step, words[1], keys)
    for _, line in out if late else sorted(out, key=lambda x: x[0]):
        print(line)


main()
