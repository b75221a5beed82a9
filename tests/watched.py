#!/usr/bin/python3
"""watched.py - what audit-watch found of what was planted, and what else

usage: watched.py PLANTED EVENTS ALERTS [MOST]

PLANTED is of month.py, EVENTS how many events there were. Prints each incident
that no alert of a right name speaks of, until an hour after its end, and each
alert that is about none and no announced maintenance. Exit 1 if one was missed,
or more than MOST (default 1) of 10,000 events made a false alert.
"""

import collections
import datetime
import json
import sys

HOUR = datetime.timedelta(hours=1)


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


def main():
    planted, alerts = lines(sys.argv[1]), lines(sys.argv[3])
    events = int(sys.argv[2])
    most = float(sys.argv[4]) if len(sys.argv) > 4 else 1
    missed = [p for p in planted if "incident" in p and not any(
        is_about(a, p) and a["alert"] in p["alerts"] for a in alerts)]
    false = [a for a in alerts if not any(is_about(a, p) for p in planted)]
    for p in missed:
        print("missed: %d %s (%s), %s" % (
            p["incident"], p["sentence"], ", ".join(p["alerts"]), p["from"]))
    for a in false:
        print("false: %s %s %s: %s" % (
            a["at"], a["severity"], a["alert"], a["message"]))
    rate = len(false) * 10000 / events
    print("%d of %d incidents found, %d alerts of %d events, %d of them "
          "false: %.2f of 10,000 (%s)" % (
              sum("incident" in p for p in planted) - len(missed),
              sum("incident" in p for p in planted), len(alerts), events,
              len(false), rate, ", ".join("%s %d" % n for n in
              collections.Counter(a["alert"] for a in false).most_common())))
    sys.exit(bool(missed) or rate >= most)


if __name__ == "__main__":
    main()
