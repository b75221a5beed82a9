#!/usr/bin/python3
"""report.py - what the tables of a report say, and what they have to say

usage: report.py rows PAGE CAPTION           the rows of a table, JSON lines
       report.py figures PAGE PART           name, tab, value
       report.py texts PAGE PART
       report.py access PAGE EVENTS          compare with a count of our own
       report.py sensitive PAGE EVENTS COLUMN,...
       report.py activity PAGE EVENTS
"""

import collections
import datetime
import html.parser
import json
import re
import sys
import zoneinfo


class Page(html.parser.HTMLParser):
    """The parts of a page: tables by caption, figures, texts."""

    def __init__(self, path):
        super().__init__()
        self.part, self.tables, self.figures, self.texts = "", {}, {}, {}
        self.text = self.row = self.rows = None
        self.into = []
        with open(path, encoding="utf-8") as f:
            self.feed(f.read())

    def handle_starttag(self, tag, attrs):
        if tag in ("h2", "caption", "th", "td", "dt", "dd", "p"):
            self.text = ""
        elif tag == "tr":
            self.row = []
        elif tag == "table":
            self.rows = []

    def handle_data(self, data):
        if self.text is not None:
            self.text += data

    def handle_endtag(self, tag):
        text, self.text = self.text, None if tag not in (
            "span", "del", "ins", "br") else self.text
        if tag == "h2":
            self.part = text
        elif tag == "caption":
            self.tables[text] = self.rows
        elif tag in ("th", "td"):
            self.row.append(text)
        elif tag == "tr":
            self.rows.append(self.row)
        elif tag == "dt":
            self.name = text
        elif tag == "dd":
            self.figures.setdefault((self.part, self.name), text)
        elif tag == "p":
            self.texts.setdefault(self.part, []).append(text)

    def rows_of(self, caption):
        head, *rows = self.tables.get(caption) or [[]]
        return [dict(zip(head, row)) for row in rows]


def number(text):
    return int((text or "0").replace(",", ""))


def events(path):
    with open(path, encoding="utf-8") as f:
        for line in f:
            e = json.loads(line)
            e["when"] = datetime.datetime.fromisoformat(
                e["at"].replace("Z", "+00:00"))
            yield e


def who(e):
    return e["actor"] if e["actor"] is not None else "role " + e["role"]


def table(e):
    schema = "" if e["schema"] == "public" else e["schema"] + "."
    return schema + e["table"]


def shown(when, zone="UTC"):
    return when.astimezone(zoneinfo.ZoneInfo(zone)).strftime(
        "%Y-%m-%d %H:%M:%S")


def fields(e):
    return set(e["old"] or {}) | set(e["new"] or {})


def same(got, wanted, what):
    if got == wanted:
        return
    for key in sorted(set(got) | set(wanted), key=str):
        if got.get(key) != wanted.get(key):
            print(what, key, "got", got.get(key), "wanted", wanted.get(key))
    sys.exit(1)


OPS = {"read": "Reads", "insert": "Inserted", "update": "Updated",
       "delete": "Deleted", "truncate": "Truncated", "denied": "Refused"}


def access(page, path):
    count = collections.defaultdict(collections.Counter)
    times = collections.defaultdict(list)
    places = collections.defaultdict(lambda: (set(), set()))
    tables = collections.defaultdict(collections.Counter)
    for e in events(path):
        if e["op"] not in OPS:
            continue
        key = (table(e), who(e))
        count[key][OPS[e["op"]]] += 1
        tables[key[0]][OPS[e["op"]]] += 1
        times[key].append(e["when"])
        places[key][0].add(e["addr"] or "local socket")
        if e["app"]:
            places[key][1].add(e["app"])
    wanted = {k: tuple(c[o] for o in OPS.values()) +
              (shown(min(times[k])), shown(max(times[k])),
               few(places[k][0]), few(places[k][1]))
              for k, c in count.items()}
    got = {(r["Table"], r["Who"]):
           tuple(number(r.get(o)) for o in OPS.values()) +
           (r["First"], r["Last"], r["From"], r.get("With", ""))
           for r in page.rows_of("Who did what to which table")}
    same(got, wanted, "access")
    got = {r["Table"]: tuple(number(r.get(o)) for o in OPS.values()) +
           (number(r["People"]),) for r in page.rows_of("Tables")}
    same(got, {t: tuple(c[o] for o in OPS.values()) +
               (len({w for x, w in count if x == t}),)
               for t, c in tables.items()}, "tables")
    same({"Tables": number(page.figures["Access", "Tables"]),
          "Who": number(page.figures["Access", "People and roles"])},
         {"Tables": len(tables), "Who": len({w for _, w in count})},
         "figures")


def few(values):
    values = sorted(values)
    more = len(values) - 3
    return ", ".join(values[:3]) + (" and %d more" % more if more > 0 else "")


def sensitive(page, path, names):
    """names: schema.table.column"""
    wanted = collections.Counter()
    accesses = 0
    for e in events(path):
        if e["op"] == "read":
            columns = (e["new"] or {}).get("columns", [])
        elif e["op"] in ("insert", "update", "delete"):
            columns = fields(e)
        else:
            continue
        hits = [table(e) + "." + c for c in columns
                if table(e) + "." + c in names]
        for name in hits:
            wanted[name, who(e), e["op"] == "read"] += 1
        accesses += bool(hits)
    got = {}
    for r in page.rows_of("Who read or changed which column"):
        for read, head in (True, "Reads"), (False, "Changes"):
            if number(r.get(head)):
                got[r["Column"], r["Who"], read] = number(r[head])
    same(got, dict(wanted), "sensitive")
    listed = page.rows_of("Each access, the newest first")
    same({"n": len(listed)}, {"n": min(accesses, 1000)}, "accesses")
    if [r["Time"] for r in listed] != sorted(
            (r["Time"] for r in listed), reverse=True):
        sys.exit("not the newest first")


MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
HOUR = datetime.timedelta(hours=1)


def corrections(path):
    """By field, and by who: how often corrected, how often set back"""
    entered = {}
    found = collections.defaultdict(lambda: [0, 0])
    people = collections.Counter()
    changes = collections.Counter()
    for e in events(path):
        if e["op"] not in ("insert", "update", "delete") or \
                e["actor"] is None or not isinstance(e["key"], dict):
            continue
        record = (e["actor"], table(e), json.dumps(e["key"]))
        near = lambda was: was and abs(e["when"] - was[0]) <= HOUR
        if e["op"] == "insert":
            entered[record] = (e["when"], e["txid"], None)
            continue
        if e["op"] == "delete":
            was = entered.get(record)
            if near(was) and was[1] != e["txid"]:
                found[table(e), ""][0] += 1
                found[table(e), ""][1] += 1
                people[e["actor"]] += 1
            continue
        for f, new in e["new"].items():
            if isinstance(new, str) and MOMENT.match(new):
                continue
            changes[table(e), f] += 1
            key, old = record + (f,), e["old"].get(f)
            was = entered.get(key)
            if near(was):
                if was[1] != e["txid"]:
                    found[table(e), f][0] += 1
                    found[table(e), f][1] += \
                        repr(new) == was[2] and new != {"masked": True}
                    people[e["actor"]] += 1
                    entered[key] = (e["when"], e["txid"], was[2])
                continue
            was = entered.get(record)
            if near(was) and was[1] != e["txid"]:
                found[table(e), f][0] += 1
                people[e["actor"]] += 1
            entered[key] = (e["when"], e["txid"], repr(old))
    return found, people, changes


def activity(page, path, zone="UTC"):
    count = collections.defaultdict(collections.Counter)
    days, hours = collections.defaultdict(set), {}
    tables, sessions = (collections.defaultdict(set) for _ in range(2))
    times = collections.defaultdict(list)
    heads = dict(OPS, truncate="Other", denied="Refused",
                 login_failed="Refused")
    on = collections.defaultdict(collections.Counter)
    for e in events(path):
        w = who(e)
        head = heads.get(e["op"], "Other")
        count[w][head] += 1
        times[w].append(e["when"])
        if e["session"]:
            sessions[w].add(e["session"])
        if head in ("Reads", "Inserted", "Updated", "Deleted"):
            tables[w].add(table(e))
            on[w, table(e)][head] += 1
        if head != "Refused":
            local = e["when"].astimezone(zoneinfo.ZoneInfo(zone))
            days[w].add(local.date())
            hours.setdefault(w, [0] * 24)[local.hour] += 1
    found, people, changes = corrections(path)
    columns = ("Inserted", "Updated", "Deleted", "Reads", "Other", "Refused")
    got = {r["Who"]: tuple(number(r.get(c)) for c in
                           columns + ("Tables", "Corrected"))
           for r in page.rows_of("Who did how much")}
    same(got, {w: tuple(c[o] for o in columns) + (len(tables[w]), people[w])
               for w, c in count.items()}, "activity")
    got = {r["Who"]: (number(r.get("Active days")), number(r.get("Sessions")),
                      r.get("Busiest hour", ""), r["First"], r["Last"])
           for r in page.rows_of("When")}
    same(got, {w: (len(days[w]), len(sessions[w]), busiest(hours.get(w)),
                   shown(min(t), zone), shown(max(t), zone))
               for w, t in times.items()}, "when")
    got = {(r["Who"], r["Table"]): tuple(number(r.get(c))
                                         for c in columns[:4])
           for r in page.rows_of("Who works on which table")}
    same(got, {k: tuple(c[o] for o in columns[:4]) for k, c in on.items()},
         "tables")
    got = {(r["Table"], r["Field"]):
           (number(r.get("Changes")), number(r["Within the hour"]),
            number(r.get("Set back")))
           for r in page.rows_of("Which fields")}
    same(got, {(t, f or "made, then deleted"): (changes[t, f],) + tuple(n)
               for (t, f), n in found.items() if n[0]}, "corrections")


def busiest(hours):
    if not hours:
        return ""
    most = hours.index(max(hours))
    return "%02d\u2013%02d" % (most, most + 1)


def main():
    what, path, *rest = sys.argv[1:]
    page = Page(path)
    if what == "rows":
        for row in page.rows_of(rest[0]):
            print(json.dumps(row, ensure_ascii=False))
    elif what == "figures":
        for (part, name), value in page.figures.items():
            if part == rest[0]:
                print(name, value, sep="\t")
    elif what == "texts":
        print("\n".join(page.texts.get(rest[0], [])))
    elif what == "access":
        access(page, rest[0])
    elif what == "sensitive":
        sensitive(page, rest[0], rest[1].split(","))
    elif what == "activity":
        activity(page, *rest)


if __name__ == "__main__":
    main()
