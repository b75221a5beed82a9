#!/usr/bin/python3
"""watched.py - what audit-watch found of what was planted, and what else

usage: watched.py PLANTED EVENTS ALERTS

PLANTED is of month.py, EVENTS how many events the month has. Prints each
incident that no alert of a right name speaks of, until an hour after its end,
and each alert of the month that is about none and no announced maintenance: a
false one. How many there were before the month, while all was new, is said and
does not count. Exit 1 if an incident was missed, or if there is one false alert
of 10,000 events, or more.
"""

import collections
import datetime
import json
import sys

HOUR = datetime.timedelta(hours=1)
BEGIN = "2026-04-30T22:00"  # the month's, in UTC


def time(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")


def table_of(line):
    return "%s.%s" % (line.get("schema"), line.get("table"))


def is_about(alert, planted):
    """Whether it speaks of the same time and of the same somebody"""
    if not time(planted["from"]) <= time(alert["at"]) <= \
            time(planted["to"]) + HOUR:
        return False
    if "roles" in planted:
        return alert.get("role") in planted["roles"] or \
            alert.get("actor") in planted["roles"]
    return planted.get("table") == table_of(alert) or any(
        planted.get(key) is not None and planted[key] == alert.get(key)
        for key in ("actor", "role", "addr"))


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def kinds(alerts):
    return ", ".join("%s %d" % n for n in collections.Counter(
        a["alert"] for a in alerts).most_common()) or "none"


def main():
    planted, events = lines(sys.argv[1]), int(sys.argv[2])
    alerts = lines(sys.argv[3])
    incidents = [p for p in planted if "incident" in p]
    missed = [p for p in incidents if not any(
        is_about(a, p) and a["alert"] in p["alerts"] for a in alerts)]
    strange = [a for a in alerts if not any(is_about(a, p) for p in planted)]
    false = [a for a in strange if a["at"] >= BEGIN]
    for p in missed:
        print("missed: %d %s (%s), %s" % (
            p["incident"], p["sentence"], ", ".join(p["alerts"]), p["from"]))
    for a in false:
        print("false: %s %s %s: %s" % (
            a["at"], a["severity"], a["alert"], a["message"]))
    print("before the month: %s" % kinds(
        [a for a in strange if a["at"] < BEGIN]))
    rate = len(false) * 10000 / events
    print("%d of %d incidents found, %.2f false alerts of 10,000 events: %s"
          % (len(incidents) - len(missed), len(incidents), rate,
             kinds(false)))
    sys.exit(bool(missed) or rate >= 1)


if __name__ == "__main__":
    main()
