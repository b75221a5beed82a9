#!/usr/bin/python3
"""overview.py - what a page of audit-export counts, against another count

usage: overview.py PAGE ZONE <events

Reads the figures, the charts' numbers and the tables of the part Overview from
the page, counts the events on standard input once more, in another way, and
names what differs.
"""

import collections
import datetime
import html.parser
import json
import sys
import zoneinfo

DEEDS = ["insert", "update", "delete", "read", "other"]
UTC = datetime.timezone.utc


class Page(html.parser.HTMLParser):
    """The figures and tables of each part: {part: ({name: text}, {title:
    [row]})}; a table's first row is its head."""

    def __init__(self, text):
        super().__init__()
        self.parts, self.text, self.into = {}, "", None
        self.name = self.title = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag in ("h2", "dt", "dd", "caption", "th", "td", "p"):
            self.text = ""
            self.into = tag
        elif tag == "table":
            self.rows = []
            self.title = None
        elif tag == "tr":
            self.rows.append([])

    def handle_endtag(self, tag):
        text, self.text = self.text, ""
        if tag == "h2":
            self.part = self.parts[text] = ({}, {}, [])
        elif tag == "dt":
            self.name = text
        elif tag == "dd":
            self.part[0].setdefault(self.name, text)
        elif tag == "caption":
            self.title = text
        elif tag in ("td", "th"):
            self.rows[-1].append(text)
        elif tag == "table" and self.title is not None:
            self.part[1][self.title] = self.rows
        elif tag == "p" and self.parts:
            self.part[2].append(text)
        elif tag in ("span", "a", "em"):
            self.text = text

    def handle_data(self, data):
        self.text += data


def number(text):
    return int(text.replace(",", ""))


def deed(op):
    return op if op in DEEDS[:4] else "other"


class Count:
    """The same from the events, all of which are in memory."""

    def __init__(self, lines, zone):
        self.zone = zone
        self.events = [json.loads(line) for line in lines]
        self.events = [e for e in self.events if "op" in e]
        for e in self.events:
            at = datetime.datetime.fromisoformat(e["at"][:-1])
            e["utc"] = at.replace(tzinfo=UTC)
            e["local"] = e["utc"].astimezone(zone)

    def figures(self):
        changes = [e for e in self.events
                   if e["op"] in ("insert", "update", "delete")]
        return {
            "Events": len(self.events),
            "Records changed": len({(e["schema"], e["table"],
                                     json.dumps(e["key"])) for e in changes
                                    if e["key"] and e["table"] is not None}),
            "Tables": len({(e["schema"], e["table"]) for e in self.events
                           if e["table"] is not None}),
            "Actors": len({e["actor"] for e in self.events} - {None}),
            "Sessions": len({e["session"] for e in self.events} - {None}),
            "Refused logins": sum(e["op"] == "login_failed"
                                  for e in self.events),
            "Deletions": sum(e["op"] == "delete" for e in self.events),
            "Nobody said who": sum(e["actor"] is None for e in changes),
        }

    def steps(self, seconds):
        """Columns of less than a day: their names by their number."""
        first = min(e["utc"] for e in self.events)
        last = max(e["utc"] for e in self.events)
        local = first.astimezone(self.zone)
        of_day = local.hour * 3600 + local.minute * 60 + local.second
        first -= datetime.timedelta(seconds=of_day % seconds,
                                    microseconds=local.microsecond)
        step = datetime.timedelta(seconds=seconds)
        n = (last - first) // step + 1
        if n > 60:
            return None
        locals_ = [(first + i * step).astimezone(self.zone)
                   for i in range(n)]
        one = locals_[0].date() == locals_[-1].date()
        names, seen = [], ""
        for at in locals_:
            stamp = at.strftime("%Y-%m-%d %H:%M")
            name = at.strftime("%H:%M" if one else "%m-%d %H:%M")
            names.append(name if stamp > seen else name + at.strftime(" %Z"))
            seen = max(seen, stamp)
        return names, lambda e: (e["utc"] - first) // step

    def spans(self, number_of, name_of):
        """Columns of calendar time, numbered from anywhere."""
        numbers = [number_of(e["local"]) for e in self.events]
        first, last = min(numbers), max(numbers)
        if last - first >= 60:
            return None
        return ([name_of(i) for i in range(first, last + 1)],
                lambda e: number_of(e["local"]) - first)

    def columns(self):
        day = datetime.date.fromordinal
        for unit, seconds in [("minute", 60), ("5 minutes", 300),
                              ("15 minutes", 900), ("hour", 3600)]:
            found = self.steps(seconds)
            if found:
                return unit, *found
        months = [("month", 1, lambda i: f"{i // 12:04}-{i % 12 + 1:02}"),
                  ("quarter", 3, lambda i: f"{i // 4:04}-Q{i % 4 + 1}"),
                  ("year", 12, lambda i: f"{i:04}"),
                  ("5 years", 60, lambda i: f"{5 * i:04}–{5 * i + 4:04}")]
        units = [("6 hours", lambda t: t.toordinal() * 4 + t.hour // 6,
                  lambda i: day(i // 4).strftime("%m-%d ")
                  + f"{i % 4 * 6:02}:00"),
                 ("day", lambda t: t.toordinal(),
                  lambda i: str(day(i))),
                 # day 1 was a Monday
                 ("week", lambda t: (t.toordinal() - 1) // 7,
                  lambda i: str(day(7 * i + 1)))]
        units += [(unit, lambda t, n=n: (t.year * 12 + t.month - 1) // n, name)
                  for unit, n, name in months]
        for unit, number_of, name_of in units:
            found = self.spans(number_of, name_of)
            if found:
                return unit, *found
        raise SystemExit("no unit fits")

    def along(self, kinds):
        """Rows of a chart along time; kinds: {series: which events}."""
        unit, names, of = self.columns()
        rows = [[name] + [0] * len(kinds) for name in names]
        for e in self.events:
            for i, is_one in enumerate(kinds.values()):
                rows[of(e)][i + 1] += is_one(e)
        keep = [i for i in range(1, len(kinds) + 1)
                if any(row[i] for row in rows)]
        return unit, [[row[0]] + [row[i] for i in keep] for row in rows]

    def week(self):
        grid = [[name] + [0] * 24 for name in
                ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]]
        for e in self.events:
            grid[e["local"].weekday()][1 + e["local"].hour] += 1
        return grid

    def totals(self, key):
        """{key: [all, insert ... other, first, last]}, the largest first"""
        groups = collections.defaultdict(list)
        for e in self.events:
            if key(e) is not None:
                groups[key(e)].append(e)
        totals = [(k, [len(v)] + [sum(deed(e["op"]) == d for e in v)
                                  for d in DEEDS]
                   + [self.clock(min(e["utc"] for e in v)),
                      self.clock(max(e["utc"] for e in v))])
                  for k, v in groups.items()]
        # as bytes, and who has a name first
        return sorted(totals, key=lambda t: (-t[1][0], [
            part.encode() for part in t[0]]))

    def clock(self, at):
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")


def who(e):
    if e["actor"] is not None:
        return "a", e["actor"], ""
    return "r", "nobody said", e["role"] or ""


def table(e):
    if e["table"] is None:
        return None
    return e["schema"] or "", e["table"]


def table_name(key):
    return key[1] if key[0] in ("", "public") else ".".join(key)


class Check:
    def __init__(self):
        self.bad = 0

    def same(self, what, got, wanted):
        if got == wanted:
            return
        self.bad += 1
        print(f"{what}:\n  got    {got}\n  wanted {wanted}")


def body(rows):
    return [[row[0]] + [number(cell) for cell in row[1:]] for row in rows[1:]]


def check_totals(check, what, rows, totals, nkeys):
    got = [row[:nkeys] + [number(c) for c in row[nkeys:nkeys + 6]]
           + row[nkeys + 6:] for row in rows[1:]]
    wanted = [list(key) + numbers for key, numbers in totals[:999]]
    rest = [numbers for _, numbers in totals[999:]]
    if rest:
        sums = [sum(r[i] for r in rest) for i in range(6)]
        wanted.append([f"{len(rest)} others"] + [""] * (nkeys - 1) + sums
                      + [min(r[6] for r in rest), max(r[7] for r in rest)])
    check.same(what + ": rows", len(got), len(wanted))
    for g, w in zip(got, wanted):
        check.same(what, g, w)


def check_bars(check, what, rows, totals):
    wanted = [[name] + numbers[1:6] for name, numbers in totals[:10]]
    rest = [numbers for _, numbers in totals[10:]]
    if rest:
        wanted.append([f"({len(rest)} others)"]
                      + [sum(r[i] for r in rest) for i in range(1, 6)])
    keep = [i for i in range(5) if any(row[i + 1] for row in wanted)]
    check.same(what, rows[0][1:], [DEEDS[i] for i in keep])
    check.same(what, body(rows),
               [[row[0]] + [row[i + 1] for i in keep] for row in wanted])


def main():
    zone = zoneinfo.ZoneInfo(sys.argv[2])
    with open(sys.argv[1], encoding="utf-8") as f:
        figures, tables, texts = Page(f.read()).parts["Overview"]
    count = Count(sys.stdin, zone)
    check = Check()
    check.same("figures", {k: number(v) for k, v in figures.items()},
               count.figures())
    if not count.events:
        check.same("text", texts[0], "There are no events.")
        check.same("tables", list(tables), [])
        sys.exit(check.bad > 0)

    unit, rows = count.along({d: lambda e, d=d: deed(e["op"]) == d
                              for d in DEEDS})
    title = next(t for t in tables if t.startswith("Events per"))
    check.same("unit", title.split(",")[0], "Events per " + unit)
    check.same(title, body(tables[title]), rows)
    unit, rows = count.along({"opened": lambda e: e["op"] == "login",
                              "refused": lambda e: e["op"] == "login_failed"})
    title = next((t for t in tables if t.startswith("Logins per")), None)
    check.same("logins", title is not None, len(rows[0]) > 1)
    if title is not None:
        check.same(title, body(tables[title]), rows)
    check.same("week", body(tables["Events by weekday and hour"]),
               count.week())

    actors = count.totals(who)
    check_totals(check, "By actor", tables["By actor"],
                 [(k[1:], v) for k, v in actors], 2)
    check_bars(check, "Who did it", tables["Who did it"],
               [(k[1] if k[0] == "a" else f"(role {k[2]})", v)
                for k, v in actors])
    totals = [((table_name(k),), v) for k, v in count.totals(table)]
    if totals:
        check_totals(check, "By table", tables["By table"], totals, 1)
        check_bars(check, "Tables", tables["Tables"],
                   [(k[0], v) for k, v in totals])
    ops = count.totals(lambda e: (e["op"],))
    check.same("By operation",
               [[r[0], number(r[1]), *r[2:]]
                for r in tables["By operation"][1:]],
               [[k[0], v[0], v[6], v[7]] for k, v in ops])
    sys.exit(check.bad > 0)


if __name__ == "__main__":
    main()
